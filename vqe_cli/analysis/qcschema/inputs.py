"""QCSchema molecules and inputs of single calculations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli._core.version import __version__
from vqe_cli.analysis.exports import Exportable
from vqe_cli.analysis.qcschema import Driver, Version
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema import MoleculeSpec

PROVENANCE = {"creator": "vqe", "version": __version__}

_OF_MEAN_FIELD = ("ecp", "density_fitting", "relativity", "symmetry", "scf")
"""Keys of the molecule that QCSchema has no place for."""


@dataclass(frozen=True)
class Asked:
    """What is computed of a molecule.

    Args:
        driver: The wanted quantity.
        method: Name of the method.
        basis: Name of the basis set; None for one that the keywords write out.
        keywords: Further keys of the program.
    """

    driver: Driver
    method: str
    basis: str | None
    keywords: Mapping[str, Any]


def molecule_document(source: Exportable, version: Version) -> dict[str, Any]:
    """The molecule, with the geometry in bohr, in the frame of the input.

    Args:
        source: The problem or the solved run.
        version: Version of QCSchema.

    Raises:
        InputError: The problem has no molecule.
    """
    problem = source.encoding.problem
    molecule = source.spec.molecule
    if not isinstance(problem, ElectronicProblem) or problem.atoms is None or molecule is None:
        raise InputError("QCSchema describes a molecule; this input has none")
    atoms, described = problem.atoms, problem.structure or molecule
    return {
        "schema_name": "qcschema_molecule",
        "schema_version": version + 1,
        "name": source.spec.title,
        "symbols": atoms.symbols,
        "real": [not ghost for ghost in atoms.ghosts],
        "geometry": (atoms.positions.ravel() / BOHR_IN_ANGSTROM).tolist(),
        "molecular_charge": described.charge,
        "molecular_multiplicity": described.multiplicity,
        "fix_com": True,
        "fix_orientation": True,
    }


def input_document(molecule: dict[str, Any], asked: Asked, version: Version) -> dict[str, Any]:
    """The input of a calculation: an AtomicInput.

    Args:
        molecule: The molecule in the same version.
        asked: What is computed.
        version: Version of QCSchema.
    """
    specification = {
        "driver": asked.driver,
        "model": {"method": asked.method, "basis": asked.basis},
        "keywords": dict(asked.keywords),
    }
    if version == 1:
        head: dict[str, Any] = {"schema_name": "qcschema_input", "schema_version": 1}
        return {**head, "molecule": molecule, **specification, "provenance": PROVENANCE}
    return {
        "schema_name": "qcschema_atomic_input",
        "schema_version": 2,
        "molecule": molecule,
        "specification": specification,
        "provenance": PROVENANCE,
    }


def asked_of_run(spec: Mapping[str, Any], driver: Driver) -> Asked:
    """What a run computes, such that the input repeats it.

    Args:
        spec: The resolved spec of the run, as recorded.
        driver: The wanted quantity.
    """
    molecule = spec["molecule"]
    of_field = {key: molecule[key] for key in _OF_MEAN_FIELD if key in molecule}
    named = isinstance(molecule["basis"], str)
    if not named:
        of_field["basis"] = molecule["basis"]
    keywords = {key: value for key, value in spec.items() if key not in ("molecule", "forces")}
    return Asked(
        driver=driver,
        method="vqe",
        basis=molecule["basis"] if named else None,
        keywords={**keywords, "molecule": of_field},
    )


def hartree_fock(molecule: MoleculeSpec) -> Asked:
    """A Hartree-Fock energy in the same basis, by any program.

    Args:
        molecule: The molecule section of the input.

    Raises:
        InputError: The basis has no name, or core potentials are not those that belong to it.
    """
    from vqe_cli.chemistry.basis.core_potentials import potentials_of

    if not isinstance(molecule.basis, str):
        raise InputError(
            "QCSchema's model names one basis; this input has one per element, or basis data"
        )
    potentials = potentials_of(molecule)
    if set(potentials.assumed) != set(potentials.by_element) or potentials.misfits:
        raise InputError(
            "QCSchema's model names no core potential: programs use that of the basis, but this"
            " input selects another",
            path=("molecule", "ecp"),
            hint="ecp: auto",
        )
    return Asked(driver="energy", method="hf", basis=molecule.basis, keywords={})
