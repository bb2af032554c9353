"""Structures that are atoms and bonds: read, audited, and settled in space.

The only home of RDKit and tblite below the reports.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from vqe_cli.errors import InputError
from vqe_cli.records import Quantity, StructureRecord
from vqe_cli.spec import Geometry, MoleculeSpec, StructureSpec

__all__ = ["settled"]

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
    stated = tuple(
        getattr(molecule, key)
        if key in molecule.model_fields_set or not geometry.is_structure
        else None
        for key in DERIVED
    )
    options = molecule.structure or StructureSpec()
    record = _settled(geometry, molecule.units, options, stated)
    changes = {
        "geometry": Geometry(cartesian=record.geometry),
        "units": "angstrom",
        "charge": record.charge,
        "multiplicity": record.multiplicity,
        "structure": None,
    }
    return molecule.model_copy(update=changes), record


@lru_cache(maxsize=16)
def _settled(
    geometry: Geometry, units: str, options: StructureSpec, stated: tuple[int | None, ...]
) -> StructureRecord:
    if geometry.is_structure:
        return _from_structure(geometry, options, *stated)
    charge, multiplicity = stated
    assert charge is not None
    assert multiplicity is not None
    return _from_coordinates(geometry, units, options, charge, multiplicity)


def _from_structure(
    geometry: Geometry, options: StructureSpec, charge: int | None, multiplicity: int | None
) -> StructureRecord:
    from vqe_cli.chemistry.structures.conformers import lowest_geometry
    from vqe_cli.chemistry.structures.reading import read_molfile, read_smiles

    if geometry.smiles is not None:
        structure = read_smiles(geometry.smiles)
    else:
        structure = read_molfile(geometry.molfile or "")
    _refuse_contradiction(structure.charge, charge)
    spin = structure.multiplicity if multiplicity is None else multiplicity
    found = lowest_geometry(structure, options, structure.charge, spin)
    notes = () if multiplicity is not None else structure.notes
    if multiplicity is not None:
        notes = tuple(note for note in structure.notes if "multiplicity" not in note)
    return StructureRecord(
        origin="smiles" if geometry.smiles is not None else "molfile",
        smiles=structure.smiles,
        formula=structure.formula,
        charge=structure.charge,
        multiplicity=spin,
        derived=tuple(
            key for key, given in zip(DERIVED, (charge, multiplicity), strict=True) if given is None
        ),
        notes=(*notes, *found.notes),
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
    from pyscf.data.elements import charge as nuclear_charge

    from vqe_cli.chemistry.geometry import atoms_of_geometry
    from vqe_cli.chemistry.structures.conformers import Found, relaxed
    from vqe_cli.chemistry.structures.xtb import Xtb

    if options.optimize == "mmff94":
        raise InputError(
            "a force field needs bonds, which coordinates alone do not tell",
            path=("molecule", "structure", "optimize"),
            hint="use gfn2-xtb, or give the molecule as SMILES or molfile",
        )
    atoms = atoms_of_geometry(geometry, units)
    symbols = tuple(atom.symbol for atom in atoms)
    found = Found(np.array([atom.position for atom in atoms]), ("coordinates of the input",))
    if options.optimize == "gfn2-xtb":
        numbers = [nuclear_charge(symbol) for symbol in symbols]
        found = relaxed(found, Xtb(numbers, charge, multiplicity))
    return StructureRecord(
        origin="coordinates",
        charge=charge,
        multiplicity=multiplicity,
        **_geometry_fields(symbols, found, options),
    )


def _geometry_fields(
    symbols: tuple[str, ...], found: Any, options: StructureSpec
) -> dict[str, Any]:
    """What a record says of a geometry, wherever it is from."""
    from vqe_cli.chemistry.structures.conformers import HARTREE
    from vqe_cli.provenance import versions

    embedded = "ETKDGv3" in found.steps
    used = (*(("rdkit",) if found.steps[0] != "coordinates of the input" else ()),)
    if found.unit == HARTREE or found.optimized_energy is not None:
        used = (*used, "tblite")
    optimized = found.optimized_energy
    return {
        "geometry": "\n".join(
            f"{symbol} {x:.8f} {y:.8f} {z:.8f}"
            for symbol, (x, y, z) in zip(symbols, found.positions, strict=True)
        ),
        "method": ", ".join(found.steps),
        "seed": options.seed if embedded else None,
        "conformer_energies": Quantity(value=found.energies, unit=found.unit)
        if found.energies
        else None,
        "conformer": found.kept + 1 if embedded else None,
        "optimized_energy": None if optimized is None else Quantity(value=optimized, unit=HARTREE),
        "packages": {name: version or "" for name, version in versions(used).items()},
    }
