"""The Ising model in a transverse and a longitudinal field."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from vqe_cli.models._spins import SpinModel, Term, unit_of


class Ising(SpinModel):
    """The Ising model in Pauli matrices: H = −J Σ ZZ − g Σ X − h Σ Z, ferromagnetic for J > 0.

    Reference:
        Pfeuty, Ann. Phys. 57, 79 (1970).
    """

    coupling: float = Field(default=1.0, description="Coupling J of neighbours.")
    transverse: float = Field(
        default=1.0, description="Transverse field g; a chain is critical at g = J."
    )
    longitudinal: float = Field(default=0.0, description="Longitudinal field h.")

    @property
    def unit(self) -> str:
        """``J`` for a coupling of one."""
        return unit_of(self.coupling)

    def formula(self) -> str:
        """The Hamiltonian in one line."""
        fields = ((self.transverse, "g", "X"), (self.longitudinal, "h", "Z"))
        present = [field for field in fields if field[0]]
        within = "".join(f" − {name} Σ {letter}" for _, name, letter in present)
        values = "".join(f", {name} = {value:g}" for value, name, _ in present)
        return f"H = −J Σ ZZ{within}, J = {self.coupling:g}{values},"

    def terms(self) -> Iterator[Term]:
        """The coupling of every bond, and the fields at every site."""
        for a, b in self._lattice.bonds:
            yield {a: "Z", b: "Z"}, -self.coupling
        for site in range(self._lattice.sites):
            yield {site: "X"}, -self.transverse
            yield {site: "Z"}, -self.longitudinal
