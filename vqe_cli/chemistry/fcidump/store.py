"""Storage of integrals; repeated entries must agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.chemistry.fcidump.lines import fault
from vqe_cli.chemistry.scf.repulsion import place_of_pair

SAME = 1e-8
"""Largest difference of repeated entries, Hartree; relative beyond one Hartree."""

NEGLIGIBLE = 1e-6
"""Largest integral, Hartree, that a file may list in only one of two orders."""


def packed_size(norb: int) -> int:
    """The number of different (pq|rs) over real orbitals.

    Args:
        norb: Number of spatial orbitals.
    """
    pairs = norb * (norb + 1) // 2
    return pairs * (pairs + 1) // 2


class Store:
    """Values by their positions in a packed array, with their line numbers.

    Args:
        path: The file, for messages.
        size: Number of positions.
        places: Whether to store in which of two orders an integral was listed.
    """

    def __init__(self, path: Path, size: int, *, places: bool = False) -> None:
        self._path = path
        self._values = np.full(size, np.nan)
        self._lines = np.zeros(size, dtype=np.int32)
        self._orders = np.zeros(size if places else 0, dtype=np.uint8)

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """Whether the file has a value, for each position, shape (size,)."""
        return np.asarray(~np.isnan(self._values))

    @property
    def filled(self) -> FloatArray:
        """The values, zero if the file has none, shape (size,)."""
        return np.where(self.found, self._values, 0.0)

    def add_one(self, values: FloatArray, indices: IntArray, numbers: IntArray) -> None:
        """Store one-electron integrals.

        Args:
            values: The values, Hartree, shape (n,).
            indices: Orbital indices, from 1, shape (n, 4).
            numbers: Line numbers, shape (n,).
        """
        self.add(place_of_pair(indices[:, 0] - 1, indices[:, 1] - 1), values, numbers, indices)

    def add_two(self, values: FloatArray, indices: IntArray, numbers: IntArray) -> None:
        """Store two-electron integrals; arguments as for `add_one`."""
        p, q, r, s = indices.T - 1
        places = place_of_pair(place_of_pair(p, q), place_of_pair(r, s))
        self.add(places, values, numbers, indices)
        distinct = (p != q) & (r != s)
        order = np.where((p > q) == (r > s), 1, 2).astype(np.uint8)
        np.bitwise_or.at(self._orders, places[distinct], order[distinct])

    def add(
        self, places: IntArray, values: FloatArray, numbers: IntArray, indices: IntArray
    ) -> None:
        """Store values; repeated ones must agree.

        Args:
            places: Positions in the packed array, shape (n,).
            values: The values, Hartree, shape (n,).
            numbers: Line numbers, shape (n,).
            indices: Indices as in the file, for messages, shape (n, 4).

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
        """The line of an integral listed in one order while others are listed in both, or None."""
        if not (self._orders == 3).any():
            return None
        alone = (self._orders > 0) & (self._orders < 3) & (np.abs(self.filled) > NEGLIGIBLE)
        return int(self._lines[np.argmax(alone)]) if alone.any() else None
