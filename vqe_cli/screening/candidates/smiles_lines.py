"""`.smi` files: lines with a SMILES or InChI and an optional name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from vqe_cli.screening.candidates.names import place, printable
from vqe_cli.screening.candidates.text import Line, lines
from vqe_cli.screening.model import Candidate, Failure

INCHI = "InChI="
"""The prefix of every InChI, with which no SMILES begins."""

_EXTENSION = re.compile(r"\|[^|]*\|(?=\s|$)")
_TITLES = ("smiles", "canonical_smiles", "isomeric_smiles", "inchi")


def read_smiles_lines(path: Path) -> Iterator[Candidate]:
    """Iterate over the candidates of a `.smi` file.

    Blank lines, lines that begin with ``#`` and a title line are skipped.

    Args:
        path: Path of the file.

    Yields:
        The candidates, in the order of the file.
    """
    first = True
    for line in lines(path):
        content = line.text.strip()
        if not content or content.startswith("#"):
            continue
        if first and content.split(None, 1)[0].lower() in _TITLES:
            first = False
            continue
        first = False
        yield _candidate(path, line, content)


def _candidate(path: Path, line: Line, content: str) -> Candidate:
    source = place(path, line.number)
    if line.cut:
        return Candidate(name=f"line {line.number}", source=source, failure=too_long())
    smiles, extension, name = _parts(content)
    if name.startswith("|"):
        failure = Failure(
            kind="input",
            message=f"the extension '{printable(name)[:40]}' of the SMILES is cut off",
            hint="it ends with a second '|', and a name follows behind a blank",
        )
        return Candidate(name=printable(smiles), source=source, failure=failure)
    called = printable(name or smiles)
    separator = next((letter for letter in ",;" if letter in smiles), None)
    if smiles.startswith(INCHI):
        separator = None
    if separator is not None:
        failure = Failure(
            kind="input",
            message=f"'{printable(smiles)[:60]}' holds a '{separator}', which no SMILES does",
            hint="put a blank or a tab before the name; call a table .csv, titles in its first row",
        )
        return Candidate(name=called, source=source, failure=failure)
    return Candidate(name=called, source=source, smiles=f"{smiles} {extension}".strip())


def _parts(content: str) -> tuple[str, str, str]:
    """SMILES, CXSMILES extension (which states radicals, among other things) and name."""
    smiles, *rest = content.split(None, 1)
    found = _EXTENSION.match(rest[0]) if rest else None
    if found is None:
        return smiles, "", rest[0] if rest else ""
    return smiles, found[0], rest[0][found.end() :].strip()


def too_long() -> Failure:
    """The failure for a line of more than `text.MAX_LINE` bytes."""
    return Failure(
        kind="refused",
        message="the line is too long for any molecule",
        hint="one molecule in a line",
    )
