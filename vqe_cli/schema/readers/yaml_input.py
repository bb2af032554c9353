"""YAML input files."""

from __future__ import annotations

from pathlib import Path

from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema.basis import text_path
from vqe_cli.schema.readers.content import about, suffix_of
from vqe_cli.schema.readers.reading import CARTESIAN, GEOMETRY, ZMATRIX, Reading
from vqe_cli.schema.readers.shown_paths import shown
from vqe_cli.schema.source import Origin
from vqe_cli.schema.yaml_source import YamlError, parse_yaml

TABLES = (".smi", ".smiles", ".csv", ".tsv")
"""Extensions of lists of molecules, which campaigns read."""

_BLOCKS = {GEOMETRY: CARTESIAN, CARTESIAN: CARTESIAN, ZMATRIX: ZMATRIX}
"""Texts of several lines whose errors name a line of the text."""

_BASES: tuple[KeyPath, ...] = (("molecule", "basis"), ("molecule", "ecp"))
"""Keys of such texts that may also be mappings by element."""


def read_yaml(path: Path, text: str) -> Reading:
    """The content of a YAML input file.

    Args:
        path: Path of the file.
        text: Content of the file.

    Raises:
        InputError: The text is not valid YAML, or not a mapping.
    """
    try:
        document = parse_yaml(text)
    except YamlError as error:
        raise about(path, error.message, error.hint, error.line) from None
    if not isinstance(document.data, dict):
        hint = "write keys such as 'molecule:'; `vqe init NAME` writes an example"
        if suffix_of(path) in TABLES:
            hint = f"for a list of molecules: vqe screen run {shown(path)} --config FILE --out DIR"
        raise about(path, "is not an input file", hint)
    name = shown(path)
    origins: dict[KeyPath, Origin] = {
        key: Origin(name, line) for key, line in document.lines.items()
    }
    for key, line in document.blocks.items():
        if key in _BLOCKS:
            origins[_BLOCKS[key]] = Origin(name, line)
        if key[:2] in _BASES:
            origins[text_path(key)] = Origin(name, line)
    return Reading(document.data, origins)
