"""The Heisenberg model."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from vqe_cli.models._spins import (
    Components,
    SpinModel,
    Term,
    components,
    unit_of,
)


class Heisenberg(SpinModel):
    """Heisenberg's model of spins S = 1/2: H = Σ J S·S − Σ h·S, antiferromagnetic for J > 0.

    Reference:
        Heisenberg, Z. Phys. 49, 619 (1928); Bonner and Fisher, Phys. Rev. 135, A640 (1964).
    """

    coupling: float | Components = Field(
        default=1.0, description="Coupling J of neighbours, or [jx, jy, jz] (XYZ model)."
    )
    field: float | Components = Field(default=0.0, description="Field h along z, or [hx, hy, hz].")

    @property
    def unit(self) -> str:
        """``J`` for a largest coupling of one."""
        return unit_of(*components(self.coupling, along_z=False))

    def formula(self) -> str:
        """The Hamiltonian in one line."""
        j, h = self.coupling, self.field
        strength = f"J = {list(j) if isinstance(j, tuple) else f'{j:g}'}"
        within = "" if not any(components(h, along_z=True)) else " − Σ h·S"
        value = f", h = {list(h) if isinstance(h, tuple) else f'{h:g}'}" if within else ""
        return f"H = Σ J S·S{within}, {strength}{value},"

    def terms(self) -> Iterator[Term]:
        """S = σ/2 on every bond and site."""
        for a, b in self._lattice.bonds:
            for letter, j in zip("XYZ", components(self.coupling, along_z=False), strict=True):
                yield {a: letter, b: letter}, 0.25 * j
        for site in range(self._lattice.sites):
            for letter, h in zip("XYZ", components(self.field, along_z=True), strict=True):
                yield {site: letter}, -0.5 * h
