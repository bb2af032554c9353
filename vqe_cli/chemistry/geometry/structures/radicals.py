"""Unpaired electrons that a structure states for its atoms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vqe_cli._core.wording import counted
from vqe_cli.chemistry.geometry.structures.metals import TRANSITION
from vqe_cli.errors import InputError, Path

CX_UNPAIRED = {"1": 1, "3": 0, "4": 2, "6": 1, "7": 3}
"""Unpaired electrons of CXSMILES's radical types with definite spin.

These are monovalent, divalent singlet and triplet, trivalent doublet and quartet.
"""

CTFILE_UNPAIRED = {1: 0, 2: 1, 3: 2}
"""Unpaired electrons of a molfile's radical codes: singlet, doublet, triplet."""

CHARGES = {1: 3, 2: 2, 3: 1, 5: -1, 6: -2, 7: -3}
DOUBLET = 4
"""Codes in the atom block of a V2000 molfile: charges, and a doublet radical."""

_STATED = "_statedUnpaired"
_KINDS = re.compile(r"\^([1-7]):([0-9]+(?:,[0-9]+)*)")


def read_with_radicals(text: str, path: Path) -> Any:
    """Read a SMILES, and mark its radicals with the spin that its extension states.

    Args:
        text: The SMILES with its extension.
        path: Path of the structure in the input.

    Returns:
        The RDKit molecule; None if RDKit cannot read the SMILES.

    Raises:
        InputError: A radical is on an atom beyond the last, which RDKit ignores.

    Reference:
        ChemAxon, Extended SMILES: radical numbers.
    """
    from rdkit import Chem

    if not _KINDS.search(text):
        return Chem.MolFromSmiles(text)
    options: Any = Chem.SmilesParserParams()
    options.removeHs = False  # the extension counts hydrogens
    molecule = Chem.MolFromSmiles(text, options)
    if molecule is None:
        return None
    radicals = [(int(a), kind) for kind, listed in _KINDS.findall(text) for a in listed.split(",")]
    _refuse_beyond(max(atom for atom, _ in radicals), molecule.GetNumAtoms(), text, path)
    _mark(molecule, {a: CX_UNPAIRED[kind] for a, kind in radicals if kind in CX_UNPAIRED})
    return Chem.RemoveHs(molecule)


def mark_radicals(molecule: Any, text: str) -> None:
    """Mark the atoms of a molfile with the spins that it states.

    Args:
        molecule: The RDKit molecule, with atoms in the order of the file; is changed.
        text: The molfile.
    """
    _mark(molecule, {atom: CTFILE_UNPAIRED[kind] for atom, kind in _of_molfile(text)})


def with_radical_lines(text: str) -> str:
    """A V2000 molfile with doublets moved from the atom block to lines that RDKit reads.

    Lines of charges or radicals, if there are any, override all codes of the atom block.

    Args:
        text: The molfile.
    """
    lines = text.split("\n")
    if len(lines) < 4 or "V2000" not in lines[3] or re.search("^M  (CHG|RAD)", text, re.MULTILINE):
        return text
    count = lines[3][:3].strip()
    atoms = lines[4 : 4 + int(count)] if count.isdigit() else []
    codes = {number: _code(line) for number, line in enumerate(atoms, 1)}
    if DOUBLET not in codes.values():
        return text
    rows = [f"M  RAD  1 {number:3d}   2" for number, code in codes.items() if code == DOUBLET]
    rows += [
        f"M  CHG  1 {number:3d} {CHARGES[code]:3d}"
        for number, code in codes.items()
        if code in CHARGES
    ]
    end = next((k for k, line in enumerate(lines) if line.startswith("M  END")), len(lines))
    return "\n".join((*lines[:end], *rows, *lines[end:]))


def stated_unpaired(molecule: Any, path: Path) -> int | None:
    """Count the unpaired electrons of a molecule whose radicals have stated spins.

    Args:
        molecule: The RDKit molecule, with atoms marked by this module.
        path: Path of the structure in the input.

    Returns:
        The number of unpaired electrons; None if nothing is stated, or something is open: the
        spin of a transition metal, or the coupling of electrons of several atoms.

    Raises:
        InputError: An atom cannot have the stated unpaired electrons.
    """
    if any(atom.GetAtomicNum() in TRANSITION for atom in molecule.GetAtoms()):
        return None
    radicals = [
        atom for atom in molecule.GetAtoms() if atom.GetNumRadicalElectrons() or _is_marked(atom)
    ]
    for atom in radicals:
        _refuse_impossible(atom, path)
    open_ones = [a for a in radicals if a.GetNumRadicalElectrons() > 1 and not _is_marked(a)]
    unpaired = [count for atom in radicals if (count := _unpaired(atom))]
    marked = any(map(_is_marked, radicals))
    return sum(unpaired) if marked and not open_ones and len(unpaired) < 2 else None


def _refuse_beyond(last: int, count: int, text: str, path: Path) -> None:
    if last >= count:
        raise InputError(
            f"'{text[:60]}' puts a radical on atom {last}, but has {counted(count, 'atom')}",
            path=path,
            hint=f"its extension counts atoms from 0 to {count - 1}",
        )


def _unpaired(atom: Any) -> int:
    stated = atom.GetIntProp(_STATED) if _is_marked(atom) else atom.GetNumRadicalElectrons()
    return int(stated)


def _is_marked(atom: Any) -> bool:
    return bool(atom.HasProp(_STATED))


def _refuse_impossible(atom: Any, path: Path) -> None:
    stated, free = _unpaired(atom), atom.GetNumRadicalElectrons()
    if (stated - free) % 2 or stated > max(free, 1):
        raise InputError(
            f"{atom.GetSymbol()} is stated to have"
            f" {counted(stated, 'unpaired electron')}, and its bonds"
            f" leave it {free}",
            path=path,
            hint="correct the radical, the hydrogens or the charge",
        )


def _mark(molecule: Any, stated: Mapping[int, int]) -> None:
    for atom, unpaired in stated.items():
        if 0 <= atom < molecule.GetNumAtoms():
            molecule.GetAtomWithIdx(atom).SetIntProp(_STATED, unpaired)


def _code(line: str) -> int:
    code = line[36:39].strip()
    return int(code) if code.isdigit() else 0


def _of_molfile(text: str) -> Iterator[tuple[int, int]]:
    """Indices of atoms from 0, and the codes of their radicals."""
    for line in text.splitlines():
        if line.startswith("M  RAD"):
            words = [int(word) for word in line[9:].split() if word.isdigit()]
            yield from (
                (atom - 1, kind)
                for atom, kind in zip(words[::2], words[1::2], strict=False)
                if kind in CTFILE_UNPAIRED
            )
    block = re.search(r"M  V30 BEGIN ATOM\n(.*?)M  V30 END ATOM", text, re.DOTALL)
    rows = re.sub(r"-\s*\nM  V30 ", "", block[1]).splitlines() if block else ()
    for number, row in enumerate(rows):
        if found := re.search(r"\bRAD=([123])\b", row):
            yield number, int(found[1])
