"""Stereochemistry that a SMILES states and RDKit loses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from vqe_cli.errors import InputError, Path
from vqe_cli.schema.check_records import Check, doubt

NAME = "stereo-kept"
SMALL_RING = 7
"""Largest ring, in atoms, whose double bonds RDKit all reads as Z; trans-cyclooctene is stable."""

_FLAG = re.compile(r"\|(?:[^|]*,)?r(?:,[^|]*)?\|")
"""The CXSMILES extension of a racemate or a relative configuration."""

_COORDINATES = "give coordinates (.xyz, .sdf)"


@dataclass(frozen=True)
class Lost:
    """Notes and checks on stereochemistry that is not kept.

    Args:
        notes: Notes on losses that do not affect energies.
        doubts: Failed checks of losses that may affect energies.
    """

    notes: tuple[str, ...] = ()
    doubts: tuple[Check, ...] = ()


def lost_stereo(text: str, molecule: Any, path: Path) -> Lost:
    """Compare the stated stereochemistry of a SMILES with what RDKit has kept.

    Args:
        text: The SMILES with its extension.
        molecule: The RDKit molecule, as read.
        path: Path of the structure in the input.

    Returns:
        Notes and checks on stereochemistry that is not kept.

    Raises:
        InputError: Another molecule would be computed: the SMILES has a trans double bond in a
            small ring, or a chiral atom without its hydrogen.
    """
    from rdkit import Chem

    smiles = text.split(None, 1)[0]
    notes = [_MIXTURE] if _FLAG.search(text) and "@" in smiles else []
    if not re.search(r"[@/\\]", smiles):
        return Lost(tuple(notes))
    options: Any = Chem.SmilesParserParams()
    options.sanitize = options.removeHs = False
    written = Chem.MolFromSmiles(smiles, options)
    options.sanitize = True
    whole = Chem.MolFromSmiles(smiles, options)
    if written is None or whole is None:
        return Lost(tuple(notes))
    _refuse_without_hydrogen(written, whole, path)
    _refuse_trans_in_rings(written, whole, path)
    axes = [*_axes(written, whole), *_cumulenes(written, whole)]
    if not axes:
        return Lost(tuple(notes))
    said = f"what is stated at {', '.join(axes)} is not kept, and the geometry chooses"
    if len(axes) == 1 and axes[0].startswith(_AXIS) and not _has_stereo(molecule):
        return Lost((*notes, f"{said}: of two mirror images"))
    return Lost(tuple(notes), (doubt(NAME, f"{said}: {_COORDINATES}"),))


def refuse_atropisomers(molecule: Any, path: Path) -> None:
    """Refuse an axis of chirality stated by wedges, which no SMILES can express.

    Args:
        molecule: The RDKit molecule of a drawing.
        path: Path of the structure in the input.

    Raises:
        InputError: There is such an axis.
    """
    from rdkit import Chem

    stated = (Chem.BondStereo.STEREOATROPCW, Chem.BondStereo.STEREOATROPCCW)
    for bond in molecule.GetBonds():
        if bond.GetStereo() in stated:
            ends = f"{bond.GetBeginAtomIdx() + 1} and {bond.GetEndAtomIdx() + 1}"
            message = f"wedges state an atropisomer about the bond of atoms {ends}"
            hint = f"a drawing of it gets no such geometry: {_COORDINATES}, or remove the wedges"
            raise InputError(message, path=path, hint=hint)


_MIXTURE = "it stands for a racemate or for relative configurations: the one written is taken"
_AXIS = "the axis"


def _named(atom: Any) -> str:
    return f"atom {atom.GetIdx() + 1} ({atom.GetSymbol()})"


def _is_tagged(atom: Any) -> bool:
    from rdkit import Chem

    return bool(atom.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED)


def _pairs(written: Any, whole: Any) -> Iterator[tuple[Any, Any]]:
    return zip(written.GetAtoms(), whole.GetAtoms(), strict=True)


def _refuse_without_hydrogen(written: Any, whole: Any, path: Path) -> None:
    for before, after in _pairs(written, whole):
        three = after.GetTotalDegree() == 3 and after.GetNumRadicalElectrons() == 1
        if _is_tagged(before) and after.GetSymbol() in ("C", "Si", "Ge") and three:
            symbol = after.GetSymbol()
            raise InputError(
                f"{_named(after)} is marked as chiral, and has three neighbours and no hydrogen",
                path=path,
                hint=f"write [{symbol}@H] or [{symbol}@@H]; without '@' it is a radical",
            )


def _refuse_trans_in_rings(written: Any, whole: Any, path: Path) -> None:
    from rdkit import Chem

    Chem.SetBondStereoFromDirections(written)
    rings = whole.GetRingInfo()
    for bond in written.GetBonds():
        small = [ring for ring in rings.BondRings() if bond.GetIdx() in ring]
        stated = (Chem.BondStereo.STEREOCIS, Chem.BondStereo.STEREOTRANS)
        if bond.GetStereo() not in stated or not small or min(map(len, small)) > SMALL_RING:
            continue
        ring = set(min(rings.AtomRings(), key=lambda one: _foreign(one, bond)))
        outside = sum(atom not in ring for atom in bond.GetStereoAtoms())
        if (bond.GetStereo() == Chem.BondStereo.STEREOTRANS) != (outside == 1):
            ends = f"{_named(bond.GetBeginAtom())} and {_named(bond.GetEndAtom())}"
            raise InputError(
                f"the double bond of {ends} is stated as trans in a ring of {len(ring)}",
                path=path,
                hint=f"only its cis form can be made here: {_COORDINATES}, or correct '/' and '\\'",
            )


def _foreign(ring: Iterable[int], bond: Any) -> tuple[bool, int]:
    """Sort key of rings: those with the bond first, small ones before large ones."""
    holds = {bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()} <= set(ring)
    return not holds, len(tuple(ring))


def _axes(written: Any, whole: Any) -> Iterator[str]:
    """Names of the axes of allenes, whose chirality is written at the middle atom."""
    for before, after in _pairs(written, whole):
        if _is_tagged(before) and _is_cumulated(after):
            yield f"{_AXIS} of {_named(after)}"


def _cumulenes(written: Any, whole: Any) -> Iterator[str]:
    """Names of the ends of cumulenes that are written as cis or trans."""
    from rdkit import Chem

    none = Chem.BondDir.NONE
    for before, after in _pairs(written, whole):
        directed = any(bond.GetBondDir() != none for bond in before.GetBonds())
        if directed and any(map(_is_cumulated, after.GetNeighbors())) and _has_double(after):
            yield f"the end of a cumulene at {_named(after)}"


def _has_double(atom: Any) -> bool:
    return any(bond.GetBondTypeAsDouble() == 2 for bond in atom.GetBonds())


def _is_cumulated(atom: Any) -> bool:
    double = [bond for bond in atom.GetBonds() if bond.GetBondTypeAsDouble() == 2]
    return len(double) == int(atom.GetDegree()) == 2


def _has_stereo(molecule: Any) -> bool:
    """Whether a molecule has stereo elements besides an axis."""
    from rdkit import Chem

    return any(
        element.specified == Chem.StereoSpecified.Specified
        or element.type == Chem.StereoType.Atom_Tetrahedral
        for element in Chem.FindPotentialStereo(molecule)
    )
