"""The data of a campaign's page, read from its store."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from vqe_cli._core.resources import show_bytes
from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.properties import CAVEATS, VERDICT, Column, Value, is_verdict, tells_worth
from vqe_cli.properties.energy import Energy
from vqe_cli.report.campaign.methods import Seen, caveats_of, in_words, methods_of
from vqe_cli.report.campaign.page import CampaignReport, Detail, Totals
from vqe_cli.report.campaign.page.columns import ELSEWHERE
from vqe_cli.report.format import seconds
from vqe_cli.report.run.charges import mixed_charges
from vqe_cli.screening.store import PlannedProperty, Revision, Store

Row = dict[str, Value]
Record = Mapping[str, Any]

ENERGY_COLUMNS = frozenset(column.name for column in Energy.columns if not is_verdict(column.name))
"""Columns that are empty in campaigns without energies."""

COUNTS = ("atoms", "heavy_atoms", "electrons", "charge", "multiplicity")
"""Columns with the size of a molecule."""

TIMINGS = ("wall_s", "peak_memory_mb", "attempts")
"""Columns that are shown in the panel of a molecule, not in the table."""

MACHINES = frozenset({"cluster", "limits"})
"""Sections of the settings that do not affect results."""

SECTIONS = {"candidates": "limits of candidates", "limits": "limits of an attempt"}
"""Labels of sections whose own names would mislead."""


def campaign_report(
    store: Store, title: str, rank_by: str | None = None, descending: bool = False
) -> CampaignReport:
    """The data of a campaign's page.

    Args:
        store: The store of the campaign.
        title: Title of the page.
        rank_by: Column that ranks the molecules; if None, the absolute error, or without energies
            the main column of the campaign.
        descending: Whether the highest value comes first.

    Raises:
        InputError: The table has no such column.
    """
    revision, summary = store.revision(), store.summary()
    properties = () if revision is None else revision.properties
    has_energies = any(entry.name == "energy" for entry in properties)
    if rank_by is None:
        rank_by, upside_down = _ranking(properties)
        descending = descending or upside_down
    else:
        rank_by = _known_column(store, rank_by, has_energies=has_energies)
    rows: list[dict[str, Any]] = []
    details, seen = [], Seen()
    for row, record in zip(store.rows(timings=True), store.records("energy"), strict=True):
        details.append(_detail(row, record))
        if not row.get("duplicate_of"):
            seen.add(row, record)
        kept = {name: value for name, value in row.items() if name not in TIMINGS}
        rows.append({**kept, "notes": str(row.get("notes") or "").splitlines()})
    return CampaignReport(
        title=title,
        rank_by=rank_by,
        has_energies=has_energies,
        descending=descending,
        columns=_in_order(store.columns(), properties),
        main=[name for name in map(_main_number, properties) if name is not None],
        rows=rows,
        details=details,
        methods=methods_of(revision, seen),
        totals=Totals(
            wall_seconds=summary.active_s,
            task_seconds=summary.wall_s,
            shots=sum(int(row.get("shots") or 0) for row in rows if not row.get("duplicate_of")),
            money=seen.money,
            currency=seen.currency,
            peak_bytes=summary.peak_bytes,
        ),
        settings=tuple(_settings(revision)),
        versions={} if revision is None else revision.versions,
        started=_day(summary.started),
        finished=_day(summary.ended),
        commands=tuple(_commands(revision, title)),
        settings_file=settings_file(revision),
        caveats=tuple(caveats_of(revision, seen)),
        warnings=tuple(f"{text[0].upper()}{text[1:]}." for text in mixed_charges(store.charges())),
    )


def _ranking(properties: Sequence[PlannedProperty]) -> tuple[str, bool]:
    """The default column to rank by, and whether its highest value comes first."""
    names = {entry.name for entry in properties}
    if "energy" in names or not names:
        return "error_mha", False
    if "triage" in names:
        return "t1", True
    found = next((name for name in map(_main_number, properties) if name is not None), None)
    return found or "candidate", False


def _known_column(store: Store, name: str, *, has_energies: bool) -> str:
    """The name of a column that has values; energies have none if they are not computed."""
    left_out = ELSEWHERE if has_energies else {*ELSEWHERE, *ENERGY_COLUMNS}
    names = [column.name for column in store.columns() if column.name not in left_out]
    if name in names:
        return name
    raise InputError(
        f"the campaign computes no energies, and '{name}' has no values"
        if name in ENERGY_COLUMNS and not has_energies
        else f"the table has no column '{name}'",
        path=("--rank-by",),
        hint=did_you_mean(name, names),
    )


def _in_order(columns: Sequence[Column], properties: Sequence[PlannedProperty]) -> list[Column]:
    """The first column of every property, then its other columns, then those of the energy."""
    ranks: dict[str | None, int] = dict.fromkeys(COUNTS, 2)
    for entry in properties:
        rank = 2 if entry.name == "energy" else 1
        ranks |= {column.name: rank for column in entry.columns}
        if entry.name != "energy":
            ranks |= dict.fromkeys((entry.columns[0].name, _main_number(entry)), 0)
            ranks |= {column.name: 0 for column in entry.columns if tells_worth(column.name)}
    return sorted(columns, key=lambda column: ranks.get(column.name, 0))


def _main_number(entry: PlannedProperty) -> str | None:
    """The first numeric column of a property; None for the triage, whose result is a word."""
    if entry.name in ("energy", "structure", "triage"):
        return None
    return next((column.name for column in entry.columns if column.kind == "number"), None)


def _detail(row: Row, record: Record | None) -> Detail:
    """The data that only the panel of a molecule shows."""
    facts = [*_doubts(row), *_caveats(row)]
    costs: list[tuple[str, str]] = []
    if row.get("wall_s"):
        costs.append(("wall time", seconds(float(row["wall_s"] or 0))))
    if row.get("peak_memory_mb"):
        costs.append(("peak memory", show_bytes(int(1e6 * float(row["peak_memory_mb"] or 0)))))
    if record is None:
        return Detail(facts=facts, costs=costs)
    space = record["problem"].get("active_space")
    if space is not None:
        facts.append(("active space", f"{space['method']}: {space['reason']}"))
    return Detail(facts=facts, checks=record["checks"], costs=costs)


def _doubts(row: Row) -> Iterator[tuple[str, str]]:
    """Verdicts warn and fail of properties, with their reasons; not those of the energy."""
    for column, verdict in row.items():
        name = column.removesuffix(f"_{VERDICT}")
        if verdict in ("warn", "fail") and is_verdict(column) and name not in (VERDICT, "energy"):
            why = row.get(f"{name}_failed_checks")
            yield f"verdict on {name.replace('_', ' ')}", f"{verdict}: {why}" if why else verdict


def _caveats(row: Row) -> Iterator[tuple[str, str]]:
    """The doubts about each difference, in full."""
    for column, text in row.items():
        if text and column.endswith(f"_{CAVEATS}"):
            name = column.removesuffix(f"_{CAVEATS}")
            yield f"caveats of {name.replace('_', ' ')}", str(text)


def _settings(revision: Revision | None) -> Iterator[tuple[str, str]]:
    if revision is None:
        return
    yield "candidates", revision.candidates_file.rsplit("/", 1)[-1]
    for name, value in revision.config.items():
        if value and name != "cluster":
            label = SECTIONS.get(name, name.replace("_", " "))
            yield label, in_words(value) + (" s" if name == "limits" else "")


def settings_file(revision: Revision | None) -> str:
    """The settings that affect results, as a YAML file for ``--config``.

    Args:
        revision: The settings of the campaign.
    """
    from ruamel.yaml import YAML

    if revision is None:
        return ""
    text, writer = StringIO(), YAML(typ="safe", pure=True)
    writer.width = 100
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.dump(_stated(revision.config), text)
    return text.getvalue()


def _stated(value: Any) -> Any:
    """The settings without empty values and without sections on machines."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in MACHINES}
        return {key: _stated(item) for key, item in kept.items() if item not in (None, {})}
    return [_stated(item) for item in value] if isinstance(value, list) else value


def _commands(revision: Revision | None, title: str) -> Iterator[str]:
    if revision is not None:
        file = revision.candidates_file.rsplit("/", 1)[-1]
        yield shlex.join(("vqe", "screen", "run", file, "--config", "screen.yaml", "--out", title))
        yield shlex.join(("vqe", "screen", "export", title, "--format", "csv"))


def _day(moment: float | None) -> str:
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()
