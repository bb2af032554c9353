"""Molecules whose corrections are compared with PySCF's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyscf import gto, mcscf, scf

import vqe_cli
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.records import RunRecord


@dataclass(frozen=True)
class Molecule:
    """A molecule with an active space at the frontier.

    Args:
        geometry: Lines of symbol and coordinates, Å.
        electrons: Number of active electrons.
        orbitals: Number of active orbitals.
        multiplicity: 2S+1.
        basis: Name of the basis.
        ansatz: An ansatz that is exact in the active space.
    """

    geometry: str
    electrons: int
    orbitals: int
    multiplicity: int = 1
    basis: str = "6-31g"
    ansatz: str | dict[str, Any] = "uccgsd"

    def run(self, correction: Any, **changes: Any) -> RunRecord:
        """The record of a run with a correction."""
        frontier = {"name": "frontier", "electrons": self.electrons, "orbitals": self.orbitals}
        molecule = {
            "geometry": self.geometry,
            "basis": self.basis,
            "multiplicity": self.multiplicity,
        }
        data = {
            "molecule": molecule,
            "active_space": frontier,
            "ansatz": self.ansatz,
            "correction": correction,
            **changes,
        }
        given = {key: value for key, value in data.items() if value is not None}
        return vqe_cli.run(spec_from_data(given))

    def scf(self) -> Any:
        """PySCF's own converged RHF or ROHF."""
        spin = self.multiplicity - 1
        mole = gto.M(atom=self.geometry.replace("\n", ";"), basis=self.basis, spin=spin, verbose=0)
        field = (scf.ROHF(mole) if spin else scf.RHF(mole)).run(conv_tol=1e-12)
        return field.newton().run(conv_tol=1e-12)

    def casci(self) -> Any:
        """PySCF's own CASCI, of the lowest state with the multiplicity."""
        method = mcscf.CASCI(self.scf(), self.orbitals, self.electrons)
        spin = 0.5 * (self.multiplicity - 1)
        method.fix_spin_(ss=spin * (spin + 1))
        method.fcisolver.conv_tol = 1e-13
        return method.run()


LITHIUM_HYDRIDE = Molecule("Li 0 0 0\nH 0 0 1.6", 2, 2, ansatz="uccsd")
WATER = Molecule("O 0 0 0\nH 0 0.757 0.587\nH 0 -0.757 0.587", 4, 4)
NITROGEN = Molecule("N 0 0 0\nN 0 0 1.1", 6, 6, ansatz="adapt")
OXYGEN = Molecule("O 0 0 0\nO 0 0 1.2", 6, 5, multiplicity=3)
HYDROXYL = Molecule("O 0 0 0\nH 0 0 0.97", 3, 3, multiplicity=2)
