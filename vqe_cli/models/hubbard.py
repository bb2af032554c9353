"""The Fermi-Hubbard model."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field, model_validator

from vqe_cli._core.validation import SpecError
from vqe_cli._core.wording import counted
from vqe_cli.models import ElectronModel, SiteIntegrals
from vqe_cli.models._lattices import SHAPES, Lattice, lattice_of
from vqe_cli.models._spins import COUPLING_UNITS


class Hubbard(ElectronModel):
    """The Fermi-Hubbard model: H = −t Σ (c†c + h.c.) + U Σ n↑n↓, at half filling by default.

    It is a problem of electrons, with the orbitals of Hartree-Fock over the sites: mappers,
    excitations and the simulation in a sector apply as for a molecule.

    Reference:
        Hubbard, Proc. R. Soc. A 276, 238 (1963).
    """

    of_electrons: ClassVar[bool] = True

    sites: int | None = Field(
        default=None, ge=1, description="Number of sites; follows from rows and columns."
    )
    lattice: str = Field(default="chain", description=f"The lattice: {SHAPES}.")
    hopping: float = Field(default=1.0, description="Hopping t between neighbours.")
    interaction: float = Field(default=4.0, description="Repulsion U of two electrons on a site.")
    electrons: int | None = Field(
        default=None, ge=1, description="Number of electrons. Default: one for each site."
    )
    multiplicity: int | None = Field(
        default=None,
        ge=1,
        description="Multiplicity 2S+1. Default: 1 for an even number of electrons, else 2.",
    )

    @model_validator(mode="after")
    def _is_possible(self) -> Hubbard:
        sites, electrons, unpaired = self._lattice.sites, self._electrons, self._unpaired
        if electrons > 2 * sites:
            message = (
                f"{counted(sites, 'site')} have room for {2 * sites} electrons, not {electrons}"
            )
            raise SpecError(message, None, ("electrons",))
        if (electrons - unpaired) % 2 or unpaired > min(electrons, 2 * sites - electrons):
            message = f"{counted(electrons, 'electron')} cannot have 2S+1 = {unpaired + 1}"
            raise SpecError(message, None, ("multiplicity",))
        if self.hopping == 0.0:
            raise SpecError("without hopping nothing couples the sites", None, ("hopping",))
        return self

    @property
    def unit(self) -> str:
        """``t`` for a hopping of one."""
        return "t" if self.hopping == 1.0 else COUPLING_UNITS

    def integrals(self) -> SiteIntegrals:
        """Integrals over the sites."""
        found, size = self._lattice, self._lattice.sites
        h1, h2 = np.zeros((size, size)), np.zeros((size,) * 4)
        for a, b in found.bonds:
            h1[a, b] = h1[b, a] = -self.hopping
        for site in range(size):
            h2[site, site, site, site] = self.interaction
        values = f"t = {self.hopping:g}, U = {self.interaction:g}"
        where = f"{found.name}, {counted(len(found.bonds), 'bond')}"
        formula = f"H = −t Σ (c†c + h.c.) + U Σ n↑n↓, {values}, on a {where}"
        return SiteIntegrals(h1, h2, self._electrons, self._unpaired, formula)

    @property
    def _lattice(self) -> Lattice:
        return lattice_of(self.lattice, self.sites)

    @property
    def _electrons(self) -> int:
        return self._lattice.sites if self.electrons is None else self.electrons

    @property
    def _unpaired(self) -> int:
        return self._electrons % 2 if self.multiplicity is None else self.multiplicity - 1
