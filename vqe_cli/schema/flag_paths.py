"""Paths of files in flags, which belong to the working directory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from vqe_cli.errors import Path as KeyPath

_CHARGES = (("environment",), ("environment", "charges"))
"""Keys whose text is the name of a file, unless it is the table itself."""


def from_working_directory(value: Any, keys: KeyPath, folder: Path) -> Any:
    """A flag's value with its relative paths as they would stand in an input file.

    Args:
        value: The value of the flag.
        keys: The keys that the flag sets.
        folder: The folder of the input file, which paths of the input refer to.
    """
    if folder == Path():
        return value
    return _moved(value, keys, folder)


def _moved(value: Any, keys: KeyPath, folder: Path) -> Any:
    if isinstance(value, dict):
        return {key: _moved(inner, (*keys, key), folder) for key, inner in value.items()}
    if isinstance(value, list):
        return [_moved(inner, keys, folder) for inner in value]
    names_file = keys[-1:] == ("file",) or (keys in _CHARGES and value != "none")
    if not (names_file and isinstance(value, str)) or "\n" in value or os.path.isabs(value):
        return value
    if not folder.is_dir():  # a bundle, from which no path leads out
        return os.path.abspath(value)
    return os.path.relpath(os.path.abspath(value), os.path.abspath(folder))
