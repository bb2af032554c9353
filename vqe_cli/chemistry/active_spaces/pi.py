"""The orbitals of conjugated systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vqe_cli.chemistry.active_spaces._overlap import Overlapping, minimal_basis, projector
from vqe_cli.chemistry.active_spaces._pi_orbitals import PiOrbital, pi_orbitals
from vqe_cli.chemistry.active_spaces._pi_shares import p_vector
from vqe_cli.chemistry.active_spaces._ranking import Ranking
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli._core.resources import Memory


class Pi(Overlapping):
    """All pi orbitals, in any orientation of the molecule.

    The p orbitals perpendicular to the local plane of each unsaturated atom are found from the
    geometry; orbitals that overlap with them are active, as in `avas`. Lone pairs beside a double
    bond are included. If limits exclude some orbitals, those nearest to the gap are kept.

    Reference:
        Sayfutyarova and Hammes-Schiffer, J. Chem. Theory Comput. 15, 1679 (2019).
    """

    def check(self, mole: Mole, memory: Memory) -> None:
        """Refuse molecules without pi orbitals, or with too many."""
        self.refuse_too_many(len(_found(mole)))

    def select(self, field: MeanField) -> OrbitalSelection:
        """Rotate doubly occupied and empty orbitals to pi orbitals and others, and select.

        Returns:
            The selected orbitals and the reason for the choice.
        """
        minimal, atomic = minimal_basis(field.mole), _found(field.mole)
        vectors = np.array([p_vector(minimal, orbital) for orbital in atomic]).T
        matrix = projector(field, minimal, vectors)
        ranking = Ranking.of(field, matrix, matrix)
        found = self.above_threshold(ranking)
        size = self.limited(found, field)
        reason = f"pi orbitals of {len({orbital.atom for orbital in atomic})} atoms"
        if size != found:
            reason += f", the nearest to the gap of {found.doubly + found.empty + field.mole.spin}"
        return ranking.nearest_first(found).select(
            size,
            method=self.name,
            reason=reason,
            criterion="overlap with p orbitals",
            matrix=matrix,
        )


def _found(mole: Mole) -> list[PiOrbital]:
    orbitals = pi_orbitals(mole)
    if not orbitals:
        raise InputError(
            "there are no pi orbitals: no two unsaturated atoms are neighbours",
            path=("active_space",),
            hint="choose orbitals by energy (frontier) or by correlation (mp2-natural)",
        )
    return orbitals
