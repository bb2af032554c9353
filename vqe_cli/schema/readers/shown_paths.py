"""Paths of files as one would type them in the working directory."""

from __future__ import annotations

import os
from pathlib import Path

STANDARD_INPUT = "-"


def shown(path: Path) -> str:
    """The name of a file in messages, as one would type it in the working directory.

    Args:
        path: Path of the file; ``-`` is standard input.
    """
    if str(path) == STANDARD_INPUT:
        return "standard input"
    if ".." not in path.parts:
        return str(path)
    found = os.path.join(os.path.realpath(path.parent), path.name)
    relative = os.path.relpath(found)
    is_outside = relative.startswith(os.pardir)
    return found if path.is_absolute() and is_outside else relative
