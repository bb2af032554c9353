"""Placeholders in structures: repeat units, attachment points, abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vqe_cli.errors import InputError, Path

HARMLESS_GROUPS = ("DAT", "SUP", "MUL")
"""Substance groups whose atoms are all present: data, expanded abbreviations and repetitions."""

_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+")
_LABELS = {"A": "molFileAlias", "V": "molFileValue"}
"""Codes of molfile lines that name an atom, and RDKit's properties for them."""


def refuse_placeholders(molecule: Any, text: str, name: str, path: Path) -> None:
    """Refuse a structure in which placeholders stand for atoms.

    Args:
        molecule: The RDKit molecule, as read.
        text: The text that it was read from.
        name: Name of the structure in messages.
        path: Path of the structure in the input.

    Raises:
        InputError: There is a placeholder; the message has its line in a molfile.

    Reference:
        BIOVIA, CTfile formats (2020): atom aliases, Sgroups, link nodes, attachment points.
    """
    for what, hint in (*_units(molecule), *_labels(molecule, text)):
        raise InputError(f"{name} has {what}", path=path, hint=hint)


def _units(molecule: Any) -> Iterator[tuple[str, str]]:
    """Faults and hints: repeat units, link nodes, attachment points, bonds to several atoms."""
    from rdkit import Chem

    hint = "write all atoms of one molecule"
    for group in Chem.GetMolSubstanceGroups(molecule):
        kind = group.GetProp("TYPE")
        if kind not in HARMLESS_GROUPS:
            yield f"brackets of a polymer or mixture (Sgroup {kind}): no molecule", hint
    if molecule.HasProp("_molLinkNodes"):
        yield "a link node, an atom that is repeated: no molecule", hint
    for atom in molecule.GetAtoms():
        if atom.HasProp("molAttchpt"):
            place = f"atom {atom.GetIdx() + 1} ({atom.GetSymbol()})"
            yield f"an attachment point at {place}: a substituent is no molecule", hint
    if any(bond.HasProp("_MolFileBondAttach") for bond in molecule.GetBonds()):
        yield "a bond to one of several atoms: no molecule", "draw it to one of them"


def _labels(molecule: Any, text: str) -> Iterator[tuple[str, str]]:
    """Faults and hints: names on atoms that stand for groups which are not drawn."""
    hint = "draw the group with its atoms ('expand abbreviations'), or remove the name"
    for atom in molecule.GetAtoms():
        for key in ("atomLabel", *_LABELS.values()):
            label = atom.GetProp(key).strip() if atom.HasProp(key) else ""
            if label and not _is_own_name(atom, label):
                place = f"atom {atom.GetIdx() + 1} ({atom.GetSymbol()}){_line(text, atom, key)}"
                yield f"'{label[:40]}' as the name of {place}, whose group is not drawn", hint


def _is_own_name(atom: Any, label: str) -> bool:
    """Whether a label is a number, or the element with or without its hydrogens: NH2, H2N."""
    symbol, hydrogens = atom.GetSymbol(), atom.GetTotalNumHs(includeNeighbors=True)
    count = "H" if hydrogens == 1 else f"H{hydrogens}" if hydrogens else ""
    label = label.rstrip("+-")
    return label in (symbol, symbol + count, count + symbol) or bool(_NUMBER.fullmatch(label))


def _line(text: str, atom: Any, key: str) -> str:
    """The line of a molfile that names an atom: below ``A  `` and its number, or in ``V  ``.

    Returns:
        `` on line 12``, or an empty text for a SMILES.
    """
    letter = next((letter for letter, known in _LABELS.items() if known == key), None)
    atom_number = str(atom.GetIdx() + 1)
    for number, line in enumerate(text.splitlines(), 1):
        if letter and line.startswith(f"{letter}  ") and line[3:6].strip() == atom_number:
            return f" on line {number + (letter == 'A')}"
    return ""
