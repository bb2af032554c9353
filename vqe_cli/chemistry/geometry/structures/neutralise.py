"""Neutralisation of ions by adding or removing protons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vqe_cli.chemistry.geometry.structures.metals import is_metal
from vqe_cli.chemistry.geometry.structures.reading import quiet, read_smiles, shown
from vqe_cli.chemistry.geometry.structures.structure import SPIN, Structure, protons_of


def neutralised(structure: Structure) -> Structure:
    """A structure with protons added or removed until it is as neutral as protons can make it.

    If protons change, given coordinates are dropped.

    Args:
        structure: The structure as read.
    """
    again, notes = structure, list(structure.notes)
    with quiet():
        smiles = _without_charges(structure.smiles)
        if smiles is not None:
            again = _with_spin_of(read_smiles(smiles), structure)
    if again is not structure:
        notes.append(f"neutralised: {shown(structure.smiles)} became {shown(again.smiles)}")
        if structure.positions:
            notes.append("the coordinates of the file were those of the ion")
    if again.charge:
        notes.append(f"charge {again.charge:+d} stays: no proton accounts for it")
    return replace(
        again, notes=tuple(notes), doubts=structure.doubts, metals_left=structure.metals_left
    )


def _without_charges(smiles: str) -> str | None:
    """The SMILES with protons added or removed; None if nothing changes, or not protons alone.

    RDKit turns BH4- into BH3 and CH3+ into CH4, which moves hydrides. Its neutral tropylium ion is
    not a valid molecule.
    """
    from rdkit import Chem
    from rdkit.Chem.MolStandardize.rdMolStandardize import Uncharger

    written = Chem.MolFromSmiles(smiles)
    if any(is_metal(atom) for atom in written.GetAtoms()):
        return None
    found = str(Chem.MolToSmiles(Uncharger().uncharge(written)))
    readable = Chem.MolFromSmiles(found)
    if found == smiles or readable is None:
        return None
    return found if _electrons(readable) == _electrons(written) else None


def _electrons(molecule: Any) -> tuple[int, int]:
    """Numbers of electrons and of unpaired electrons; protons change neither."""
    from rdkit import Chem

    full = Chem.AddHs(molecule)
    radicals = sum(atom.GetNumRadicalElectrons() for atom in full.GetAtoms())
    return protons_of(full) - Chem.GetFormalCharge(full), radicals


def _with_spin_of(found: Structure, ion: Structure) -> Structure:
    """The structure with the spin of its ion, which protons do not change."""
    is_open = any(check.name == SPIN for check in ion.doubts)
    return found if is_open else found.with_multiplicity(ion.multiplicity)
