"""Valences that the bonds of a geometry leave open: hydrogens left out, or atoms as they stand."""

from __future__ import annotations

from typing import Any

from vqe_cli.schema.records import Check, doubt

SHORT = 0.9
"""Of the sum of covalent radii; single bonds are longer, double ones of C, N and O shorter."""

NAMED = 6
"""So many atoms are named."""


def open_atoms(molecule: Any) -> tuple[str, ...]:
    """Atoms at which RDKit would put hydrogens that nobody wrote, numbered from 1.

    Args:
        molecule: RDKit's.
    """
    return tuple(
        f"{atom.GetSymbol()}{atom.GetIdx() + 1}"
        for atom in molecule.GetAtoms()
        if atom.GetNumImplicitHs()
    )


def hydrogens_are_left_out(molecule: Any) -> bool:
    """Whether hydrogens are meant where a geometry shows none.

    Crystallography sees no hydrogens. So they are left out where there are none at all, in an
    organic molecule of three atoms or more whose bonds are as long as they are drawn. Everything
    else is as it stands: a file that writes some hydrogens writes all (CH2, OH), a diatomic is one
    (CO, N2 with a single bond), and single bonds as short as double ones were drawn by a program
    that knows no orders (CO2).

    Args:
        molecule: RDKit's, with coordinates in space.
    """
    numbers = [atom.GetAtomicNum() for atom in molecule.GetAtoms()]
    is_organic = 6 in numbers and len(numbers) > 2
    return is_organic and 1 not in numbers and not _has_short_bond(molecule)


def leave_open(molecule: Any) -> None:
    """Let no hydrogens stand where none are written.

    Args:
        molecule: RDKit's; is changed.
    """
    for atom in molecule.GetAtoms():
        if atom.GetNumImplicitHs():
            atom.SetNoImplicit(True)
    molecule.UpdatePropertyCache(strict=False)


def doubt_of_open(atoms: tuple[str, ...]) -> Check:
    """What is to be said of valences that stay open.

    Args:
        atoms: Their names.
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
    """What is to be said of hydrogens that were put into a geometry.

    Args:
        count: How many.
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
    """Whether a single bond is as short as a double one, and its atoms have room for that."""
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
