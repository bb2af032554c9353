"""The orbitals around the Fermi level."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces._cuts import (
    cut_check,
    cut_reason,
    sets_of_equal_energy,
    whole_window,
)
from vqe_cli.chemistry.active_spaces._shares import few_electrons
from vqe_cli.chemistry.active_spaces._sizes import AT_MOST, fitted, refuse_impossible, size_in
from vqe_cli.chemistry.active_spaces.selection import (
    MAX_ACTIVE_ORBITALS,
    OrbitalSelection,
    refuse_too_many,
)
from vqe_cli.chemistry.scf.mean_field import MeanField

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli._core.resources import Memory


class Frontier(ActiveSpace):
    """The highest occupied and lowest empty orbitals, by energy.

    The verdict is a warning if the choice cuts through orbitals of equal energy, as (4e,4o) does
    in methane: the choice among them, and so the energy, is then arbitrary.

    Reference:
        The "highest occupied, lowest unoccupied" complete active space; Roos, Taylor and
        Siegbahn, Chem. Phys. 48, 157 (1980), for the notion of a complete active space.
    """

    needs_atoms: ClassVar[bool] = False

    by_order: ClassVar[bool] = True

    electrons: int = Field(ge=1, description="Number of active electrons.")
    orbitals: int = Field(ge=1, description="Number of active spatial orbitals.")
    at_most: bool = Field(default=False, description=AT_MOST)

    @property
    def size(self) -> tuple[int, int]:
        """The numbers of electrons and orbitals in the options."""
        return self.electrons, self.orbitals

    def extent(self, mole: Mole) -> tuple[int, int]:
        """The numbers of electrons and orbitals in the options, which the molecule must have."""
        if self.at_most:
            return fitted(mole.nelec, mole.nao, *self.size)
        refuse_impossible(mole.nelec, mole.nao, *self.size)
        return self.size

    def check(self, mole: Mole, memory: Memory) -> None:
        """Refuse too many orbitals, whose number is an option."""
        refuse_too_many(self.orbitals)

    def select(self, field: MeanField) -> OrbitalSelection:
        """Select `orbitals` orbitals around the gap that contain `electrons` electrons.

        Returns:
            The selected orbitals and the reason for the choice.
        """
        electrons, orbitals = self.size
        if self.at_most:
            electrons, orbitals = fitted(field.mole.nelec, field.num_orbitals, *self.size)
        core = field.num_doubly_occupied - size_in(field, electrons, orbitals).doubly
        active = tuple(range(core, core + orbitals))
        cut = sets_of_equal_energy(field, active)
        return OrbitalSelection(
            field=field,
            active=active,
            inactive=tuple(range(core)),
            method=self.name,
            reason="the highest occupied and the lowest empty orbitals by energy"
            + cut_reason(cut)
            + few_electrons(field, active),
            checks=cut_check(cut, _without_cut(field, active) if cut else ""),
        )


def _without_cut(field: MeanField, active: tuple[int, ...]) -> str:
    """The flag of the smallest larger space that cuts through no orbitals of equal energy."""
    whole = whole_window(field, active)
    electrons, orbitals = round(float(field.mo_occ[list(whole)].sum())), len(whole)
    if orbitals > MAX_ACTIVE_ORBITALS:
        return ""
    return f"--active-space '{{name: frontier, electrons: {electrons}, orbitals: {orbitals}}}'"
