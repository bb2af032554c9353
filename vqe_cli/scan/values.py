"""Values of a coordinate as text: ``0.5:3.0:26`` or ``1,2,3``."""

from __future__ import annotations

import numpy as np

from vqe_cli.errors import InputError
from vqe_cli.schema.numbers import NumberError, number, whole

MOST_POINTS = 1000
"""Largest number of points of a scan."""

DIGITS = 12
"""Digits after the decimal point of the values of a range, so that 0.1 steps read as such."""

EXAMPLES = "write START:STOP:POINTS, as in 0.5:3.0:26, or values such as 0.5,0.7,1.0"

Value = int | float


def read_values(text: str, where: str) -> tuple[Value, ...]:
    """The values of a coordinate in ascending order; whole ones as whole numbers.

    Args:
        text: ``START:STOP:POINTS``, both ends included, or values separated by commas.
        where: The flag that has the text, for the error.

    Raises:
        InputError: The text has another form, or too many, too few or equal values.
    """
    try:
        found = _of_range(text) if ":" in text else [number(word) for word in text.split(",")]
    except NumberError as error:
        raise wrong(text, error.message, where) from None
    except ValueError:
        raise wrong(text, "it is neither a range nor a list of numbers", where) from None
    if not all(np.isfinite(found)):
        raise wrong(text, "values are finite numbers", where)
    if not 2 <= len(found) <= MOST_POINTS:
        raise wrong(text, f"a scan has 2 to {MOST_POINTS} points", where)
    if len(set(found)) < len(found):
        raise wrong(text, "two values are equal", where)
    return tuple(int(one) if float(one).is_integer() else float(one) for one in sorted(found))


def _of_range(text: str) -> list[float]:
    start, stop, points = text.split(":")
    count = whole(points)
    if not 2 <= count <= MOST_POINTS:
        raise NumberError(f"a scan has 2 to {MOST_POINTS} points")
    ends = number(start), number(stop)
    if not all(np.isfinite(ends)):
        raise NumberError("values are finite numbers")
    return [round(float(one), DIGITS) for one in np.linspace(*ends, count)]


def wrong(text: str, message: str, where: str, hint: str = EXAMPLES) -> InputError:
    """The refusal of a coordinate.

    Args:
        text: The coordinate as text.
        message: What is wrong with it.
        where: The flag that has it.
        hint: What would be right.
    """
    error = InputError(f"'{text}': {message}", hint=hint)
    error.where = where
    return error
