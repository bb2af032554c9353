"""YAML files with a list of molecules and a grid of settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema import Source
from vqe_cli.schema.files import inline_bases
from vqe_cli.schema.readers.content import read_text
from vqe_cli.schema.yaml_source import YamlDocument, YamlError, parse_yaml
from vqe_cli.screening.candidates.inputs import candidate_of, reading_failure
from vqe_cli.screening.candidates.names import place, printable
from vqe_cli.screening.candidates.variants import variants_of, with_bases
from vqe_cli.screening.model import Candidate, Variant

KEYS = ("molecules", "grid")

ReadFile = Callable[[Path], Iterator[Candidate]]


class GridFile:
    """A checked grid file; the files of molecules that it names are read when iterated.

    Args:
        path: Path of the file.
        document: Content of the file.

    Raises:
        InputError: The content is wrong; the error states file and line.
    """

    def __init__(self, path: Path, document: YamlDocument) -> None:
        self._path, self._document = path, document
        data = document.data
        for key in data:
            if key not in KEYS:
                raise self._error(f"unknown key '{key}'", (key,), did_you_mean(key, KEYS))
        self._molecules = data.get("molecules")
        if not isinstance(self._molecules, list) or not self._molecules:
            hint = "molecules: [h2.yaml, {smiles: CCO, name: ethanol}]"
            raise self._error("'molecules' must be a list of molecules", ("molecules",), hint)
        self.variants = self._variants(data.get("grid", {}))

    def candidates(self, read_file: ReadFile) -> Iterator[Candidate]:
        """Iterate over the candidates in order.

        Args:
            read_file: Function that reads a file of any kind.

        Yields:
            The candidates of all files.
        """
        for index, entry in enumerate(self._molecules):
            line = self._document.lines.get(("molecules", index))
            source = place(self._path, line)
            try:
                yield from self._entry(entry, index, source, read_file)
            except InputError as error:
                name = entry if isinstance(entry, str) else f"molecule {index + 1}"
                yield Candidate(name=printable(name), source=source, failure=reading_failure(error))

    def _entry(
        self, entry: Any, index: int, source: str, read_file: ReadFile
    ) -> Iterator[Candidate]:
        if isinstance(entry, str):
            yield from read_file(self._inside(entry, index))
        elif isinstance(entry, dict) and "smiles" in entry:
            yield self._of_smiles(entry, index, source)
        elif isinstance(entry, dict) and "geometry" in entry:
            yield self._of_section(entry, index, source)
        else:
            raise self._error(
                "is neither a file nor a molecule",
                ("molecules", index),
                "write a file's name, {smiles: CCO, name: ethanol}, or {geometry: ...}",
            )

    def _of_smiles(self, entry: dict[str, Any], index: int, source: str) -> Candidate:
        for key in entry:
            if key not in ("smiles", "name"):
                hint = "for charge and multiplicity write {geometry: {smiles: ...}, charge: ...}"
                raise self._error(f"unknown key '{key}'", ("molecules", index, key), hint)
        smiles = entry["smiles"]
        if not isinstance(smiles, str):
            hint = 'put it in quotes: {smiles: "[H][H]"}'
            raise self._error("the SMILES is not text", ("molecules", index, "smiles"), hint)
        name = printable(str(entry.get("name") or smiles))
        return Candidate(name=name, source=source, smiles=smiles)

    def _of_section(self, entry: dict[str, Any], index: int, source: str) -> Candidate:
        geometry = entry["geometry"]
        if isinstance(geometry, dict) and "file" in geometry:
            path: KeyPath = ("molecules", index, "geometry", "file")
            raise self._error("a geometry cannot name a file here", path, "list the file itself")
        data = {"molecule": entry}
        inline_bases(data, Source(self._path))
        return candidate_of(data, f"molecule {index + 1}", source)

    def _inside(self, name: str, index: int) -> Path:
        """The path of a named file, which must be below the folder of the grid, links resolved."""
        folder = self._path.parent.resolve()
        found = (folder / name).resolve() if name.isprintable() else None
        if found is None or Path(name).is_absolute() or not found.is_relative_to(folder):
            raise self._error(
                f"'{printable(name)[:80]}' is outside the folder of this file",
                ("molecules", index),
                "name files in it or below it, by relative paths",
            )
        return self._path.parent / name

    def _variants(self, grid: Any) -> tuple[Variant, ...]:
        if not isinstance(grid, dict):
            hint = "grid: {ansatz: [uccsd, lucj], molecule.basis: [sto-3g, 6-31g]}"
            raise self._error("'grid' must be a mapping of keys to lists", ("grid",), hint)
        try:
            return variants_of(with_bases(grid, Source(self._path)))
        except InputError as error:
            raise self._error(error.message, error.path, error.hint) from None

    def _error(self, message: str, path: KeyPath, hint: str | None = None) -> InputError:
        error = InputError(message, hint=hint)
        ends = range(len(path), -1, -1)
        known = (self._document.lines.get(path[:end]) for end in ends)
        line = next((line for line in known if line is not None), None)
        error.where = str(self._path) if line is None else f"{self._path}:{line}"
        return error


def read_grid(path: Path) -> GridFile | None:
    """Read a grid file.

    Args:
        path: Path of a YAML file.

    Returns:
        The grid; None where the file is an input of `vqe run`.

    Raises:
        InputError: The file is not YAML, or the grid is faulty.
    """
    try:
        document = parse_yaml(read_text(path))
    except YamlError as error:
        fault = InputError(error.message, hint=error.hint)
        fault.where = str(path) if error.line is None else f"{path}:{error.line}"
        raise fault from None
    data = document.data
    if not isinstance(data, dict) or not any(key in data for key in KEYS):
        return None
    return GridFile(path, document)
