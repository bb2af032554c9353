"""The most probable bit strings of a run, and the best cut."""

from __future__ import annotations

from collections.abc import Iterator

from vqe_cli._core.energy_units import units_of
from vqe_cli.report.layout import Entry
from vqe_cli.report.tables import PlainTable, plain_table
from vqe_cli.schema.bit_string_records import BitStringRecord, BitStringsRecord, CutRecord
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.bit_strings import weight_of


def bit_string_table(found: BitStringsRecord, unit: str, *, of_cuts: bool) -> PlainTable:
    """The most probable bit strings, one row each.

    Args:
        found: The strings.
        unit: Unit of energies.
        of_cuts: Whether energies are those of cuts, with the opposite sign.
    """
    first = found.strings[0]
    titles = ["bit string", "probability" if found.exact else "share of shots"]
    titles += [] if first.amplitude is None else ["amplitude"]
    if first.energy is not None:
        titles.append("cut" if of_cuts else f"energy / {units_of(unit).energy}")
    table = plain_table(*titles)
    for string in found.strings:
        table.add_row(*_cells(string, of_cuts=of_cuts))
    return table


def _cells(string: BitStringRecord, *, of_cuts: bool) -> Iterator[str]:
    yield string.bits
    yield f"{string.probability:.4f}"
    if string.amplitude is not None:
        yield _amplitude(*string.amplitude)
    if string.energy is not None:
        yield f"{weight_of(string.energy) if of_cuts else string.energy:.6g}"


def _amplitude(real: float, imaginary: float) -> str:
    """An amplitude to four digits, without an imaginary part of round-off."""
    if abs(imaginary) < 5e-5:
        return f"{real:+.4f}"
    return f"{real:+.4f} {'−' if imaginary < 0 else '+'} {abs(imaginary):.4f}i"


def bit_string_entries(record: RunRecord) -> Iterator[Entry]:
    """The best string of the shots; none if the Hamiltonian is not diagonal.

    Args:
        record: The record of the run.
    """
    found = record.result.bit_strings
    if found is None or found.lowest is None:
        return
    if record.result.cut is not None:
        yield from _cut_entries(record.result.cut, found)
        return
    lowest = found.lowest
    assert lowest.energy is not None
    unit = units_of(record.problem.unit).energy
    yield Entry("best", f"{lowest.bits}, {lowest.energy:.6g} {unit}, of {_shots(found)}")


def _cut_entries(cut: CutRecord, found: BitStringsRecord) -> Iterator[Entry]:
    sides = " | ".join("{" + ", ".join(map(str, side)) + "}" for side in cut.sides)
    optimum = "" if cut.optimum is None else f", the optimum is {_weight(cut.optimum)}"
    yield Entry("best cut", f"{_weight(cut.best)}{optimum}: {sides}; of {_shots(found)}")
    mean = _weight(cut.expected)
    if cut.approximation_ratio is not None:
        mean += f", approximation ratio {cut.approximation_ratio:.4f}"
    yield Entry("mean cut", mean)


def _weight(value: float) -> str:
    """The weight of a cut, without what round-off leaves of zero."""
    return f"{round(value, 9):z.6g}"


def _shots(found: BitStringsRecord) -> str:
    drawn = " drawn from the state" if found.exact else ""
    return f"{found.shots:,} shots{drawn}"
