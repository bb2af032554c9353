"""The choice of properties: those requested and those they need, in the order of computation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vqe_cli.errors import InputError, Path
from vqe_cli.properties import PROPERTIES, Column, Property

ENERGY = "energy"
"""The property that most others need; it comes first where it is computed at all."""


def chosen_properties(
    selections: Sequence[str | Mapping[str, Any]], path: Path = ("properties",)
) -> tuple[Property, ...]:
    """Properties in the order of computation: the energy, then as requested, after their needs.

    Args:
        selections: Names, or mappings of ``name`` and options.
        path: Key path of the selections in the input.

    Raises:
        InputError: A name or option is unknown, a property is named twice, or none is named.
    """
    if not selections:
        hint = f"known: {', '.join(PROPERTIES.names())}"
        raise InputError("no property is requested", path=path, hint=hint)
    asked: dict[str, Property] = {}
    for number, selection in enumerate(selections):
        entry = PROPERTIES.create(selection, (*path, number))
        if entry.name in asked:
            message = f"property '{entry.name}' is requested twice"
            raise InputError(message, path=(*path, number), hint="remove one of them")
        asked[entry.name] = entry
    ordered: dict[str, Property] = {}
    for name in sorted(asked, key=lambda name: name != ENERGY):
        _add(asked[name], asked, ordered)
    _refuse_equal_columns(ordered, path)
    return tuple(ordered.values())


def columns_of(properties: Sequence[Property]) -> tuple[Column, ...]:
    """The columns of several properties, in order.

    Args:
        properties: Properties chosen by `chosen_properties`.
    """
    return tuple(column for entry in properties for column in entry.columns)


def _add(entry: Property, asked: Mapping[str, Property], ordered: dict[str, Property]) -> None:
    """Add a property after all its needs; needs that were not requested get default options."""
    for need in entry.needs:
        _add(asked.get(need) or PROPERTIES.create(need), asked, ordered)
    ordered.setdefault(entry.name, entry)


def _refuse_equal_columns(ordered: Mapping[str, Property], path: Path) -> None:
    """Refuse two properties with equal column names, as plug-ins may have them."""
    owners: dict[str, str] = {}
    for name, entry in ordered.items():
        for column in entry.columns:
            if column.name in owners:
                both = f"'{owners[column.name]}' and '{name}'"
                message = f"properties {both} both have a column '{column.name}'"
                raise InputError(message, path=path, hint="remove one of them")
            owners[column.name] = name
