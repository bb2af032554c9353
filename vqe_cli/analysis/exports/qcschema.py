"""The molecule as QCSchema."""

from __future__ import annotations

import json
from typing import ClassVar

from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli._core.version import __version__
from vqe_cli.analysis.exports import Export, Exportable
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem


class Qcschema(Export):
    """The molecule as a QCEngine AtomicInput for a Hartree-Fock energy in the same basis.

    Reference:
        Smith et al., WIREs Comput. Mol. Sci. 11, e1491 (2021); MolSSI QCSchema 1.
    """

    suffix: ClassVar[str] = ".json"

    def text(self, source: Exportable) -> str:
        """JSON of the molecule, with the geometry in bohr."""
        from vqe_cli.chemistry.basis.core_potentials import potentials_of

        spec, problem = source.spec, source.encoding.problem
        if not isinstance(problem, ElectronicProblem) or not (problem.atoms and spec.molecule):
            raise InputError("QCSchema describes a molecule; this input has none")
        if not isinstance(spec.molecule.basis, str):
            raise InputError(
                "QCSchema's model names one basis; this input has one per element, or basis data"
            )
        potentials = potentials_of(spec.molecule)
        if set(potentials.assumed) != set(potentials.by_element) or potentials.misfits:
            raise InputError(
                "QCSchema's model names no core potential: programs use that of the basis, but this"
                " input selects another",
                path=("molecule", "ecp"),
                hint="ecp: auto",
            )
        atoms, described = problem.atoms, problem.structure or spec.molecule
        content = {
            "schema_name": "qcschema_input",
            "schema_version": 1,
            "molecule": {
                "schema_name": "qcschema_molecule",
                "schema_version": 2,
                "name": spec.title,
                "symbols": atoms.symbols,
                "real": [not ghost for ghost in atoms.ghosts],
                "geometry": (atoms.positions.ravel() / BOHR_IN_ANGSTROM).tolist(),
                "molecular_charge": described.charge,
                "molecular_multiplicity": described.multiplicity,
            },
            "driver": "energy",
            "model": {"method": "hf", "basis": spec.molecule.basis},
            "keywords": {},
            "provenance": {"creator": "vqe", "version": __version__, "routine": "vqe inspect"},
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
