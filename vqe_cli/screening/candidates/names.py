"""Names of candidates: printable, short, each once."""

from __future__ import annotations

from pathlib import Path

MAX_NAME = 200


def printable(text: str, otherwise: str = "unnamed") -> str:
    """A name that a terminal can show: no control characters, at most `MAX_NAME` long.

    Args:
        text: What stands in the file.
        otherwise: The name where nothing is left of it.
    """
    kept = "".join(letter for letter in " ".join(text[:2000].split()) if letter.isprintable())
    return kept[:MAX_NAME].strip() or otherwise


def place(path: Path, line: int | None = None) -> str:
    """``candidates.smi:12``; a file's name may hold bytes that no table or terminal takes.

    Args:
        path: The file.
        line: From 1.
    """
    name = printable(path.name)
    return name if line is None else f"{name}:{line}"


class Unique:
    """Adds numbers to names that were there before: ``ethanol (2)``."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        """The name, or with the first number that makes it new."""
        found = name
        while found in self._counts:
            self._counts[name] += 1
            number = f" ({self._counts[name]})"
            found = name[: MAX_NAME - len(number)] + number
        self._counts[found] = 1
        return found
