"""Names of candidates: printable, short and unique."""

from __future__ import annotations

from pathlib import Path

MAX_NAME = 200


def printable(text: str, otherwise: str = "unnamed") -> str:
    """A printable name without control characters, at most `MAX_NAME` characters long.

    Args:
        text: Text from the file.
        otherwise: Name to use where no character is left.
    """
    kept = "".join(letter for letter in " ".join(text[:2000].split()) if letter.isprintable())
    return kept[:MAX_NAME].strip() or otherwise


def place(path: Path, line: int | None = None) -> str:
    """Printable file name and line, such as ``candidates.smi:12``.

    Args:
        path: Path of the file.
        line: Line number, from 1; None for the whole file.
    """
    name = printable(path.name)
    return name if line is None else f"{name}:{line}"


class Unique:
    """Makes names unique by adding numbers to repeated ones: ``ethanol (2)``."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        """The name, with a number if it was used before."""
        found = name
        while found in self._counts:
            self._counts[name] += 1
            number = f" ({self._counts[name]})"
            found = name[: MAX_NAME - len(number)] + number
        self._counts[found] = 1
        return found
