"""Orbitals by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field, field_validator

from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces._cuts import cut_check, cut_reason, sets_of_equal_energy
from vqe_cli.chemistry.active_spaces._shares import few_electrons
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError

if TYPE_CHECKING:
    from pyscf.gto import Mole


class Explicit(ActiveSpace):
    """Orbitals given by their numbers in `vqe inspect`, counted from 1.

    Doubly occupied orbitals that are not named are frozen, empty ones left out; singly occupied
    ones must be named.

    Reference:
        The numbering of PySCF's ``sort_mo`` (base 1).
    """

    needs_atoms: ClassVar[bool] = False

    orbitals: tuple[int, ...] = Field(min_length=1, description="Orbital numbers, from 1.")

    @field_validator("orbitals", mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    def extent(self, mole: Mole) -> None:
        """None: occupations are not known yet; there must be as many orbitals."""
        self._refuse_other_numbers(mole.nao)

    def select(self, field: MeanField) -> OrbitalSelection:
        """Select the given orbitals, occupied before empty ones.

        Returns:
            The selected orbitals and the reason for the choice.
        """
        chosen = sorted({number - 1 for number in self.orbitals})
        self._refuse_other_numbers(field.num_orbitals)
        self._check(chosen, field)
        cut = sets_of_equal_energy(field, tuple(chosen))
        inactive = [i for i in np.flatnonzero(field.mo_occ == 2) if i not in chosen]
        return OrbitalSelection(
            field=field,
            active=tuple(chosen),
            inactive=tuple(int(i) for i in inactive),
            method=self.name,
            reason=f"named by number{cut_reason(cut)}{few_electrons(field, tuple(chosen))}",
            checks=cut_check(cut),
        )

    def _refuse_other_numbers(self, num_orbitals: int) -> None:
        """Refuse numbers of orbitals that there are not, or that are named twice."""
        for place, number in enumerate(self.orbitals):
            path = ("active_space", "orbitals", place)
            if number in self.orbitals[:place]:
                raise InputError(f"orbital {number} is named twice", path=path)
            if not 1 <= number <= num_orbitals:
                raise InputError(
                    f"there is no orbital {number}: they are numbered from 1 to {num_orbitals}",
                    path=path,
                    hint="`vqe inspect FILE` lists them",
                )

    def _check(self, chosen: list[int], field: MeanField) -> None:
        path = ("active_space", "orbitals")
        open_shells = set(np.flatnonzero(field.mo_occ == 1).tolist())
        if not open_shells <= set(chosen):
            missing = ", ".join(str(index + 1) for index in sorted(open_shells - set(chosen)))
            raise InputError(f"singly occupied orbitals must be active: {missing}", path=path)
        if not field.mo_occ[chosen].any():
            raise InputError("no electrons are left in these orbitals", path=path)
