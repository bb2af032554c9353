"""The orbitals around the Fermi level."""

from __future__ import annotations

from pydantic import Field

from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.integrals import OrbitalSelection
from vqe_cli.chemistry.mean_field import MeanField
from vqe_cli.errors import InputError


class Frontier(ActiveSpace):
    """The highest occupied and lowest empty orbitals, by energy.

    Reference:
        The "highest occupied, lowest unoccupied" complete active space; Roos, Taylor and
        Siegbahn, Chem. Phys. 48, 157 (1980), for the notion of a complete active space.
    """

    electrons: int = Field(ge=1, description="Active electrons.")
    orbitals: int = Field(ge=1, description="Active spatial orbitals.")

    def select(self, field: MeanField) -> OrbitalSelection:
        """Take `orbitals` orbitals such that `electrons` electrons are in them."""
        alpha, beta = field.mole.nelec
        frozen_electrons = alpha + beta - self.electrons
        if frozen_electrons < 0 or frozen_electrons % 2:
            self._refuse(
                f"{self.electrons} of {alpha + beta} electrons", "an even number is frozen"
            )
        core = frozen_electrons // 2
        if core > beta:
            self._refuse(f"{self.electrons} electrons", f"at least {alpha - beta} are unpaired")
        if core + self.orbitals > field.num_orbitals:
            self._refuse(f"{self.orbitals} orbitals", f"there are {field.num_orbitals - core} left")
        if self.orbitals < alpha - core:
            self._refuse(f"{self.orbitals} orbitals", f"{alpha - core} are occupied")
        active = tuple(range(core, core + self.orbitals))
        return OrbitalSelection(active, tuple(range(core)), (alpha - core, beta - core))

    def _refuse(self, asked: str, reason: str) -> None:
        message = f"an active space with {asked} is not possible: {reason}"
        raise InputError(message, path=("active_space",), hint="`vqe inspect FILE` lists orbitals")
