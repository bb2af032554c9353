"""Terminal output of `vqe replay`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from vqe_cli._core.energy_units import HARTREES, Units, units_of
from vqe_cli._core.wording import counted
from vqe_cli.replay.differences import CODE
from vqe_cli.replay.records import (
    Change,
    ComparisonReplay,
    Contributions,
    ReplayedValue,
    ReplayRecord,
    RowReplay,
)
from vqe_cli.report.format import energy
from vqe_cli.report.layout import print_wrapped
from vqe_cli.report.tables import PlainTable, plain_table
from vqe_cli.report.verdict_styles import STYLES


def show_replay(record: ReplayRecord | ComparisonReplay, out: Console) -> None:
    """Print what drifted, what differs, and why.

    Args:
        record: The record of the replay.
        out: The console.
    """
    out.print(Text(record.name, style="bold"))
    when = "" if record.recorded_on is None else f", recorded {record.recorded_on}"
    out.print(f"{record.file}{when}", style="dim")
    out.print()
    out.print(_rows(record.rows) if isinstance(record, ComparisonReplay) else _energies(record))
    out.print()
    if isinstance(record, ReplayRecord) and record.values:
        _print_values(record.values, out)
        out.print()
    if record.changes:
        units = units_of(record.unit) if isinstance(record, ReplayRecord) else HARTREES
        out.print(_changes(record.changes, units))
        out.print()
    for contradiction in record.contradictions:
        print_wrapped(f"! {contradiction}", out, hanging=2, style=STYLES["fail"])
    for left_out in _left_out(record):
        print_wrapped(f"not recomputed: {left_out}", out, hanging=2, style="dim")
    out.print(record.explanation)
    verdict = ("same", STYLES["pass"]) if record.same else ("not the same", STYLES["fail"])
    out.print(Text.assemble("verdict: ", verdict))


def _left_out(record: ReplayRecord | ComparisonReplay) -> Iterator[str]:
    """What was not computed again, and why."""
    if isinstance(record, ReplayRecord):
        yield from record.not_recomputed
        return
    for row in record.rows:
        if row.reason is not None:
            yield f"{row.method} of {row.problem}: {row.reason}"


def _rows(rows: Sequence[RowReplay]) -> PlainTable:
    found = {row.unit for row in rows}
    units = units_of(rows[0].unit) if len(found) == 1 else None
    of_energies = "" if units is None else f" / {units.energy}"
    of_drifts = "" if units is None else f" / {units.error}"
    titles = ("problem", "method", f"recorded{of_energies}", f"drift{of_drifts}", "")
    table = PlainTable(titles, words=(0, 1, 4))
    for row in rows:
        settings = ", ".join(f"{key} {value}" for key, value in row.settings.items())
        method = f"{row.method} ({settings})" if settings else row.method
        own = units_of(row.unit)
        alike = units is not None or row.recorded_energy is None
        unit = "" if alike else f" {own.energy}"
        drift = _drift(row.drift_mha, own)
        drift = f"{drift} {own.error}" if drift and units is None else drift
        told = (f"{energy(row.recorded_energy)}{unit}", drift, row.status)
        table.add_row(row.problem, method, *told)
    return table


def _energies(record: ReplayRecord) -> PlainTable:
    units = units_of(record.unit)
    table = plain_table("", f"energy / {units.energy}", f"drift / {units.error}")
    what = "recorded" if record.of == "result" else f"recorded {record.of}"
    table.add_row(what, energy(record.recorded_energy), "")
    table.add_row("now", energy(record.energy), _drift(record.drift_mha, units))
    if record.contributions is not None and not record.same:
        for name, size in _parts(record.contributions):
            table.add_row(f"  by {name}", "", _drift(size, units))
    if record.energy_at_parameters is not None:
        where = f"recorded parameters, {record.integrals} integrals"
        table.add_row(where, energy(record.energy_at_parameters), "")
    return table


def _print_values(values: Sequence[ReplayedValue], out: Console) -> None:
    """The values that drifted beyond round-off, and how many there are."""
    drifted = [one for one in values if one.drifted or _is_told(one)]
    if drifted:
        table = plain_table("beside the energy", "recorded", "now", "drift")
        for one in drifted:
            drift = "" if one.drift is None else f"{one.drift:+.1e}"
            told = "gone" if one.now is None else _number(one.now)
            name = f"{one.name} / {one.unit}" if one.unit else one.name
            table.add_row(name, _number(one.recorded), told, drift)
        out.print(table)
    same = len(values) - len(drifted)
    if same:
        out.print(f"beside the energy {counted(same, 'value')} computed again: the same")


def _is_told(one: ReplayedValue) -> bool:
    """Whether a value without tolerance is another."""
    return one.tolerance is None and one.now != one.recorded


def _number(value: float | int | str | bool) -> str:
    return f"{value:.6g}" if isinstance(value, float) else _value(value)


def _parts(parts: Contributions) -> Iterator[tuple[str, float]]:
    yield "the mean field", parts.mean_field_mha
    yield "the optimiser", parts.search_mha
    yield "evaluating the recorded parameters", parts.evaluation_mha


def _changes(changes: tuple[Change, ...], units: Units) -> PlainTable:
    table = PlainTable(("what differs", "recorded", "now", ""), words=range(4))
    for one in changes:
        kind = one.kind.replace("-", " ")
        name = one.name if one.name == kind else f"{kind}: {one.name}"
        drift = f"{_drift(one.drift_mha, units)} {units.error}"
        told = [drift] if one.drift_mha is not None else []
        told += [one.detail] if one.detail else []
        table.add_row(name, *_values(one), "; ".join(told))
    return table


def _values(change: Change) -> tuple[str, str]:
    """The recorded and the present value; of checksums the beginning."""
    recorded, now = _value(change.recorded), _value(change.now)
    if change.kind == "integrals" or change.name == CODE:
        return f"{recorded[:8]} ...", f"{now[:8]} ..."
    return recorded, now


def _value(value: float | int | str | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return energy(value) if isinstance(value, float) else "" if value is None else str(value)


def _drift(mha: float | None, units: Units = HARTREES) -> str:
    """A drift in the unit of errors, however small it is."""
    if mha is None:
        return ""
    size = units.of_thousandths(mha)
    return "0" if size == 0 else f"{size:+.1e}" if abs(size) < 1e-3 else f"{size:+.4f}"
