"""Integrals that may be listed more than once, and must then agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.chemistry.fcidump.lines import fault
from vqe_cli.chemistry.scf.repulsion import place_of_pair

SAME = 1e-8
"""How far two entries of one integral may be apart, relative to it beyond one Hartree."""

NEGLIGIBLE = 1e-6
"""An integral as small as this may be left out on one side of a threshold and not on the other."""


def packed_size(norb: int) -> int:
    """Number of different (pq|rs) over real orbitals.

    Args:
        norb: Spatial orbitals.
    """
    pairs = norb * (norb + 1) // 2
    return pairs * (pairs + 1) // 2


class Store:
    """Values by place in a packed array, and the lines they are from.

    Args:
        path: The file, for errors.
        size: Number of places.
        places: Whether to remember under which of two orders an integral was listed.
    """

    def __init__(self, path: Path, size: int, *, places: bool = False) -> None:
        self._path = path
        self._values = np.full(size, np.nan)
        self._lines = np.zeros(size, dtype=np.int32)
        self._orders = np.zeros(size if places else 0, dtype=np.uint8)

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """Which places the file has a value for."""
        return np.asarray(~np.isnan(self._values))

    @property
    def filled(self) -> FloatArray:
        """The values; zero where the file has none."""
        return np.where(self.found, self._values, 0.0)

    def add_one(self, values: FloatArray, indices: IntArray, numbers: IntArray) -> None:
        """Take in one-electron integrals.

        Args:
            values: Shape (n,).
            indices: From 1, shape (n, 4).
            numbers: Of their lines, shape (n,).
        """
        self.add(place_of_pair(indices[:, 0] - 1, indices[:, 1] - 1), values, numbers, indices)

    def add_two(self, values: FloatArray, indices: IntArray, numbers: IntArray) -> None:
        """Take in two-electron integrals; arguments as for `add_one`."""
        p, q, r, s = indices.T - 1
        places = place_of_pair(place_of_pair(p, q), place_of_pair(r, s))
        self.add(places, values, numbers, indices)
        distinct = (p != q) & (r != s)
        order = np.where((p > q) == (r > s), 1, 2).astype(np.uint8)
        np.bitwise_or.at(self._orders, places[distinct], order[distinct])

    def add(
        self, places: IntArray, values: FloatArray, numbers: IntArray, indices: IntArray
    ) -> None:
        """Take in values; one that is there already must be the same.

        Args:
            places: Where they belong, shape (n,).
            values: Shape (n,).
            numbers: Of their lines, shape (n,).
            indices: As they stand in the file, shape (n, 4), for errors.

        Raises:
            InputError: Two lines contradict each other.
        """
        new = np.isnan(self._values[places])
        fresh, first = np.unique(places[new], return_index=True)
        self._values[fresh], self._lines[fresh] = values[new][first], numbers[new][first]
        apart = np.abs(values - self._values[places])
        wrong = apart > SAME * np.maximum(1.0, np.abs(values))
        if wrong.any():
            at = int(np.argmax(wrong))
            one, other = int(self._lines[places[at]]), int(numbers[at])
            shown = " ".join(map(str, indices[at]))
            message = (
                f"lines {one} and {other} give one integral ({shown}) two values:"
                f" {self._values[places[at]]:.10g} and {values[at]:.10g}"
            )
            raise fault(
                self._path,
                message,
                other,
                "over real orbitals (pq|rs) = (qp|rs) = (rs|pq), in chemists' order",
            )

    def listed_at_one_place_only(self) -> int | None:
        """The line of an integral that stands alone where others are listed in both orders."""
        if not (self._orders == 3).any():
            return None
        alone = (self._orders > 0) & (self._orders < 3) & (np.abs(self.filled) > NEGLIGIBLE)
        return int(self._lines[np.argmax(alone)]) if alone.any() else None
