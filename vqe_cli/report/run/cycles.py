"""The cycles of an adaptive ansatz: what was added, and what it gained."""

from __future__ import annotations

from collections.abc import Sequence

from vqe_cli._core.energy_units import units_of
from vqe_cli.report.format import signed
from vqe_cli.report.tables import PlainTable
from vqe_cli.schema.records import Cycle, RunRecord


def cycle_table(record: RunRecord, cycles: Sequence[Cycle]) -> PlainTable:
    """The energy after each cycle, with the norm of the pool's gradient that is left.

    Args:
        record: The record of the run.
        cycles: Its cycles.
    """
    units, reference = units_of(record.problem.unit), record.reference
    last = f"energy / {units.energy}" if reference is None else f"error / {units.error}"
    table = PlainTable(("operators", "added", "gradient", last), words=(1,), folded=1)
    for cycle in cycles:
        found = f"{cycle.energy:.7f}"
        if reference is not None:
            found = signed(units.factor * (cycle.energy - reference.energy))
        changed = cycle.added or "none"
        if cycle.removed:
            changed += f", without {cycle.removed}"
        table.add_row(str(cycle.operators), changed, f"{cycle.pool_gradient_norm:.1e}", found)
    return table
