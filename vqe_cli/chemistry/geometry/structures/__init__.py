"""Structures that are atoms and bonds: read, audited, and settled in space.

The only home of RDKit and tblite below the reports.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli.chemistry.geometry.structures.formula import hill_formula
from vqe_cli.errors import InputError
from vqe_cli.schema import Geometry, MoleculeSpec, StructureSpec
from vqe_cli.schema.records import Quantity, StructureRecord

if TYPE_CHECKING:
    from vqe_cli.chemistry.geometry.structures.conformers import Found
    from vqe_cli.chemistry.geometry.structures.structure import Structure

__all__ = ["settled", "structure_of", "unit_is_open"]

DERIVED = ("charge", "multiplicity")


def settled(molecule: MoleculeSpec) -> tuple[MoleculeSpec, StructureRecord | None]:
    """A molecule with its atoms in space, and its charge and multiplicity filled in.

    What is settled already comes back as it is. The answer is kept, so that asking twice costs
    and changes nothing.

    Args:
        molecule: What the user wrote.

    Returns:
        The molecule with cartesian coordinates, and how they came about; None for coordinates
        that were given.

    Raises:
        InputError: No molecule, no geometry, or a stated charge that contradicts the structure.
        UnavailableError: tblite is asked for and not installed.
        NotConvergedError: GFN2-xTB did not converge.
    """
    geometry = molecule.geometry
    if not geometry.is_structure and molecule.structure is None:
        return molecule, None
    stated = tuple(_stated(molecule, key) for key in DERIVED)
    record = _settled(geometry, molecule.units, molecule.structure or StructureSpec(), stated)
    _refuse_bohr(molecule, record)
    changes = {
        "geometry": Geometry(cartesian=record.geometry),
        "charge": record.charge,
        "multiplicity": record.multiplicity,
        "structure": None,
    }
    if not unit_is_open(molecule):
        changes["units"] = "angstrom"
    return molecule.model_copy(update=changes), record


def _refuse_bohr(molecule: MoleculeSpec, record: StructureRecord) -> None:
    """Coordinates of a molfile that nobody may read in another unit."""
    given = record.origin == "molfile" and record.seed is None
    if given and molecule.units == "bohr":
        raise InputError(
            "the coordinates of a molfile are in Ångström",
            path=("molecule", "units"),
            hint="leave 'units' out; coordinates in bohr can be given as .xyz",
        )


def unit_is_open(molecule: MoleculeSpec) -> bool:
    """Whether nobody says in which unit coordinates are: Ångström is taken.

    Molfiles are in Ångström by definition, and are written in bohr all the same.

    Args:
        molecule: What the user wrote.
    """
    return molecule.geometry.smiles is None and "units" not in molecule.model_fields_set


def structure_of(
    molecule: MoleculeSpec, *, parent_only: bool = False
) -> tuple[Structure, tuple[str, ...]]:
    """The structure of a SMILES or molfile, without coordinates being made.

    Args:
        molecule: What the user wrote.
        parent_only: Leave off counter-ions and solvent also where they have places in space.

    Returns:
        The structure with the multiplicity that is stated, if one is; and which of charge and
        multiplicity it told.

    Raises:
        InputError: No molecule, or a stated charge or multiplicity that contradicts it.
        RefusedError: The text is too long.
    """
    stated = tuple(_stated(molecule, key) for key in DERIVED)
    return _structure(molecule.geometry, stated, parent_only=parent_only)


def _stated(molecule: MoleculeSpec, key: str) -> int | None:
    """Charge or multiplicity; None where a structure is left to tell it."""
    if molecule.geometry.is_structure and key not in molecule.model_fields_set:
        return None
    return int(getattr(molecule, key))


def _structure(
    geometry: Geometry, stated: tuple[int | None, ...], *, parent_only: bool = False
) -> tuple[Structure, tuple[str, ...]]:
    from vqe_cli.chemistry.geometry.structures.reading import read_molfile, read_smiles

    charge, multiplicity = stated
    if geometry.smiles is not None:
        structure = read_smiles(geometry.smiles)
    else:
        structure = read_molfile(geometry.molfile or "", parent_only=parent_only)
    _refuse_contradiction(structure.charge, charge)
    if multiplicity is not None:
        structure = structure.with_multiplicity(multiplicity)
    told = zip(DERIVED, stated, strict=True)
    return structure, tuple(key for key, given in told if given is None)


@lru_cache(maxsize=16)
def _settled(
    geometry: Geometry, units: str, options: StructureSpec, stated: tuple[int | None, ...]
) -> StructureRecord:
    if geometry.is_structure:
        return _from_structure(geometry, options, stated)
    charge, multiplicity = stated
    assert charge is not None
    assert multiplicity is not None
    return _from_coordinates(geometry, units, options, charge, multiplicity)


def _from_structure(
    geometry: Geometry, options: StructureSpec, stated: tuple[int | None, ...]
) -> StructureRecord:
    from vqe_cli.chemistry.geometry.structures.conformers import lowest_geometry

    structure, told = _structure(geometry, stated)
    found = lowest_geometry(structure, options)
    doubts = (*structure.doubts, *found.doubts)
    return StructureRecord(
        origin="smiles" if geometry.smiles is not None else "molfile",
        smiles=structure.smiles,
        formula=structure.formula,
        charge=structure.charge,
        multiplicity=structure.multiplicity,
        derived=told,
        notes=(*structure.notes, *found.notes, *(check.detail for check in doubts)),
        checks=doubts,
        **_geometry_fields(structure.symbols, found, options),
    )


def _refuse_contradiction(found: int, stated: int | None) -> None:
    if stated is not None and stated != found:
        raise InputError(
            f"the structure carries charge {found:+d}, the input says {stated:+d}",
            path=("molecule", "charge"),
            hint=f"write 'charge: {found}', leave it out, or change the structure",
        )


def _from_coordinates(
    geometry: Geometry, units: str, options: StructureSpec, charge: int, multiplicity: int
) -> StructureRecord:
    """Coordinates alone: there are no bonds to embed or to make a force field of."""
    from vqe_cli.chemistry.geometry.coordinates import atoms_of_geometry, protons
    from vqe_cli.chemistry.geometry.structures.conformers import Found, relaxed
    from vqe_cli.chemistry.geometry.structures.xtb import Xtb

    if options.optimize == "mmff94":
        raise InputError(
            "a force field needs bonds, which coordinates alone do not tell",
            path=("molecule", "structure", "optimize"),
            hint="use gfn2-xtb, or give the molecule as SMILES or molfile",
        )
    atoms = atoms_of_geometry(geometry, units)
    symbols = tuple(atom.symbol for atom in atoms)
    found = Found(np.array([atom.position for atom in atoms]), ("coordinates of the input",), ())
    if options.optimize == "gfn2-xtb":
        numbers = [protons([atom]) for atom in atoms]
        found = relaxed(found, Xtb(numbers, charge, multiplicity))
    return StructureRecord(
        origin="coordinates",
        formula=hill_formula(symbols, charge),
        charge=charge,
        multiplicity=multiplicity,
        **_geometry_fields(symbols, found, options),
    )


def _geometry_fields(
    symbols: tuple[str, ...], found: Found, options: StructureSpec
) -> dict[str, Any]:
    """What a record says of a geometry, wherever it is from."""
    from vqe_cli._core.provenance import versions
    from vqe_cli.chemistry.geometry.structures.conformers import HARTREE

    energies, optimized = found.energies, found.optimized_energy
    lines = [
        f"{symbol} {x:.8f} {y:.8f} {z:.8f}"
        for symbol, (x, y, z) in zip(symbols, found.positions, strict=True)
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
