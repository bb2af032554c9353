"""Logarithmic axes of drawings: places in pixels, and marks at powers of ten."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

PLAIN = range(-3, 4)
"""Powers of ten that are written as numbers."""

MOST_MARKS = 8


@dataclass(frozen=True)
class Mark:
    """A mark on an axis: its place in pixels, and its text."""

    place: float
    label: str


@dataclass(frozen=True)
class LogAxis:
    """A logarithmic axis.

    Args:
        low: Exponent of ten at its beginning.
        high: Exponent of ten at its end.
        start: Place of its beginning, pixels.
        end: Place of its end, pixels; less than `start` for an axis that goes up.
    """

    low: int
    high: int
    start: float
    end: float

    def place(self, value: float) -> float:
        """The place of a positive value, pixels."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    @property
    def marks(self) -> list[Mark]:
        """Marks at powers of ten."""
        step = -(-(self.high - self.low) // MOST_MARKS)
        powers = range(self.low, self.high + 1, step)
        return [Mark(self.place(10.0**power), _power(power)) for power in powers]


def axis_of(values: Iterable[float], start: float, end: float) -> LogAxis:
    """An axis of whole powers of ten around some values.

    Args:
        values: Positive values, at least one.
        start: Place of its beginning, pixels.
        end: Place of its end, pixels.
    """
    known = list(values)
    low = math.floor(math.log10(min(known)))
    high = math.ceil(math.log10(max(known)))
    return LogAxis(low, max(high, low + 1), start, end)


def _power(power: int) -> str:
    if power in PLAIN:
        return f"{10.0**power:g}"
    return f"10{str(power).translate(SUPERSCRIPTS)}"
