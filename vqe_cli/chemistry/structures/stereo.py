"""What a structure leaves open about its stereochemistry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any


def notes_on_stereo(molecule: Any) -> Iterator[str]:
    """How many centres and double bonds are not given.

    Args:
        molecule: RDKit's molecule.
    """
    from rdkit import Chem

    found = Chem.FindPotentialStereo(molecule)
    ranks = Chem.CanonicalRankAtoms(molecule, breakTies=False)
    unknown = sum(
        element.specified == Chem.StereoSpecified.Unspecified and not _has_one_form(element, ranks)
        for element in found
    )
    if unknown:
        centres = "stereo element is" if unknown == 1 else "stereo elements are"
        yield f"{unknown} {centres} not given; the geometry chooses"


def _has_one_form(element: Any, ranks: Sequence[int]) -> bool:
    """RDKit names every centre of five or six ligands, also those as in SF6 and SF5Cl."""
    from rdkit import Chem

    many = (Chem.StereoType.Atom_TrigonalBipyramidal, Chem.StereoType.Atom_Octahedral)
    if element.type not in many:
        return False
    counts = Counter(ranks[atom] for atom in element.controllingAtoms)
    return max(counts.values()) >= len(element.controllingAtoms) - 1


def notes_on_groups(molecule: Any) -> Iterator[str]:
    """Centres whose configuration is relative, or that stand for a mixture.

    Args:
        molecule: RDKit's molecule.
    """
    from rdkit import Chem

    groups = [group.GetGroupType() for group in molecule.GetStereoGroups()]
    if any(group != Chem.StereoGroupType.STEREO_ABSOLUTE for group in groups):
        yield "it stands for a mixture or for one of several stereoisomers: the one drawn is taken"
