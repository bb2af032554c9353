"""The cycles of an adaptive ansatz: what was added, what it gained, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence

from vqe_cli._core.energy_units import Units, units_of
from vqe_cli.report.format import signed
from vqe_cli.report.tables import PlainTable
from vqe_cli.schema.records import Cycle, RunRecord


def cycle_titles(units: Units) -> tuple[str, ...]:
    """Titles of what `cycle_cells` gives.

    Args:
        units: Units of energies and errors.
    """
    return (
        "operators",
        f"energy / {units.energy}",
        f"error / {units.error}",
        "gradient",
        "CNOTs",
        "added",
    )


def cycle_cells(cycle: Cycle, exact: float | None, units: Units) -> tuple[str, ...]:
    """A cycle: its energy, the norm of the pool's gradient that is left, and what was added.

    Args:
        cycle: The cycle.
        exact: The exact energy; None if it is not known.
        units: Units of energies and errors.
    """
    changed = cycle.added or "none"
    if cycle.removed:
        changed += f", without {cycle.removed}"
    return (
        str(cycle.operators),
        f"{cycle.energy:.7f}",
        "" if exact is None else signed(units.factor * (cycle.energy - exact)),
        f"{cycle.pool_gradient_norm:.1e}",
        "" if cycle.cnots is None else f"{cycle.cnots:,}",
        changed,
    )


def cycle_table(record: RunRecord, cycles: Sequence[Cycle]) -> PlainTable:
    """The cycles of a run.

    Args:
        record: The record of the run.
        cycles: Its cycles.
    """
    units = units_of(record.problem.unit)
    exact = None if record.reference is None else record.reference.energy
    titles = cycle_titles(units)
    last = len(titles) - 1
    table = PlainTable(titles, words=(last,))
    for cycle in cycles:
        table.add_row(*cycle_cells(cycle, exact, units))
    return table
