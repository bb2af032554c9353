"""The data of the page's script: the table by columns and the panels, without repeats."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from vqe_cli.properties import Column, tells_worth
from vqe_cli.properties.units import UNITS
from vqe_cli.report.campaign.page.columns import CORE, ELSEWHERE, table_columns
from vqe_cli.report.campaign.page.data import CampaignReport, Detail, finite
from vqe_cli.report.campaign.page.structures import drawings
from vqe_cli.report.column_labels import decimals, split_unit

HIDDEN = frozenset({"reference_hartree", "failure_kind"})
"""Common columns that are hidden by default."""

ALWAYS_SHOWN = frozenset({"variant", "classical_methods"})
"""Text columns that are always shown if they exist."""

MOST_MAIN = 6
"""Number of main columns that are shown by default."""

SHOWN_EXTRAS = 3
"""Number of other numeric columns that are shown if there are no main columns."""

CORE_NAMES = frozenset(column.name for column in CORE)


def payload(report: CampaignReport) -> dict[str, Any]:
    """The data of the page's script.

    Args:
        report: The data of the campaign.
    """
    columns = table_columns(report)
    drawn = drawings(_texts(report, "smiles"))
    places = {smiles: number for number, smiles in enumerate(drawn)}
    smiles = _texts(report, "smiles")
    return {
        "ids": report.ids,
        "columns": _described(report, columns),
        "values": {column.name: _values(report, column) for column in columns},
        "texts": {name: _texts(report, name) for name in sorted(ELSEWHERE - {"notes"})},
        "notes": [list(_notes(row.get("notes"))) for row in report.rows],
        "structures": [places.get(text or "", -1) for text in smiles],
        "drawings": list(drawn.values()),
        "rankBy": report.rank_by,
        "descending": report.descending,
        "title": report.title,
        **_details(report.details),
    }


def _described(report: CampaignReport, columns: list[Column]) -> list[dict[str, Any]]:
    numbers = (column.name for column in columns if column.kind == "number")
    extras = [name for name in numbers if name not in CORE_NAMES]
    main = report.main[:MOST_MAIN] or extras[:SHOWN_EXTRAS]
    shown = CORE_NAMES - HIDDEN | set(main)
    shown |= ALWAYS_SHOWN | {report.rank_by}
    shown |= {column.name for column in columns if tells_worth(column.name)}
    found = []
    names = {column.name for column in columns}
    for column in columns:
        label, unit = split_unit(column.name)
        digits = 0
        if column.kind == "number":
            digits = decimals(unit, report.numbers(column.name))
        found.append(
            {
                "name": column.name,
                "label": label,
                "unit": unit,
                "kind": column.kind,
                "description": column.description,
                "decimals": digits,
                "shown": column.name in shown,
                "bySize": column.name == report.rank_by_size,
                "bar": error_bar(column.name, names),
            }
        )
    return found


def error_bar(column: str, names: Set[str]) -> dict[str, Any] | None:
    """The column with the standard error of a column, and the factor to its unit.

    Args:
        column: Name of the column, such as ``"binding_kcal_per_mol"``.
        names: Names of all columns.
    """
    if column == "error_mha":
        return _bar("standard_error_hartree", 1000, names)
    if column == "energy_hartree":
        return _bar("standard_error_hartree", 1, names)
    for ending in UNITS:
        if column.endswith(f"_{ending}"):
            return _bar(f"{column.removesuffix(ending)}standard_error_{ending}", 1, names)
    return None


def _bar(column: str, factor: int, names: Set[str]) -> dict[str, Any] | None:
    return {"column": column, "factor": factor} if column in names else None


def _values(report: CampaignReport, column: Column) -> list[Any]:
    """The values of a column; flags become words, numbers that are not finite None."""
    if column.kind in {"number", "integer"}:
        return [_short(number) for number in report.numbers(column.name)]
    if column.kind == "flag":
        return [_word(row.get(column.name)) for row in report.rows]
    return _texts(report, column.name)


def _word(flag: Any) -> str | None:
    return None if flag is None else "yes" if flag else "no"


def _short(number: float | None) -> float | int | None:
    if number is None:
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else float(f"{number:.12g}")


def _texts(report: CampaignReport, name: str) -> list[str | None]:
    return [None if row.get(name) is None else str(row[name]) for row in report.rows]


def _notes(notes: Any) -> tuple[str, ...]:
    if not notes:
        return ()
    return (notes,) if isinstance(notes, str) else tuple(str(note) for note in notes)


def _details(details: Any) -> dict[str, Any]:
    """The details, with repeated checks and names written once."""
    checks, names = _Repeats(), _Repeats()
    cases = [_detail(detail, checks, names) for detail in details]
    return {"details": cases, "checks": checks.items, "names": names.items}


def _detail(detail: Detail, checks: _Repeats, names: _Repeats) -> dict[str, Any]:
    return {
        "facts": [[names.place(name), value] for name, value in detail.facts],
        "checks": [
            [
                checks.place(tuple(_plain(check.get(key)) for key in CHECK_KEYS)),
                _plain(check.get("value")),
            ]
            for check in detail.checks
        ],
        "costs": [[names.place(name), value] for name, value in detail.costs],
    }


CHECK_KEYS = ("name", "status", "hard", "expected", "tolerance", "detail")


class _Repeats:
    """Repeated items, each kept once."""

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}

    @property
    def items(self) -> list[Any]:
        return list(self._places)

    def place(self, item: Any) -> int:
        return self._places.setdefault(item, len(self._places))


def _plain(value: Any) -> Any:
    """The value of a check as JSON; a number that is not finite becomes text."""
    if isinstance(value, float) and finite(value) is None:
        return str(value)
    return float(f"{value:.8g}") if isinstance(value, float) else value
