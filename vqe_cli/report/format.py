"""Durations, sizes, counts and energies as text."""

from __future__ import annotations

import math

from vqe_cli._core.resources import show_bytes


def seconds(value: float) -> str:
    """A measured duration: ``12 ms``, ``3.14 s``, ``10.0 min``."""
    if value < 0.0995:
        return f"{1000 * value:.0f} ms"
    if value < 120:
        return f"{value:.3g} s"
    for size, unit in ((60, "min"), (3600, "h"), (86400, "days")):
        if value < 120 * size or unit == "days":
            break
    return f"{value / size:.1f} {unit}"


def whole_seconds(value: float) -> str:
    """A running duration, in whole seconds if it is short."""
    return f"{value:.0f} s" if value < 120 else seconds(value)


def predicted_seconds(value: float) -> str:
    """A predicted duration; below a millisecond only a bound."""
    return "under 1 ms" if value < 1e-3 else seconds(value)


def rough_duration(value: float) -> str:
    """A duration that is known within a factor of three, such as ``2 hours``.

    Args:
        value: The duration in seconds.
    """
    for unit, size in (("year", 3.15e7), ("day", 86400.0), ("hour", 3600.0), ("minute", 60.0)):
        if value >= size:
            number = f"{value / size:,.0f}"
            return f"{number} {unit}{'' if number == '1' else 's'}"
    return f"{value:.0f} seconds"


def predicted_bytes(count: int) -> str:
    """A predicted amount of memory; below 1 MB only a bound."""
    return "under 1 MB" if count < 1e6 else show_bytes(count)


def energy(value: float | None) -> str:
    """An energy in Hartree to ten decimals."""
    return "" if value is None else f"{value:.10f}"


def with_bar(value: float | None, standard_error: float | None) -> str:
    """A number with its standard error in parentheses: ``-1.1005(10)``, two digits of it.

    Without a standard error, to ten decimals.

    Args:
        value: The number.
        standard_error: Its standard error in the same unit.
    """
    if value is None or not standard_error or not math.isfinite(standard_error):
        return energy(value)
    decimals = decimals_of(standard_error)
    if decimals <= 0:
        return f"{value:.0f}({standard_error:.0f})"
    if standard_error >= 1:
        return f"{value:.{decimals}f}({standard_error:.{decimals}f})"
    return f"{value:.{decimals}f}({round(standard_error * 10**decimals)})"


def decimals_of(standard_error: float) -> int:
    """Number of decimals that leave two digits of a standard error.

    Args:
        standard_error: The standard error, above zero.
    """
    decimals = 1 - math.floor(math.log10(standard_error))
    rounds_up = round(standard_error, decimals) >= 10.0 ** (2 - decimals)
    return decimals - 1 if rounds_up else decimals


def one_digit(value: float) -> str:
    """A size of which only the first digit matters: ``30``, ``3``, ``0.04``."""
    return f"{float(f'{value:.1g}'):g}"


def signed(error_mha: float) -> str:
    """An error in mHa with its sign, and zero without one."""
    text = f"{error_mha:+.4f}"
    return "0.0000" if float(text) == 0.0 else text


def thousands(count: int) -> str:
    """A count with separated thousands: ``12,345``."""
    return f"{count:,}"


def three_digits(count: int) -> str:
    """A predicted count to three digits: ``342k``, ``12.1 M``."""
    if count < 10_000:
        return f"{count:,}"
    if count < 999_500:
        return f"{count / 1e3:.3g}k"
    return f"{count / 1e6:.3g} M" if count < 99_500_000 else f"{count / 1e6:,.0f} M"
