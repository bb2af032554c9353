"""Properties that were requested beside the energy, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from vqe_cli.report.column_labels import decimals, split_unit
from vqe_cli.report.layout import print_wrapped
from vqe_cli.report.tables import PlainTable
from vqe_cli.schema.records import Measured, PropertyRecord

ENDS_OF_CHECKS = ("verdict", "failed_checks")
"""Ends of the names of columns that are shown beside the name of the property."""


def show_property(found: PropertyRecord, style: str, out: Console) -> None:
    """Print the values of a property with their units, or why there are none.

    Args:
        found: The record of the property.
        style: Style of its verdict.
        out: The console.
    """
    if found.error is not None:
        heading = Text.assemble((found.name, "bold"), ": not computed")
        out.print(heading.append(f" ({found.error['message']})"))
        if found.error["hint"]:
            print_wrapped(found.error["hint"], out, indent=2, style="dim")
        return
    verdict = Text.assemble(": ", (found.verdict, style)) if found.verdict else Text()
    out.print(Text.assemble((found.name, "bold"), verdict))
    table = PlainTable(("", "", ""), words=(0, 2))
    texts = []
    for label, value, unit in _rows(found):
        if isinstance(value, str):
            texts.append(f"{label}: {value}")
        else:
            table.add_row(f"  {label}", _shown(value, unit), unit)
    out.print(table)
    for line in texts:
        print_wrapped(line, out, indent=2, hanging=2)
    for note in found.notes:
        print_wrapped(note, out, indent=2, style="dim")


def property_line(found: PropertyRecord) -> str:
    """The main value of a property, or that there is none.

    It is the first one; a site, which is followed by its energy, is left out.

    Args:
        found: The record of the property.
    """
    if found.error is not None:
        return f"{found.name}: not computed"
    rows = list(_rows(found))
    energies = [row for row in rows[:2] if isinstance(row[1], float) and row[2]]
    main = next(iter((*energies, *rows)), (found.name, "no value", ""))
    text = f"{main[0]} {_shown(main[1], main[2])} {main[2]}".rstrip()
    return f"{text} ({found.verdict})" if found.verdict else text


def _rows(found: PropertyRecord) -> Iterator[tuple[str, float | str, str]]:
    """Label, value and unit of every column with a value."""
    for name, one in found.values.items():
        if one.value is not None and not name.endswith(ENDS_OF_CHECKS):
            yield split_unit(name)[0], _plain(one), one.unit


def _plain(one: Measured) -> float | str:
    assert one.value is not None
    return ("yes" if one.value else "no") if isinstance(one.value, bool) else one.value


def _shown(value: float | str, unit: str) -> str:
    if isinstance(value, float):
        return f"{value:.{decimals(unit, [value])}f}"
    return f"{value:,}" if isinstance(value, int) else value
