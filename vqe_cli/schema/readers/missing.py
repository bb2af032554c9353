"""Hints for files that do not exist: what was probably meant."""

from __future__ import annotations

import re
import shlex
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from vqe_cli.schema.known_molecules import known_molecule
from vqe_cli.schema.readers.shown_paths import shown

MOST_NAMES = 2000
"""Number of names of a folder among which a similar one is looked for."""

ENDINGS = (".yaml", ".yml", ".xyz", ".sdf", ".mol", ".json", ".fcidump", ".out", ".log")
DASHES = "–—−"
_ELEMENT = re.compile(r"[A-Z][a-z]?")
_ATOM_SOMEWHERE = re.compile(r"(?:^|[^A-Za-z])[A-Za-z]{1,2}(?:[\s,]+[-+]?[0-9.]+){3}")
_SMILES = re.compile(r"(?=.*([=#\[\]()]|[a-z]\d|[CNOcno]{2}))[A-Za-z0-9@+\-=#\[\]()\\/%.]+")


def hint_for_missing(path: Path) -> str | None:
    """What was probably meant by the name of a file that does not exist.

    Args:
        path: Path of the file.
    """
    return _near_name(path)


def hint_for_missing_input(path: Path) -> str | None:
    """What was probably meant by the name of an input file that does not exist.

    Args:
        path: Path of the file.
    """
    name = str(path)
    if name[:1] in DASHES:
        return f"options begin with two hyphens: --{name.lstrip(DASHES + '-')}"
    if (near := _near_name(path)) is not None:
        return near
    if known_molecule(name) is not None:
        file = shlex.quote(f"{name}.yaml")
        return f"`vqe init {shlex.quote(name)}` writes {file}; then `vqe run {file}`"
    return _as_geometry(name, path.suffix.lower() in ENDINGS)


def _as_geometry(name: str, is_file: bool) -> str | None:
    """How a geometry or a SMILES is typed, for what looks like one."""
    if _ATOM_SOMEWHERE.search(name):
        form = "'H 0 0 0; H 0 0 0.74', in Å"
        return f"as a geometry: {form}; then --set molecule.units=bohr, --charge, --multiplicity"
    if _ELEMENT.fullmatch(name):
        return "quote a geometry as one word: vqe run 'H 0 0 0; H 0 0 0.74'"
    if not is_file and _SMILES.fullmatch(name):
        return f"for a SMILES: vqe run --smiles {shlex.quote(name)}"
    return None


def _near_name(path: Path) -> str | None:
    """A file that exists, in place of one that does not."""
    name = str(path)
    if "\\" in name and Path(name.replace("\\", "/")).exists():
        return f"write slashes: {name.replace(chr(92), '/')}"
    if name.startswith("~") and _expanded(path).exists():
        return f"'~' is not replaced within quotation marks: {_expanded(path)}"
    if not path.parent.is_dir():
        return f"there is no folder {shown(path.parent)}"
    if "*" in name or "?" in name:
        return f"no file in {path.parent.absolute()} matches"
    there = [one.name for one in islice(path.parent.iterdir(), MOST_NAMES) if one.is_file()]
    same = [one for one in there if one in {f"{path.name}{end}" for end in ENDINGS}]
    blank = [one for one in there if one.startswith(f"{path.name} ")]
    close = get_close_matches(path.name, there, n=1, cutoff=0.75)
    if blank and not same:
        return f"quote names that contain blanks: {shlex.quote(shown(path.parent / blank[0]))}"
    found = (same or _in_another_case(path.name, there) or close)[:1]
    return f"did you mean {shlex.quote(shown(path.parent / found[0]))}?" if found else None


def _in_another_case(name: str, there: list[str]) -> list[str]:
    return [one for one in there if one.lower() == name.lower()]


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # there is no such user
        return path
