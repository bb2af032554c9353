""".mol and .sdf files with one molecule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from vqe_cli.errors import InputError
from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema.readers.content import about
from vqe_cli.schema.readers.electrons import stated_electrons
from vqe_cli.schema.readers.reading import MOLFILE, Reading
from vqe_cli.schema.readers.shown_paths import shown
from vqe_cli.schema.source import Origin

MOLFILE_SUFFIXES = (".mol", ".sdf")
MOLFILE_END = "M  END"
"""Beginning of the last line of every molfile."""

SDF_SEPARATOR = "$$$$"

_COUNTS = re.compile(r"(?:[^\n]*\n){3}[^\n]*V[23]000\s*$", re.MULTILINE)


def is_molfile(text: str) -> bool:
    """Whether the fourth line is the counts line of a molfile."""
    return _COUNTS.match(text) is not None


def read_molfile(path: Path, text: str) -> Reading:
    """The only molecule of a .mol or .sdf file.

    Args:
        path: Path of the file.
        text: Content of the file.

    Raises:
        InputError: The file has several molecules.
    """
    first, *others = re.split(rf"^{re.escape(SDF_SEPARATOR)}.*$", text, flags=re.MULTILINE)
    ends = re.findall(rf"^{MOLFILE_END}", text, flags=re.MULTILINE)
    count = max(1 + sum(bool(other.strip()) for other in others), len(ends))
    if count > 1:
        hint = "`vqe screen run` computes all of them; or save one as a separate file"
        raise about(path, f"has {count} molecules instead of one", hint)
    origin = Origin(shown(path))
    origins: dict[KeyPath, Origin] = {(): origin, MOLFILE: origin}
    fields = data_fields(first.splitlines())
    origins |= {("molecule", field.title): Origin(shown(path), field.line) for field in fields}
    try:
        found = stated_electrons({field.title: field.value for field in fields})
    except InputError as error:
        error.where = shown(path)
        raise
    section = {"geometry": {"molfile": first}, **found.section}
    return Reading({"molecule": section}, origins, found.remarks)


class DataField(NamedTuple):
    """A data field of a record: title in lower case, first line, and number of that line."""

    title: str
    value: str
    line: int


def data_fields(lines: Sequence[str]) -> tuple[DataField, ...]:
    """The data fields of an .sdf record.

    Args:
        lines: Lines of the record.
    """
    return tuple(
        DataField(title.split("<", 1)[1].split(">", 1)[0].strip().lower(), value.strip(), number)
        for number, (title, value) in enumerate(pairwise(lines), 2)
        if title.startswith(">") and "<" in title
    )
