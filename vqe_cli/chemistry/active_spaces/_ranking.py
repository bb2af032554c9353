"""Orbitals rotated so that a score tells them apart, and the best of them taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.active_spaces._cuts import cut_check, cut_reason
from vqe_cli.chemistry.active_spaces._sizes import Size
from vqe_cli.chemistry.active_spaces.selection import Criterion, OrbitalSelection
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.orbital_rotations import diagonalised, semicanonical

DEGENERATE = 1e-4
"""Relative to themselves, up to which scores are those of orbitals that symmetry makes equal."""

SAME = 6
"""Decimals to which equal scores are equal; then the order of irreps decides, not round-off."""


@dataclass(frozen=True, eq=False)
class Ranked:
    """Orbitals of one occupation, rotated to eigenvectors of a score, the highest first.

    Args:
        scores: Shape (n,).
        vectors: Columns over the molecular orbitals, shape (nmo, n).
        energies: Of the first ones in Hartree, where they are in order of energy.
    """

    scores: FloatArray
    vectors: FloatArray
    energies: FloatArray | None = None

    def above(self, threshold: float) -> int:
        """How many scores are above a threshold."""
        return int((self.scores > threshold).sum())

    def led_by(self, vectors: FloatArray, energies: FloatArray) -> Ranked:
        """The same with the first orbitals rotated among themselves.

        Args:
            vectors: What takes their place, shape (nmo, m).
            energies: By which these are in order, in Hartree, shape (m,).
        """
        whole = np.hstack([vectors, self.vectors[:, vectors.shape[1] :]])
        return Ranked(self.scores, whole, energies)

    def is_cut_at(self, count: int) -> bool:
        """Whether the first so many orbitals leave out one equal to their last."""
        ordered = self.energies is not None and count < len(self.energies)
        values = self.energies if self.energies is not None and ordered else self.scores
        if not 0 < count < len(values):
            return False
        last, next_one = values[count - 1], values[count]
        return bool(abs(last - next_one) <= DEGENERATE * max(abs(last), abs(next_one)))


@dataclass(frozen=True, eq=False)
class Ranking:
    """Doubly occupied and empty orbitals by their scores; the determinant is not changed.

    Args:
        field: The mean field.
        doubly: Of the doubly occupied orbitals.
        empty: Of the empty ones.
    """

    field: MeanField
    doubly: Ranked
    empty: Ranked

    @classmethod
    def of(cls, field: MeanField, doubly: FloatArray, empty: FloatArray) -> Ranking:
        """Rank by two scores over the orbitals of a mean field.

        Args:
            field: The mean field.
            doubly: For doubly occupied orbitals, shape (nmo, nmo).
            empty: For empty ones, shape (nmo, nmo).
        """
        unit = np.eye(field.num_orbitals)
        return cls(
            field,
            _ranked(field, unit[:, : field.num_doubly_occupied], doubly),
            _ranked(field, unit[:, field.num_occupied :], empty),
        )

    def nearest_first(self, size: Size) -> Ranking:
        """The same spaces, their orbitals in order of energy from the gap outwards.

        Args:
            size: How many of the highest scores make the spaces.
        """
        fock, irreps = np.diag(self.field.mo_energy), self.field.orbsym
        low, doubly = diagonalised(self.doubly.vectors[:, : size.doubly], fock, irreps)
        high, empty = diagonalised(self.empty.vectors[:, : size.empty], fock, irreps)
        return Ranking(
            self.field,
            self.doubly.led_by(doubly[:, ::-1], low[::-1]),
            self.empty.led_by(empty, high),
        )

    def _cut(self, size: Size, criterion: str) -> str:
        """Which orbitals a size cuts apart although they are equal."""
        cuts = {"occupied": self.doubly.is_cut_at(size.doubly)}
        cuts["empty"] = self.empty.is_cut_at(size.empty)
        kinds = " and ".join(kind for kind, cut in cuts.items() if cut)
        return f"{kinds} orbitals of equal {criterion}" if kinds else ""

    def select(
        self, size: Size, *, method: str, reason: str, criterion: str, matrix: FloatArray
    ) -> OrbitalSelection:
        """Take the highest scores; the singly occupied orbitals are always active.

        Args:
            size: How many.
            method: Name of the active space's entry.
            reason: Why these orbitals.
            criterion: What the diagonal elements of `matrix` are.
            matrix: Over the orbitals of the mean field, shape (nmo, nmo).
        """
        unit = np.eye(self.field.num_orbitals)
        singly = unit[:, self.field.num_doubly_occupied : self.field.num_occupied]
        blocks = [
            self.doubly.vectors[:, size.doubly :],
            self.doubly.vectors[:, : size.doubly],
            singly,
            self.empty.vectors[:, : size.empty],
            self.empty.vectors[:, size.empty :],
        ]
        field, rotation = semicanonical(self.field, blocks)
        frozen = blocks[0].shape[1]
        norb = sum(block.shape[1] for block in blocks[1:4])
        cut = self._cut(size, criterion)
        return OrbitalSelection(
            field=field,
            active=tuple(range(frozen, frozen + norb)),
            inactive=tuple(range(frozen)),
            method=method,
            reason=reason + cut_reason(cut),
            criterion=Criterion(criterion, np.diag(rotation.T @ matrix @ rotation)),
            checks=cut_check(cut),
        )


def _ranked(field: MeanField, orbitals: FloatArray, score: FloatArray) -> Ranked:
    scores, vectors = diagonalised(orbitals, score, field.orbsym)
    order = np.argsort(-scores.round(SAME), kind="stable")
    return Ranked(scores[order], vectors[:, order])
