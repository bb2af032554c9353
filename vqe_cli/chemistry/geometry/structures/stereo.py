"""Notes on undefined stereochemistry of a structure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any


def notes_on_stereo(molecule: Any) -> Iterator[str]:
    """A note on the number of undefined or unknown centres and double bonds.

    Args:
        molecule: The RDKit molecule.
    """
    unknown = len(set(_open_elements(molecule)))
    if unknown:
        centres = "stereo element is" if unknown == 1 else "stereo elements are"
        yield f"{unknown} {centres} not given; the geometry chooses"


def _open_elements(molecule: Any) -> Iterator[object]:
    """A key for each undefined stereo element; cumulated double bonds are one element."""
    from rdkit import Chem

    ranks = Chem.CanonicalRankAtoms(molecule, breakTies=False)
    for element in Chem.FindPotentialStereo(molecule):
        if element.specified == Chem.StereoSpecified.Specified:
            continue
        if element.type == Chem.StereoType.Bond_Double:
            row = _row_of(molecule.GetBondWithIdx(element.centeredOn))
            if all(_ends_differ(atom, row, ranks) for atom in (row[0], row[-1])):
                yield frozenset(atom.GetIdx() for atom in row)
        elif not (_has_one_form(element, ranks) or _moves_its_proton(molecule, element)):
            yield element.centeredOn


def _row_of(bond: Any) -> list[Any]:
    """The atoms of cumulated double bonds, such as those of an allene."""
    row = [bond.GetBeginAtom(), bond.GetEndAtom()]
    for _ in range(2):
        row.reverse()
        while (following := _next(row)) is not None:
            row.append(following)
    return row


def _next(row: Sequence[Any]) -> Any | None:
    last, known = row[-1], {atom.GetIdx() for atom in row}
    if last.GetDegree() != 2:
        return None
    others = (bond for bond in last.GetBonds() if bond.GetBondTypeAsDouble() == 2)
    ends = (bond.GetOtherAtom(last) for bond in others)
    return next((atom for atom in ends if atom.GetIdx() not in known), None)


def _ends_differ(atom: Any, row: Sequence[Any], ranks: Sequence[int]) -> bool:
    """Whether the two substituents of an end, lone pairs included, differ."""
    known = {other.GetIdx() for other in row}
    outside = [ranks[n.GetIdx()] for n in atom.GetNeighbors() if n.GetIdx() not in known]
    return bool(outside) and len(set(outside)) == len(outside)


def _moves_its_proton(molecule: Any, element: Any) -> bool:
    """Whether a centre is P or S with =O and OH or O-, which proton transfer makes equivalent."""
    from rdkit import Chem

    if element.type != Chem.StereoType.Atom_Tetrahedral:
        return False
    centre = molecule.GetAtomWithIdx(element.centeredOn)
    chalcogens = Counter(
        other.GetAtomicNum()
        for other in centre.GetNeighbors()
        if other.GetAtomicNum() in (8, 16) and _is_terminal(other)
    )
    return centre.GetAtomicNum() in (15, 16, 33) and max(chalcogens.values(), default=0) > 1


def _is_terminal(atom: Any) -> bool:
    heavy = [other for other in atom.GetNeighbors() if other.GetAtomicNum() != 1]
    return len(heavy) == 1


def _has_one_form(element: Any, ranks: Sequence[int]) -> bool:
    """Whether a centre of five or six ligands, such as SF6 or SF5Cl, has a single arrangement."""
    from rdkit import Chem

    many = (Chem.StereoType.Atom_TrigonalBipyramidal, Chem.StereoType.Atom_Octahedral)
    if element.type not in many:
        return False
    counts = Counter(ranks[atom] for atom in element.controllingAtoms)
    return max(counts.values()) >= len(element.controllingAtoms) - 1


def notes_on_groups(molecule: Any) -> Iterator[str]:
    """A note on centres whose configuration is relative or stands for a mixture.

    Args:
        molecule: The RDKit molecule.
    """
    from rdkit import Chem

    groups = [group.GetGroupType() for group in molecule.GetStereoGroups()]
    if any(group != Chem.StereoGroupType.STEREO_ABSOLUTE for group in groups):
        yield "it stands for a mixture or for one of several stereoisomers: the one drawn is taken"
