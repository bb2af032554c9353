"""Structures of atoms and bonds: read, audited, and given coordinates.

Below the reports, only this package imports RDKit and tblite.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli.chemistry.geometry.coordinates import protons, read_atoms, refuse_impossible
from vqe_cli.chemistry.geometry.structures.formula import hill_formula
from vqe_cli.errors import InputError
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.schema import Geometry, MoleculeSpec, StructureSpec
from vqe_cli.schema.density_records import Quantity
from vqe_cli.schema.problem_records import StructureRecord

if TYPE_CHECKING:
    from vqe_cli.chemistry.geometry.structures.conformers import Found
    from vqe_cli.chemistry.geometry.structures.structure import Structure
    from vqe_cli.chemistry.geometry.structures.xtb import Xtb

__all__ = ["PlacedMolecule", "structure_of", "unit_is_open", "with_coordinates"]

_PATH = ("molecule", "geometry")

DECIMALS = 8
"""Decimals of the coordinates, in Ångström, that are made or relaxed here.

They are computed with exactly as records contain them.
"""


@dataclass(frozen=True, eq=False)
class PlacedMolecule:
    """A molecule with its atoms in space.

    Args:
        molecule: The molecule section of an input file that has these coordinates, charge and
            multiplicity.
        atoms: Its atoms.
        structure: The record of how the coordinates were made; None if they were given.
        remarks: Remarks on how atoms were read.
    """

    molecule: MoleculeSpec
    atoms: Atoms
    structure: StructureRecord | None = None
    remarks: tuple[str, ...] = ()


def with_coordinates(molecule: MoleculeSpec) -> PlacedMolecule:
    """The molecule with positions of its atoms, charge and multiplicity.

    Args:
        molecule: The molecule section of the input.

    Raises:
        InputError: No molecule, no geometry, or a stated charge that contradicts the structure.
        UnavailableError: tblite is required and not installed.
        NotConvergedError: GFN2-xTB did not converge.
    """
    if molecule.geometry.is_structure:
        atoms, record = _of_structure(molecule)
        remarks: tuple[str, ...] = ()
    else:
        atoms, remarks = read_atoms(molecule.geometry, molecule.units)
        if molecule.structure is None:
            return PlacedMolecule(molecule, atoms, remarks=remarks)
        atoms, record = _of_coordinates(atoms, molecule.structure, molecule)
    changes = {
        "geometry": Geometry(cartesian=record.geometry),
        "charge": record.charge,
        "multiplicity": record.multiplicity,
        "structure": None,
    }
    if not unit_is_open(molecule):
        changes["units"] = "angstrom"
    return PlacedMolecule(molecule.model_copy(update=changes), atoms, record, remarks)


def _refuse_bohr(molecule: MoleculeSpec, record: StructureRecord) -> None:
    """Refuse bohr as the unit of a molfile's coordinates."""
    given = record.origin == "molfile" and record.seed is None
    if given and molecule.units == "bohr":
        raise InputError(
            "the coordinates of a molfile are in Ångström",
            path=("molecule", "units"),
            hint="leave 'units' out; coordinates in bohr can be given as .xyz",
        )


def unit_is_open(molecule: MoleculeSpec) -> bool:
    """Whether the unit of the coordinates is not stated, and Ångström is assumed.

    Molfiles are in Ångström by definition, but some are written in bohr.

    Args:
        molecule: The molecule section of the input.
    """
    return molecule.geometry.smiles is None and "units" not in molecule.model_fields_set


def structure_of(
    molecule: MoleculeSpec, *, parent_only: bool = False
) -> tuple[Structure, tuple[str, ...]]:
    """Read the structure of a SMILES or molfile, without making coordinates.

    Args:
        molecule: The molecule section of the input.
        parent_only: Whether counter-ions and solvent are left out even if they have coordinates.

    Returns:
        The structure, with the stated multiplicity if there is one; and those of ``charge`` and
        ``multiplicity`` that were derived from the structure.

    Raises:
        InputError: No molecule, or a stated charge or multiplicity that contradicts the structure.
        ResourceLimitError: The text is too long.
    """
    from vqe_cli.chemistry.geometry.structures.reading import read_molfile, read_smiles

    geometry, charge = molecule.geometry, _stated(molecule, "charge")
    if geometry.smiles is not None:
        structure = read_smiles(geometry.smiles)
    else:
        structure = read_molfile(geometry.molfile or "", parent_only=parent_only)
    _refuse_contradiction(structure.charge, charge)
    multiplicity = _stated(molecule, "multiplicity")
    if multiplicity is not None:
        structure = structure.with_multiplicity(multiplicity)
    stated = {"charge": charge, "multiplicity": multiplicity}
    return structure, tuple(key for key, given in stated.items() if given is None)


def _stated(molecule: MoleculeSpec, key: str) -> int | None:
    """Charge or multiplicity; None if it is to be derived from the structure."""
    if molecule.geometry.is_structure and key not in molecule.model_fields_set:
        return None
    return int(getattr(molecule, key))


def _of_structure(molecule: MoleculeSpec) -> tuple[Atoms, StructureRecord]:
    from vqe_cli.chemistry.geometry.structures.conformers import lowest_geometry

    options = molecule.structure or StructureSpec()
    structure, told = structure_of(molecule)
    found = lowest_geometry(structure, options)
    atoms = _rounded(Atoms(structure.symbols, found.positions))
    doubts = (*structure.doubts, *found.doubts)
    record = StructureRecord(
        origin="smiles" if molecule.geometry.smiles is not None else "molfile",
        smiles=structure.smiles,
        formula=structure.formula,
        charge=structure.charge,
        multiplicity=structure.multiplicity,
        derived=told,
        notes=(*structure.notes, *found.notes, *(check.detail for check in doubts)),
        checks=doubts,
        **_geometry_fields(atoms, found, options),
    )
    _refuse_bohr(molecule, record)
    refuse_impossible(atoms, _PATH)
    return atoms, record


def _refuse_contradiction(found: int, stated: int | None) -> None:
    if stated is not None and stated != found:
        raise InputError(
            f"the structure carries charge {found:+d}, the input says {stated:+d}",
            path=("molecule", "charge"),
            hint=f"write 'charge: {found}', leave it out, or change the structure",
        )


def _of_coordinates(
    atoms: Atoms, options: StructureSpec, molecule: MoleculeSpec
) -> tuple[Atoms, StructureRecord]:
    """Atoms and record of bare coordinates, which have no bonds for embedding or a force field."""
    from vqe_cli.chemistry.geometry.structures.conformers import Found, relaxed

    if options.optimize == "mmff94":
        raise InputError(
            "a force field needs bonds, which coordinates alone do not contain",
            path=("molecule", "structure", "optimize"),
            hint="use gfn2-xtb, or give the molecule as SMILES or molfile",
        )
    found = Found(atoms.positions, ("coordinates of the input",), ())
    if options.optimize == "gfn2-xtb":
        found = relaxed(found, _xtb(atoms, molecule))
    atoms = _rounded(replace(atoms, positions=found.positions))
    refuse_impossible(atoms, _PATH)
    return atoms, StructureRecord(
        origin="coordinates",
        formula=hill_formula(atoms.symbols, molecule.charge),
        charge=molecule.charge,
        multiplicity=molecule.multiplicity,
        **_geometry_fields(atoms, found, options),
    )


def _xtb(atoms: Atoms, molecule: MoleculeSpec) -> Xtb:
    from vqe_cli.chemistry.geometry.structures.xtb import LABEL, Xtb

    if any(atoms.ghosts):
        raise InputError(
            f"{LABEL} does not support ghosts, which have functions but no nuclei",
            path=("molecule", "structure", "optimize"),
            hint="relax the molecule without them",
        )
    numbers = [protons(atoms.at([index])) for index in range(len(atoms))]
    return Xtb(numbers, molecule.charge, molecule.multiplicity)


def _rounded(atoms: Atoms) -> Atoms:
    """The atoms as records contain them; NumPy's rounding may differ from text in the last bit."""
    rows = atoms.positions.tolist()
    return replace(atoms, positions=np.array([[round(x, DECIMALS) for x in row] for row in rows]))


def _geometry_fields(atoms: Atoms, found: Found, options: StructureSpec) -> dict[str, Any]:
    """The fields of a record that describe a geometry of any origin."""
    from vqe_cli._core.provenance import versions
    from vqe_cli.chemistry.geometry.structures.conformers import HARTREE

    energies, optimized = found.energies, found.optimized_energy
    lines = [
        f"{label} {x:.{DECIMALS}f} {y:.{DECIMALS}f} {z:.{DECIMALS}f}"
        for label, (x, y, z) in zip(atoms.labels, atoms.positions, strict=True)
    ]
    return {
        "geometry": "\n".join(lines),
        "method": ", ".join(found.steps),
        "seed": options.seed if found.embedded else None,
        "conformer": found.kept + 1 if found.embedded else None,
        "conformer_energies": Quantity(value=energies, unit=found.unit) if energies else None,
        "optimized_energy": None if optimized is None else Quantity(value=optimized, unit=HARTREE),
        "packages": {name: version or "" for name, version in versions(found.packages).items()},
    }
