"""Candidates read from files of all supported kinds, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vqe_cli.errors import InputError
from vqe_cli.schema.readers.molfile import MOLFILE_SUFFIXES
from vqe_cli.screening.candidates.grid import read_grid
from vqe_cli.screening.candidates.inputs import read_one_input, reading_failure
from vqe_cli.screening.candidates.names import Unique, place, printable
from vqe_cli.screening.candidates.sdf import read_sdf
from vqe_cli.screening.candidates.smiles_lines import read_smiles_lines
from vqe_cli.screening.candidates.table import read_table
from vqe_cli.screening.candidates.text import about, kind_of
from vqe_cli.screening.model import Candidate, Variant

__all__ = ["Candidates", "read_candidates"]

LINE_SUFFIXES = (".smi", ".smiles", ".ism", ".inchi", ".csv", ".tsv")
FOLDER_SUFFIXES = (".xyz", ".yaml", ".yml", *MOLFILE_SUFFIXES)
"""Suffixes of the files that are read in a folder; other files are only named."""

PACKABLE_SUFFIXES = (*LINE_SUFFIXES, *MOLFILE_SUFFIXES)
"""Suffixes of files that are read line by line, and so may be compressed by gzip."""


@dataclass(frozen=True)
class Columns:
    """Columns or properties with SMILES and names; None for the usual ones."""

    smiles: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Candidates:
    """The candidates of a file or folder. Each iteration reads it anew, entry by entry.

    Args:
        path: File or folder.
        variants: Variants of the grid; a single one without overrides if there is no grid.
        ignored: Names of other files and folders in a folder.
    """

    path: Path
    variants: tuple[Variant, ...] = (Variant(),)
    ignored: tuple[str, ...] = ()
    _entries: Callable[[], Iterator[Candidate]] = field(default=lambda: iter(()), repr=False)

    def __iter__(self) -> Iterator[Candidate]:
        """Iterate in the order of the file, with unique names; an empty file is an error."""
        unique = Unique()
        found = False
        for candidate in self._entries():
            found = True
            name = unique(candidate.name)
            if name == candidate.name:
                yield candidate
            else:
                yield candidate.model_copy(update={"name": name})
        if not found:
            raise about(self.path, "contains no candidates", "write one molecule per line")


def read_candidates(
    path: str | Path, smiles_column: str | None = None, name_column: str | None = None
) -> Candidates:
    """Open a file or folder of candidates.

    Args:
        path: File with suffix `.smi`, `.ism`, `.inchi`, `.csv`, `.tsv`, `.sdf` or `.mol`, also
            compressed as `.gz`; `.xyz` or YAML (an input, or a grid) file; or folder of `.xyz`,
            YAML, `.sdf` and `.mol` files.
        smiles_column: Table column with SMILES or InChI; default ``smiles``, else ``inchi``.
        name_column: Table column, or property of an `.sdf` record, with names.

    Returns:
        The candidates, to iterate over.

    Raises:
        InputError: The file does not exist, is of no known kind, or has a faulty grid. Faults of
            single entries are stated in their `Candidate.failure`.
    """
    path, columns = Path(path), Columns(smiles_column, name_column)
    if path.is_dir():
        return _of_folder(path, columns)
    if not path.exists():
        raise about(path, "no such file")
    suffix = kind_of(path)
    if not _is_known(path):
        known = ", ".join((*LINE_SUFFIXES, *FOLDER_SUFFIXES))
        hint = f"known extensions: {known}; lines, tables and .sdf also as .gz"
        raise about(path, "is not a known kind of candidates file", hint)
    grid = read_grid(path) if suffix in (".yaml", ".yml") else None
    if grid is None:
        return Candidates(path, _entries=partial(_of_file, path, columns))
    entries = partial(grid.candidates, partial(_of_file, columns=columns))
    return Candidates(path, grid.variants, _entries=entries)


def _of_folder(path: Path, columns: Columns) -> Candidates:
    files = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    known = [
        file
        for file in files
        if kind_of(file) in FOLDER_SUFFIXES and _is_known(file) and file.is_file()
    ]
    if not known:
        raise about(
            path,
            "contains no candidates",
            f"a folder may contain {', '.join(FOLDER_SUFFIXES)} files",
        )

    def entries() -> Iterator[Candidate]:
        for file in known:
            yield from _without_stopping(file, columns)

    others = sorted(set(files).difference(known))
    ignored = tuple(printable(file.name) for file in others)
    return Candidates(path, ignored=ignored, _entries=entries)


def _is_known(path: Path) -> bool:
    """Whether there is a reader for files with this suffix."""
    packed = kind_of(path) != path.suffix.lower()
    return kind_of(path) in (PACKABLE_SUFFIXES if packed else (*LINE_SUFFIXES, *FOLDER_SUFFIXES))


def _without_stopping(file: Path, columns: Columns) -> Iterator[Candidate]:
    """Candidates of one file of a folder; an error of reading becomes a failed candidate."""
    try:
        yield from _of_file(file, columns)
    except InputError as error:
        failure = reading_failure(error)
        yield Candidate(name=printable(file.stem), source=place(file), failure=failure)


def _of_file(path: Path, columns: Columns) -> Iterator[Candidate]:
    suffix = kind_of(path)
    if suffix in (".csv", ".tsv"):
        return read_table(path, columns.smiles, columns.name)
    if suffix in LINE_SUFFIXES:
        return read_smiles_lines(path)
    if suffix in MOLFILE_SUFFIXES:
        return read_sdf(path, columns.name)
    return iter((read_one_input(path),))
