"""What a picture of convergence shows of a run: a curve for each start, and the final energy."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from vqe_cli._core.energy_units import HARTREES, Units, units_of
from vqe_cli.schema.records import RunRecord, Step

FLOOR_MHA = 1e-6
"""Errors of molecules below this are round-off."""


@dataclass(frozen=True)
class Trace:
    """The energies of one search.

    Args:
        places: Evaluations since the search began, or operators of an adaptive ansatz.
        values: Errors or energies, in the unit of the diagram.
        bars: Their standard errors; empty for exact energies.
        is_best: Whether the result comes from this start.
    """

    places: tuple[int, ...]
    values: tuple[float, ...]
    bars: tuple[float, ...]
    is_best: bool


@dataclass(frozen=True)
class Convergence:
    """The searches of one run, and its final energy.

    Args:
        name: The name of the run in a legend.
        traces: One for each start; empty if nothing was searched.
        final: The final error or energy.
        bar: Its standard error; None for an exact energy.
        final_by: How the final energy was made, unlike those of the search: ``mitigated``, or
            ``SQD``; empty for one like theirs.
    """

    name: str
    traces: tuple[Trace, ...]
    final: float
    bar: float | None
    final_by: str

    @property
    def end(self) -> int:
        """Where the final energy stands: at the end of the search that it comes from."""
        return next((trace.places[-1] for trace in self.traces if trace.is_best), 1)

    @property
    def lowest(self) -> float:
        """The lowest value that is drawn."""
        return min([self.final, *(value for trace in self.traces for value in trace.values)])


def units_in_common(records: list[RunRecord]) -> Units:
    """The units of all runs; Hartree where they differ.

    Args:
        records: The runs.
    """
    found = {record.problem.unit for record in records}
    return units_of(found.pop()) if len(found) == 1 else HARTREES


def convergence_of(
    record: RunRecord, label: str, *, from_exact: bool, by_operators: bool = False
) -> Convergence:
    """The searches of a run.

    Args:
        record: The run.
        label: Its name in a legend.
        from_exact: Whether values are errors in mHa, or in the unit of a model; else energies.
        by_operators: Whether an adaptive ansatz is shown by its cycles.
    """
    zero, factor = 0.0, 1.0
    if from_exact and record.reference is not None:
        zero, factor = record.reference.energy, units_of(record.problem.unit).factor

    def value(energy: float) -> float:
        return factor * (energy - zero)

    result = record.result
    bar = None if result.standard_error is None else factor * result.standard_error
    if by_operators and result.cycles is not None:
        cycles = {cycle.operators: value(cycle.energy) for cycle in result.cycles}
        traces = [Trace(tuple(cycles), tuple(cycles.values()), (), True)] if cycles else []
    else:
        traces = _traces(record)
        traces = [
            Trace(
                one.places,
                tuple(map(value, one.values)),
                tuple(factor * error for error in one.bars),
                one.is_best,
            )
            for one in traces
        ]
    final_by = "mitigated" if result.mitigation else "SQD" if result.sqd else ""
    return Convergence(label, tuple(traces), value(result.energy), bar, final_by)


def _traces(record: RunRecord) -> list[Trace]:
    """The energies of all starts, in the order of the starts."""
    result = record.result
    known = {step.start for step in result.history}
    energies = {place: one for place, one in enumerate(result.starts) if place in known}
    best = min(energies, key=energies.__getitem__, default=max(known, default=0))
    found, before = [], 0
    for start, group in groupby(result.history, key=lambda step: step.start):
        steps = list(group)
        places = [step.evaluations - before for step in steps]
        values = [step.energy for step in steps]
        bars = _bars(steps)
        if start == 0 and result.initial_energy is not None and places[0] > 1:
            places, values = [1, *places], [result.initial_energy, *values]
            bars = [bars[0], *bars] if bars else []
        before = steps[-1].evaluations
        found.append(Trace(tuple(places), tuple(values), tuple(bars), start == best))
    return found


def _bars(steps: list[Step]) -> list[float]:
    """Standard errors of all steps; empty if any is not known."""
    known = [step.standard_error for step in steps if step.standard_error is not None]
    return known if len(known) == len(steps) else []
