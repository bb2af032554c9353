"""Charges that protons account for, taken away with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vqe_cli.chemistry.geometry.structures.metals import is_metal
from vqe_cli.chemistry.geometry.structures.reading import quiet, read_smiles, shown
from vqe_cli.chemistry.geometry.structures.structure import SPIN, Structure, protons_of


def neutralised(structure: Structure) -> Structure:
    """The same with protons added or taken off until no charge is left that they account for.

    Coordinates that were given are dropped where protons change.

    Args:
        structure: As it was read.
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
    """The SMILES with protons moved; None where that leaves it as it is, or is not enough.

    RDKit makes BH3 of BH4- and CH4 of CH3+: those are hydrides. Its neutral tropylium ion is no
    molecule.
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
    """How many there are, and how many of them are unpaired; protons change neither."""
    from rdkit import Chem

    full = Chem.AddHs(molecule)
    radicals = sum(atom.GetNumRadicalElectrons() for atom in full.GetAtoms())
    return protons_of(full) - Chem.GetFormalCharge(full), radicals


def _with_spin_of(found: Structure, ion: Structure) -> Structure:
    """Protons take no electrons with them: what was stated of the ion's spin still holds."""
    is_open = any(check.name == SPIN for check in ion.doubts)
    return found if is_open else found.with_multiplicity(ion.multiplicity)
