"""Colours and shapes of the variants of VQE, the same in all drawings of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparisonRow
from vqe_cli.screening.candidates.variants import shown_value

SHADES = 7
"""Number of colours; variants beyond them differ by shape."""

FORMS = 4
"""Number of shapes of points and of dashes of lines, which then repeat."""


@dataclass(frozen=True)
class Look:
    """How a variant is drawn.

    Args:
        shade: Number of its colour: that of the value of the longest axis of the grid.
        form: Number of its shape: that of the values of all other axes.
        group: The values of the other axes as text; empty without any.
    """

    shade: int
    form: int
    group: str


def looks_of(rows: Sequence[ComparisonRow]) -> dict[str, Look]:
    """Looks by name, for all variants of VQE with an energy, in their order.

    Args:
        rows: The rows of a problem.
    """
    settings = {
        name_of(row.method, row.variant): _values(row.settings)
        for row in rows
        if row.family == "vqe" and row.energy is not None
    }
    keys = list(dict.fromkeys(key for values in settings.values() for key in values))
    choices = {
        key: list(dict.fromkeys(values.get(key, "") for values in settings.values()))
        for key in keys
    }
    longest = max(keys, key=lambda key: len(choices[key]), default=None)
    others = [key for key in keys if key != longest and len(choices[key]) > 1]
    groups = {
        name: ", ".join(values.get(key, "") for key in others) for name, values in settings.items()
    }
    order = list(dict.fromkeys(groups.values()))
    looks = {}
    for name, values in settings.items():
        number = 0 if longest is None else choices[longest].index(values.get(longest, ""))
        turn, shade = divmod(number, SHADES)
        form = (order.index(groups[name]) + turn) % FORMS
        looks[name] = Look(shade, form, groups[name])
    return looks


def _values(settings: Mapping[str, Any]) -> dict[str, str]:
    """The values of the grid's axes as texts, without the seed."""
    return {key: shown_value(key, value) for key, value in settings.items() if key != "seed"}
