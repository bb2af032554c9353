"""Formulas of molecules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def hill_formula(symbols: Sequence[str], charge: int) -> str:
    """A molecule's formula, such as ``C2H6O`` or ``H4N+``.

    Args:
        symbols: The element of every atom.
        charge: Total charge, in units of e; its sign and size come last.

    Reference:
        Hill, J. Am. Chem. Soc. 22, 478 (1900): carbon, hydrogen, then alphabetically; all
        alphabetically without carbon.
    """
    counts = Counter(symbols)
    first = ["C", "H"] if "C" in counts else []
    order = [symbol for symbol in first if symbol in counts]
    order += sorted(set(counts) - set(first))
    parts = [f"{symbol}{counts[symbol] if counts[symbol] > 1 else ''}" for symbol in order]
    sign = "+" if charge > 0 else "-"
    ending = "" if charge == 0 else sign + (str(abs(charge)) if abs(charge) > 1 else "")
    return "".join(parts) + ending
