"""`.smi` files: a SMILES in each line, then its name if it has one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vqe_cli.screening.candidates.names import printable
from vqe_cli.screening.candidates.text import Line, lines
from vqe_cli.screening.model import Candidate, Failure

_TITLES = ("smiles", "canonical_smiles", "isomeric_smiles")


def read_smiles_lines(path: Path) -> Iterator[Candidate]:
    """Candidates of a `.smi` file; blank lines, lines with ``#`` and a line of titles are skipped.

    Args:
        path: The file.
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
    source = f"{path.name}:{line.number}"
    if line.cut:
        return Candidate(name=f"line {line.number}", source=source, failure=too_long())
    smiles, *name = content.split(None, 1)
    return Candidate(name=printable(name[0] if name else smiles), source=source, smiles=smiles)


def too_long() -> Failure:
    """Why a line of more than `text.MAX_LINE` bytes is not looked at."""
    return Failure(
        kind="refused",
        message="the line is too long for any molecule",
        hint="one molecule in a line",
    )
