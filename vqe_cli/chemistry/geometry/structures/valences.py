"""Open valences in a geometry: hydrogens that were left out, or genuinely open ones."""

from __future__ import annotations

from typing import Any

from vqe_cli.schema.check_records import Check, doubt

SHORT = 0.9
"""Fraction of the sum of covalent radii between single and double bonds of C, N and O."""

NAMED = 6
"""Maximum number of atoms that a message names."""


def open_atoms(molecule: Any) -> tuple[str, ...]:
    """Names, numbered from 1, of atoms at which RDKit would add hydrogens.

    Args:
        molecule: The RDKit molecule.
    """
    return tuple(
        f"{atom.GetSymbol()}{atom.GetIdx() + 1}"
        for atom in molecule.GetAtoms()
        if atom.GetNumImplicitHs()
    )


def hydrogens_are_left_out(molecule: Any) -> bool:
    """Whether a geometry leaves out hydrogens that the molecule has.

    Crystallography does not see hydrogens. They are assumed to be left out if there are none at
    all in an organic molecule of three atoms or more whose bonds are as long as their orders say.
    Otherwise the geometry is complete: a file with some hydrogens has all (CH2, OH), a diatomic is
    one (CO, N2 with a single bond), and single bonds as short as double ones come from a program
    without bond orders (CO2).

    Args:
        molecule: The RDKit molecule, with coordinates.
    """
    numbers = [atom.GetAtomicNum() for atom in molecule.GetAtoms()]
    is_organic = 6 in numbers and len(numbers) > 2
    return is_organic and 1 not in numbers and not _has_short_bond(molecule)


def leave_open(molecule: Any) -> None:
    """Keep open valences open: forbid hydrogens that are not written.

    Args:
        molecule: The RDKit molecule; is changed.
    """
    for atom in molecule.GetAtoms():
        if atom.GetNumImplicitHs():
            atom.SetNoImplicit(True)
    molecule.UpdatePropertyCache(strict=False)


def doubt_of_open(atoms: tuple[str, ...]) -> Check:
    """The failed check of valences that stay open.

    Args:
        atoms: Names of the atoms with open valences.
    """
    named = ", ".join(atoms[:NAMED]) + (", ..." if len(atoms) > NAMED else "")
    return doubt(
        name="valences-open",
        value=float(len(atoms)),
        detail=(
            f"bonds and hydrogens leave valences open at {named}: the atoms were taken as they"
            " stand, and a multiplicity that is not stated as low as it can be; write the bonds,"
            " hydrogens or radicals (M  RAD) that are meant"
        ),
    )


def doubt_of_added(count: int) -> Check:
    """The failed check of hydrogens that were added to a geometry.

    Args:
        count: Number of added hydrogens.
    """
    atoms = "atoms that the file leaves out were"
    if count == 1:
        atoms = "atom that the file leaves out was"
    return doubt(
        name="hydrogens-added",
        value=float(count),
        detail=f"{count} hydrogen {atoms} added with coordinates: write those that are meant",
    )


def _has_short_bond(molecule: Any) -> bool:
    """Whether a single bond is as short as a double one, which its atoms' valences allow."""
    from rdkit import Chem

    radius = Chem.GetPeriodicTable().GetRcovalent
    places = molecule.GetConformer()
    for bond in molecule.GetBonds():
        ends = bond.GetBeginAtom(), bond.GetEndAtom()
        if bond.GetBondType() != Chem.BondType.SINGLE:
            continue
        if not all(atom.GetNumImplicitHs() for atom in ends):
            continue
        first, second = (places.GetAtomPosition(atom.GetIdx()) for atom in ends)
        if first.Distance(second) < SHORT * sum(radius(atom.GetAtomicNum()) for atom in ends):
            return True
    return False
