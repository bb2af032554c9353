"""Readers of input files, one file for each format."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vqe_cli._core.bundles import bundle_around
from vqe_cli.errors import InputError
from vqe_cli.schema.readers.content import (
    about,
    is_hdf5,
    is_molden,
    is_stream,
    read_head,
    read_text,
    suffix_of,
)
from vqe_cli.schema.readers.foreign import foreign_format
from vqe_cli.schema.readers.json_input import read_json
from vqe_cli.schema.readers.missing import hint_for_missing_input
from vqe_cli.schema.readers.molfile import MOLFILE_SUFFIXES, is_molfile, read_molfile
from vqe_cli.schema.readers.openfermion import is_openfermion, read_openfermion
from vqe_cli.schema.readers.program_output import (
    MAX_OUTPUT_BYTES,
    program_of,
    read_program_output,
)
from vqe_cli.schema.readers.reading import Reading
from vqe_cli.schema.readers.shown_paths import STANDARD_INPUT, shown
from vqe_cli.schema.readers.xyz import is_xyz, read_xyz
from vqe_cli.schema.readers.yaml_input import read_yaml
from vqe_cli.schema.source import Origin

__all__ = ["MOLFILE_SUFFIXES", "Reading", "read", "read_geometry"]

YAML_SUFFIXES = (".yaml", ".yml")
XYZ_SUFFIXES = (".xyz", ".extxyz")

_FCIDUMP = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s*[!#][^\n]*\n)*\s*[&$]FCI", re.IGNORECASE)
_OTHER_KIND = re.compile(r"(?:\s*#[^\n]*\n|\s*\n)*(?:molecule|hamiltonian|fcidump)\s*:")
"""The beginning of a YAML input file."""

_PUBCHEM = re.compile(r'\s*\{\s*"PC_Compounds"')
_QASM = re.compile(r"\s*(//[^\n]*\n\s*)*OPENQASM\b")


def read(path: Path) -> Reading:
    """The content of an input file of any known format.

    The extension decides for YAML, .xyz, .mol and .sdf; other files and standard input are
    recognised by their content.

    Args:
        path: Path of the file; ``-`` is standard input.

    Raises:
        InputError: The file cannot be read; the error names file and line.
    """
    _refuse_missing(path)
    suffix = suffix_of(path)
    if suffix in YAML_SUFFIXES:
        return _read_by(path, read_text(path), read_yaml)
    if suffix not in (*XYZ_SUFFIXES, *MOLFILE_SUFFIXES) and _has_integrals(path):
        return _fcidump(path)
    if (reader := _reader_by_ending(suffix)) is not None:
        return _read_by(path, read_text(path, latin=True), reader)
    return _by_content(path, read_text(path, MAX_OUTPUT_BYTES, latin=True))


def _refuse_missing(path: Path) -> None:
    """Refuse a file that does not exist, with a hint on what was probably meant."""
    if str(path) == STANDARD_INPUT or not _is_missing(path) or bundle_around(path) is not None:
        return
    raise about(path, "no such file", hint_for_missing_input(path))


def _is_missing(path: Path) -> bool:
    """Whether there is no such file; other reasons why it cannot be read are found by reading."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def read_geometry(path: Path) -> Reading:
    """The content of a geometry file: .xyz, .mol, .sdf, QCSchema or an output.

    Args:
        path: Path of the file.

    Raises:
        InputError: The file cannot be read or has no geometry.
    """
    suffix = suffix_of(path)
    text = read_text(path, MAX_OUTPUT_BYTES, latin=True)
    if suffix == ".json":
        found = read_json(path, text)
    elif suffix not in (*XYZ_SUFFIXES, *MOLFILE_SUFFIXES) and program_of(text) is not None:
        found = read_program_output(path, text)
    else:
        found = _read_by(path, text, _reader_by_ending(suffix) or read_xyz)
    if found is None or "molecule" not in found.data:
        raise about(
            path, "has no geometry", "name an .xyz, .mol, .sdf or QCSchema file, or an output"
        )
    return found


def _reader_by_ending(suffix: str) -> Callable[[Path, str], Reading] | None:
    if suffix in MOLFILE_SUFFIXES:
        return read_molfile
    return read_xyz if suffix in XYZ_SUFFIXES else None


def _by_content(path: Path, text: str) -> Reading:
    if is_xyz(text):
        return read_xyz(path, text)
    if is_molfile(text):
        return read_molfile(path, text)
    if _QASM.match(text):
        message = "is an OpenQASM circuit, which does not define a problem"
        raise about(path, message, "give the molecule or the Hamiltonian")
    if _PUBCHEM.match(text):
        message = "is a compound of PubChem in JSON, which is not supported"
        raise about(path, message, "download its 3D conformer as SDF")
    if program_of(text) is not None:
        return read_program_output(path, text)
    if is_openfermion(text):
        return read_openfermion(path, text)
    return _read_by(path, text, lambda path, text: read_json(path, text) or read_yaml(path, text))


def _read_by(path: Path, text: str, reader: Callable[[Path, str], Reading]) -> Reading:
    """The text as a reader reads it; an error names the format of another program if known."""
    try:
        return reader(path, text)
    except InputError:
        _refuse_foreign(path, text)
        raise


def _refuse_foreign(path: Path, text: str) -> None:
    """Raise an error that names the format of another program."""
    if (program := program_of(text)) is not None:
        hint = "its extension is that of another format: name it .out"
        raise about(path, f"is an output of {program}", hint, 1) from None
    kind = _OTHER_KIND.match(text)
    if kind is not None and suffix_of(path) in (*XYZ_SUFFIXES, *MOLFILE_SUFFIXES):
        hint = "its extension is that of another format: name it .yaml"
        raise about(path, "is a YAML input file", hint, 1) from None
    if suffix_of(path) in YAML_SUFFIXES and is_xyz(text):
        hint = "its extension is that of another format: name it .xyz"
        raise about(path, "is an .xyz geometry", hint, 1) from None
    if is_molden(path):
        hint = "its extension is that of another format: name it .molden"
        raise about(path, "is a Molden file", hint, 1) from None
    known = foreign_format(text)
    if known is not None:
        name, hint = known
        raise about(path, f"is {name}, which is not supported", hint, 1) from None


def _has_integrals(path: Path) -> bool:
    """Whether a file is FCIDUMP, HDF5 as of TREXIO, or Molden, from which they are computed."""
    return is_hdf5(path) or is_molden(path) or _FCIDUMP.match(read_head(path)) is not None


def _fcidump(path: Path) -> Reading:
    name = str(path) if is_stream(path) else path.name
    data: dict[str, Any] = {"fcidump": {"file": name}}
    return Reading(data, {(): Origin(shown(path))})
