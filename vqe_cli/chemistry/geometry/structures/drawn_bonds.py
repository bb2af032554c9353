"""Plausibility of the bond lengths in a molfile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vqe_cli.schema.check_records import Check, doubt

SHORTEST, LONGEST = 0.5, 1.5
"""Plausible bond lengths, as fractions of the sum of the covalent radii.

Cr2's sextuple bond is longer than the shortest, copper's stretched bonds shorter than the longest.
"""

NAME = "bonds-of-the-file"


def doubts_on_bonds(molecule: Any) -> Iterator[Check]:
    """The failed check of bonds whose lengths are implausible.

    Coordinates in bohr are 1.9 times as far apart as they should be.

    Args:
        molecule: The RDKit molecule, with the coordinates of its file.

    Reference:
        Covalent radii: Cordero et al., Dalton Trans. 2832 (2008).
    """
    off = [(ratio, bond) for ratio, bond in _ratios(molecule) if not SHORTEST < ratio < LONGEST]
    if not off:
        return
    ratio, bond = max(off, key=lambda one: abs(one[0] - 1))
    ends = (bond.GetBeginAtom(), bond.GetEndAtom())
    atoms = " and ".join(f"{atom.GetIdx() + 1} ({atom.GetSymbol()})" for atom in ends)
    others = f" ({len(off) - 1} other bonds are off, too)" if len(off) > 1 else ""
    length = _length(molecule, bond)
    yield doubt(
        NAME,
        f"atoms {atoms} are bonded in the file and {length:.2f} Å apart, {ratio:.2f} times the sum"
        f" of their covalent radii{others}: check the coordinates, which are in Ångström",
        value=length,
    )


def _ratios(molecule: Any) -> Iterator[tuple[float, Any]]:
    from rdkit import Chem

    radius = Chem.GetPeriodicTable().GetRcovalent
    for bond in molecule.GetBonds():
        if bond.GetBondType() not in (Chem.BondType.ZERO, Chem.BondType.HYDROGEN):
            usual = radius(bond.GetBeginAtom().GetAtomicNum())
            usual += radius(bond.GetEndAtom().GetAtomicNum())
            yield _length(molecule, bond) / usual, bond


def _length(molecule: Any, bond: Any) -> float:
    positions = molecule.GetConformer()
    first, second = (
        positions.GetAtomPosition(index) for index in (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
    )
    return float(first.Distance(second))
