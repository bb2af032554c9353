"""The columns of an extended .xyz file, named by ``Properties``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vqe_cli._core.wording import counted
from vqe_cli.schema.faults import TextError

SYMBOLS = ("species", "element", "elements", "symbol", "symbols")
NUMBERS = ("z", "numbers", "atomic_numbers", "atomic_number", "species_id")
POSITIONS = ("pos", "positions", "position", "coords", "coordinates")

_EXAMPLE = "write Properties=species:S:1:pos:R:3"


class ColumnsError(TextError):
    """Columns that do not describe atoms."""


@dataclass(frozen=True)
class Columns:
    """Columns of an atom's line, counted from 0.

    Args:
        total: Number of columns.
        position: First of the three columns of coordinates.
        element: Column of the symbol or atomic number.
        others: First column and number of columns of every other property, by name.
    """

    total: int
    position: int
    element: int
    others: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Columns:
        """The columns of a text such as ``species:S:1:pos:R:3``: name, type and number of each.

        Args:
            text: The value of ``Properties``.

        Raises:
            ColumnsError: The text has another form, or lacks positions or elements.
        """
        parts = text.split(":")
        groups = list(zip(parts[::3], parts[1::3], parts[2::3], strict=False))
        if len(parts) % 3 or not all(
            kind.upper() in "SRIL" and count.isdecimal() and len(count) < 4 and int(count)
            for _, kind, count in groups
        ):
            raise ColumnsError(f"'Properties={text[:60]}' does not name columns", _EXAMPLE)
        starts: dict[str, tuple[int, int]] = {}
        total = 0
        for name, _, count in groups:
            if name.lower() in starts:
                raise ColumnsError(f"'Properties' names '{name[:40]}' twice", _EXAMPLE)
            starts[name.lower()] = (total, int(count))
            total += int(count)
        position = next((starts[name] for name in POSITIONS if name in starts), None)
        element = next((starts[name] for name in (*SYMBOLS, *NUMBERS) if name in starts), None)
        if position is None or position[1] != 3:
            raise ColumnsError("'Properties' names no positions of three columns", _EXAMPLE)
        if element is None or element[1] != 1:
            raise ColumnsError("'Properties' names no column with the elements", _EXAMPLE)
        others = {name: one for name, one in starts.items() if one not in (position, element)}
        return cls(total, position[0], element[0], others)

    def atom(self, words: Sequence[str]) -> str:
        """The atom of a line as 'symbol x y z'.

        Args:
            words: The words of the line.

        Raises:
            ColumnsError: The number of words is wrong.
        """
        if len(words) != self.total:
            raise ColumnsError(
                f"the line has {counted(len(words), 'column')}, 'Properties' names {self.total}",
                "write one value per column",
            )
        x, y, z = words[self.position : self.position + 3]
        return f"{words[self.element]} {x} {y} {z}"
