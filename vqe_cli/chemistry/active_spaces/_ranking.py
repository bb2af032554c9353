"""Orbitals rotated to eigenvectors of a score, of which the highest are active."""

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
"""Largest relative difference between scores of symmetry-equivalent orbitals."""

SAME = 6
"""Decimals to which scores are compared; of equal ones the order of irreps decides."""


@dataclass(frozen=True, eq=False)
class Ranked:
    """Orbitals of one occupation, rotated to eigenvectors of a score, the highest first.

    Args:
        scores: Eigenvalues of the score, shape (n,).
        vectors: The orbitals, columns over the molecular orbitals, shape (nmo, n).
        energies: Energies of the first orbitals, Hartree, if these are ordered by energy.
    """

    scores: FloatArray
    vectors: FloatArray
    energies: FloatArray | None = None

    def above(self, threshold: float) -> int:
        """The number of scores above a threshold."""
        return int((self.scores > threshold).sum())

    def led_by(self, vectors: FloatArray, energies: FloatArray) -> Ranked:
        """The ranking with the first orbitals rotated among themselves.

        Args:
            vectors: The rotated orbitals, columns of shape (nmo, m).
            energies: Their energies, by which they are ordered, Hartree, shape (m,).
        """
        whole = np.hstack([vectors, self.vectors[:, vectors.shape[1] :]])
        return Ranked(self.scores, whole, energies)

    def is_cut_at(self, count: int) -> bool:
        """Whether the orbital after the first `count` has the same score as the last of them."""
        ordered = self.energies is not None and count < len(self.energies)
        values = self.energies if self.energies is not None and ordered else self.scores
        if not 0 < count < len(values):
            return False
        last, next_one = values[count - 1], values[count]
        return bool(abs(last - next_one) <= DEGENERATE * max(abs(last), abs(next_one)))


@dataclass(frozen=True, eq=False)
class Ranking:
    """Doubly occupied and empty orbitals, ranked separately, which keeps the determinant.

    Args:
        field: The mean field.
        doubly: The ranking of the doubly occupied orbitals.
        empty: The ranking of the empty orbitals.
    """

    field: MeanField
    doubly: Ranked
    empty: Ranked

    @classmethod
    def of(cls, field: MeanField, doubly: FloatArray, empty: FloatArray) -> Ranking:
        """Rank the orbitals of a mean field by two scores.

        Args:
            field: The mean field.
            doubly: The score of doubly occupied orbitals, shape (nmo, nmo).
            empty: The score of empty orbitals, shape (nmo, nmo).

        Returns:
            The ranked doubly occupied and empty orbitals.
        """
        unit = np.eye(field.num_orbitals)
        return cls(
            field,
            _ranked(field, unit[:, : field.num_doubly_occupied], doubly),
            _ranked(field, unit[:, field.num_occupied :], empty),
        )

    def nearest_first(self, size: Size) -> Ranking:
        """The ranking with the chosen orbitals ordered by energy, from the gap outwards.

        Args:
            size: The numbers of orbitals with the highest scores that are chosen.
        """
        fock, irreps = np.diag(self.field.mo_energy), self.field.orbsym
        low, doubly = diagonalised(self.doubly.vectors[:, : size.doubly], fock, irreps)
        high, empty = diagonalised(self.empty.vectors[:, : size.empty], fock, irreps)
        return Ranking(
            self.field,
            self.doubly.led_by(doubly[:, ::-1], low[::-1]),
            self.empty.led_by(empty, high),
        )

    def is_cut_at(self, size: Size) -> bool:
        """Whether a size cuts through orbitals of equal score.

        Args:
            size: The numbers of active orbitals of each occupation.
        """
        return self.doubly.is_cut_at(size.doubly) or self.empty.is_cut_at(size.empty)

    def _cut(self, size: Size, criterion: str) -> str:
        """Description of the equal orbitals that a size cuts apart; empty if there are none."""
        cuts = {"occupied": self.doubly.is_cut_at(size.doubly)}
        cuts["empty"] = self.empty.is_cut_at(size.empty)
        kinds = " and ".join(kind for kind, cut in cuts.items() if cut)
        return f"{kinds} orbitals of equal {criterion}" if kinds else ""

    def select(
        self, size: Size, *, method: str, reason: str, criterion: str, matrix: FloatArray
    ) -> OrbitalSelection:
        """Select the highest scores; singly occupied orbitals are always active.

        Args:
            size: The numbers of active orbitals of each occupation.
            method: Name of the active space's entry.
            reason: The reason for the choice.
            criterion: Name of the quantity on the diagonal of `matrix`.
            matrix: The criterion over the orbitals of the mean field, shape (nmo, nmo).

        Returns:
            The active orbitals, with the reason for their choice.
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
