"""Paths of files in flags, which belong to the working directory, and in copied inputs."""

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
    return moved(value, keys, Path(), folder)


def moved(value: Any, keys: KeyPath, old: Path, new: Path) -> Any:
    """A value of the input with its relative paths as they would stand in another folder.

    Args:
        value: The value.
        keys: Its keys in the input.
        old: The folder that its paths refer to.
        new: The folder that they shall refer to.
    """
    if isinstance(value, dict):
        return {key: moved(inner, (*keys, key), old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner, keys, old, new) for inner in value]
    names_file = keys[-1:] == ("file",) or (keys in _CHARGES and value != "none")
    if not (names_file and isinstance(value, str)) or "\n" in value or os.path.isabs(value):
        return value
    file = Path(os.path.realpath((old / value).parent)) / Path(value).name
    if not new.is_dir():  # a bundle, from which no path leads out
        return str(file)
    return os.path.relpath(file, os.path.realpath(new))
