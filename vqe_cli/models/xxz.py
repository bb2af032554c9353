"""The XXZ model."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from vqe_cli.models._spins import SpinModel, Term, unit_of


class Xxz(SpinModel):
    """The XXZ model of spins S = 1/2: H = J Σ (SxSx + SySy + Δ SzSz) − h Σ Sz.

    Reference:
        Orbach, Phys. Rev. 112, 309 (1958); Yang and Yang, Phys. Rev. 150, 321 (1966).
    """

    coupling: float = Field(default=1.0, description="Coupling J of neighbours.")
    anisotropy: float = Field(default=1.0, description="Anisotropy Δ; 1 is Heisenberg's model.")
    field: float = Field(default=0.0, description="Field h along z.")

    @property
    def unit(self) -> str:
        """``J`` for a coupling of one."""
        return unit_of(self.coupling)

    def formula(self) -> str:
        """The Hamiltonian in one line."""
        within, value = (" − h Σ Sz", f", h = {self.field:g}") if self.field else ("", "")
        values = f"J = {self.coupling:g}, Δ = {self.anisotropy:g}{value}"
        return f"H = J Σ (SxSx + SySy + Δ SzSz){within}, {values},"

    def terms(self) -> Iterator[Term]:
        """S = σ/2 on every bond and site."""
        for a, b in self._lattice.bonds:
            for letter, weight in (("X", 1.0), ("Y", 1.0), ("Z", self.anisotropy)):
                yield {a: letter, b: letter}, 0.25 * self.coupling * weight
        for site in range(self._lattice.sites):
            yield {site: "Z"}, -0.5 * self.field
