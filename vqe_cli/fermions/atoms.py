"""Atoms with their positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Atoms:
    """Elements and their positions.

    A ghost has the basis functions of its element, but no nucleus and no electrons; Boys and
    Bernardi, Mol. Phys. 19, 553 (1970).

    Args:
        symbols: Symbols of the elements.
        positions: Positions of the atoms, Ångström, shape (n, 3).
        ghosts: Whether each atom is a ghost; empty for none.
    """

    symbols: tuple[str, ...]
    positions: FloatArray
    ghosts: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.symbols)
        object.__setattr__(self, "ghosts", self.ghosts or (False,) * count)
        if self.positions.shape != (count, 3):
            raise ValueError(
                f"positions should have shape ({count}, 3). Got {self.positions.shape}."
            )
        if len(self.ghosts) != count:
            raise ValueError(f"ghosts should have length {count}. Got {len(self.ghosts)}.")

    def __len__(self) -> int:
        return len(self.symbols)

    def __add__(self, others: Atoms) -> Atoms:
        """These atoms, followed by others."""
        return Atoms(
            (*self.symbols, *others.symbols),
            np.concatenate([self.positions, others.positions]),
            (*self.ghosts, *others.ghosts),
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """Symbols of the atoms, with the mark of ghosts that PySCF and `vqe` read."""
        pairs = zip(self.symbols, self.ghosts, strict=True)
        return tuple(f"ghost-{symbol}" if ghost else symbol for symbol, ghost in pairs)

    @property
    def elements(self) -> frozenset[str]:
        """Symbols of the elements with nuclei."""
        return frozenset(self.with_nuclei().symbols)

    def with_nuclei(self) -> Atoms:
        """The atoms that are not ghosts."""
        return self.at([index for index, ghost in enumerate(self.ghosts) if not ghost])

    def as_ghosts(self) -> Atoms:
        """All atoms as ghosts."""
        return Atoms(self.symbols, self.positions, (True,) * len(self))

    def at(self, indices: Sequence[int]) -> Atoms:
        """A selection of the atoms.

        Args:
            indices: Indices of the atoms, from 0, in the order of the result.
        """
        return Atoms(
            tuple(self.symbols[index] for index in indices),
            self.positions[list(indices)].reshape(-1, 3),
            tuple(self.ghosts[index] for index in indices),
        )
