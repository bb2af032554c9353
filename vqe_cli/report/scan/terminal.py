"""A scan on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.units import HARTREE, HARTREE_IN_EV
from vqe_cli._core.wording import counted
from vqe_cli.report.format import one_digit, signed
from vqe_cli.report.layout import print_wrapped
from vqe_cli.report.tables import PlainTable, plain_table
from vqe_cli.scan.records import (
    CoordinateRecord,
    CurveStatistics,
    DiatomicConstants,
    Scan,
    ScanPoint,
)
from vqe_cli.scan.statistics import EXACT

MARKS = {"differ": "≠", "space": "*", "refined": "+"}
"""Marks of points: directions differ, the active space changes, added by refinement."""

MEANINGS = {
    "≠": "≠ up and down differ",
    "*": "* the active space changes",
    "+": "+ added by refinement",
}


ENERGY = 13
"""Width of an energy."""


def show_scan(record: Scan, out: Console) -> None:
    """Print the points, the errors along the curve, constants and remarks.

    Args:
        record: The scan.
        out: The console.
    """
    coordinate = record.coordinate
    out.print(Text(record.name, style="bold"))
    unit = f", {coordinate.unit}" if coordinate.unit else ""
    how = f"{unit}, all else relaxed" if coordinate.relaxed else f"{unit}{_moving(coordinate)}"
    points = counted(len(record.points), "point")
    heading = f"{coordinate.name}{how}; {points}; energies in {record.unit}"
    print_wrapped(heading, out, hanging=2, style="dim")
    out.print(_points(record))
    for further in _further(record, out.width):
        out.print()
        out.print(further)
    marks = dict.fromkeys(mark for point in record.points for mark in _marks(point))
    if marks:
        print_wrapped("; ".join(MEANINGS[mark] for mark in marks), out, style="dim")
    if any(one.points for one in record.statistics.values()):
        out.print()
        out.print(_errors(record))
    known = [one for one in record.statistics.values() if one.constants is not None]
    if known:
        out.print()
        out.print(_constants(known))
        _tell_fit(known, out)
    for remark in record.remarks:
        print_wrapped(remark, out, style="dim")


def _moving(coordinate: CoordinateRecord) -> str:
    """Which atoms move, the first eight of them."""
    numbers = coordinate.moving
    if not numbers:
        return ""
    more = " ..." if len(numbers) > 8 else ""
    shown = f"{' '.join(map(str, numbers[:8]))}{more}"
    return f"; atom {shown} moves" if len(numbers) == 1 else f"; atoms {shown} move"


def _points(record: Scan) -> PlainTable:
    """Energies and errors of all points."""
    exact = any(point.reference_energy is not None for point in record.points)
    sampled = any(point.standard_error is not None for point in record.points)
    thousandths = _thousandths(record)
    bars = [f"±{thousandths}"] if sampled else []
    columns = [record.coordinate.unit or "value", "VQE", *bars]
    columns += ["exact", f"error{thousandths}"] if exact else ["Hartree-Fock"]
    marked = any(_marks(point) for point in record.points)
    table = plain_table(*columns, "verdict", *([""] if marked else []))
    digits = max(_decimals(point.value) for point in record.points)
    for point in record.points:
        name = f"{point.value:.{digits}f} {point.label or ''}".rstrip()
        mark = [_marks(point)] if marked else []
        if point.failure is not None:
            table.add_row(name, *[""] * (len(columns) - 1), point.failure.kind, *mark)
            continue
        bar = [_scaled(point.standard_error, units_of(record.unit).factor)] if sampled else []
        rest = [_energy(point.hartree_fock_energy)]
        if exact:
            rest = [_energy(point.reference_energy), _error(point.told_error)]
        table.add_row(name, _energy(point.energy), *bar, *rest, point.verdict or "", *mark)
    return table


def _thousandths(record: Scan) -> str:
    """The unit of errors for a heading, unless it is that of energies."""
    return ", mHa" if record.unit == HARTREE else ""


def _further(record: Scan, width: int) -> Iterator[PlainTable]:
    """Energies of states and corrected energies, a few columns in each table."""
    names = [
        name
        for name in record.statistics
        if any(name in point.beside and name not in point.methods for point in record.points)
    ]
    digits = max(_decimals(point.value) for point in record.points)
    values = [f"{point.value:.{digits}f}" for point in record.points]
    head = record.coordinate.unit or "value"
    for shown in _groups(record, names, width - max(map(len, (head, *values)))):
        table = plain_table(head, *(record.statistics[name].label for name in shown))
        for value, point in zip(values, record.points, strict=True):
            found = [point.beside.get(name) for name in shown]
            cells = ["" if one is None else _energy(one.energy) for one in found]
            table.add_row(value, *cells)
        yield table


def _groups(record: Scan, names: Sequence[str], room: int) -> Iterator[list[str]]:
    """Curves whose columns have room beside one another."""
    group: list[str] = []
    used = 0
    for name in names:
        width = 2 + max(ENERGY, len(record.statistics[name].label))
        if group and used + width > room:
            yield group
            group, used = [], 0
        group.append(name)
        used += width
    if group:
        yield group


def _decimals(value: float) -> int:
    """The digits of a value after the decimal point, at most six."""
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


def _marks(point: ScanPoint) -> str:
    """The marks of a point."""
    found = (
        (point.differ, MARKS["differ"]),
        (point.space_changes is not None, MARKS["space"]),
        (point.refined, MARKS["refined"]),
    )
    return "".join(mark for holds, mark in found if holds)


def _errors(record: Scan) -> PlainTable:
    """How far each method is from the exact curve."""
    unit, thousandths = record.coordinate.unit, _thousandths(record)
    at = f"at, {unit}" if unit else "at"
    columns = (f"largest error{thousandths}", at, f"nonparallelity{thousandths}")
    table = plain_table("against the exact curve", *columns)
    for name, one in record.statistics.items():
        if name == EXACT or not one.points:
            continue
        where = "" if one.largest_at is None else f"{one.largest_at:g}"
        largest = _either(one.largest_error_mha, one.largest_error_in_unit)
        span = _either(one.nonparallelity_error_mha, one.nonparallelity_error_in_unit)
        table.add_row(one.label, _error(largest), where, _scaled(span, 1.0))
    return table


def _constants(known: Sequence[CurveStatistics]) -> PlainTable:
    """The constants of a diatomic molecule."""
    table = plain_table("constants", "r_e, Å", "D_e, eV", "ω_e, 1/cm", "ω_e x_e, 1/cm", "B_e, 1/cm")
    for one in known:
        assert one.constants is not None
        table.add_row(one.label, *_cells(one.constants))
    return table


def _cells(found: DiatomicConstants) -> list[str]:
    depth = "–" if found.d_e is None else f"{HARTREE_IN_EV * found.d_e:.4f}"
    return [
        f"{found.r_e:.4f}",
        depth,
        f"{found.omega_e:.1f}",
        f"{found.omega_e_x_e:.2f}",
        f"{found.b_e:.4f}",
    ]


def _tell_fit(known: Sequence[CurveStatistics], out: Console) -> None:
    """Which fit the constants come from, and how far they are known."""
    fits = [one.constants for one in known if one.constants is not None]
    first = fits[0]
    text = (
        f"from a polynomial of degree {first.degree} in (r - r0)/(r + r0) through the "
        f"{first.points} points around the minimum, by Dunham's formulas, for the most abundant "
        f"isotopes; largest residual {max(fit.largest_residual_mha for fit in fits):.1e} mHa"
    )
    changes = [fit.omega_e_change for fit in fits if fit.omega_e_change is not None]
    further = [fit.omega_e_x_e_change for fit in fits if fit.omega_e_x_e_change is not None]
    if changes and further:
        text += (
            f"; one degree less changes ω_e by {one_digit(max(map(abs, changes)))} and"
            f" ω_e x_e by {one_digit(max(map(abs, further)))} 1/cm"
        )
    print_wrapped(text, out, style="dim")
    of_depth = "D_e: the last point above the minimum"
    if any(fit.d_e is None for fit in fits):
        of_depth = "no D_e (–): the curve is not flat at its end (2 mHa/Å); scan further"
    print_wrapped(of_depth, out, style="dim")


def _energy(value: float | None) -> str:
    return "" if value is None else f"{value:.8f}"


def _error(value: float | None) -> str:
    return "" if value is None else signed(value)


def _scaled(value: float | None, factor: float) -> str:
    return "" if value is None else f"{factor * value:.4f}"


def _either(millihartree: float | None, own: float | None) -> float | None:
    """An error in mHa, or in the unit of the scan if this is not Hartree."""
    return own if millihartree is None else millihartree
