"""Lines on what a run cost and how it converged."""

from __future__ import annotations

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.report.format import seconds
from vqe_cli.schema.records import RunRecord

WORTH_A_WORD = 0.005
"""Seconds below which a stage is not shown; the other limit is a hundredth of the total."""


def cost_lines(record: RunRecord) -> list[str]:
    """Lines on convergence, circuit, shots, evaluations and time.

    Args:
        record: The record of the run.
    """
    counts, timings = record.result.evaluations, record.timings
    cost = f"cost: {counted(counts.energy, 'energy', 'energies')}"
    if counts.gradient:
        cost += f", {counted(counts.gradient, 'gradient')}"
    if counts.shots:
        cost += f", {counted(counts.shots, 'shot')}"
    if record.result.replayed:
        cost += f", {record.result.replayed} of them from the checkpoint"
    if len(record.result.starts) > 1:
        cost += f", {counted(len(record.result.starts), 'start')}"
    known = (_convergence_line(record), _circuit_line(record), _shots_line(record))
    lines = [line for line in (_orbital_line(record), *known) if line]
    least = max(WORTH_A_WORD, 0.01 * sum(timings.values()))
    stages = ", ".join(
        f"{name} {seconds(value)}"
        for name, value in timings.items()
        if value >= least or name == "solve"
    )
    return [*lines, cost, f"time: {stages}"]


def _orbital_line(record: RunRecord) -> str:
    """The line on the optimisation of the orbitals."""
    found = record.result.orbital_optimisation
    if found is None:
        return ""
    gain = HARTREE_IN_MILLIHARTREE * (found.energy_before - found.energy)
    end = "converged" if found.converged else "not converged"
    steps = counted(found.iterations, "step")
    text = f"orbitals: {found.method}, {steps}, {end}, {gain:.4f} mHa lower"
    if len(found.starts) < 2:
        return text
    best = min(found.starts, key=lambda start: abs(start.energy - found.energy))
    return f"{text}; lowest of {len(found.starts)} starts: {best.name}"


def _circuit_line(record: RunRecord) -> str:
    """The line on the transpiled circuit, and on jobs of a device."""
    backend = record.result.backend
    if backend.two_qubit_gates is None:
        return ""
    text = f"circuit: {counted(backend.two_qubit_gates, 'two-qubit gate')}, depth {backend.depth}"
    if backend.jobs is not None:
        count = len(backend.jobs)
        text += f"; {counted(count, 'job')}, {counted(backend.executions or 0, 'execution')}"
        text += f", estimated {backend.estimated_qpu_seconds:.3g} s of QPU"
        text += f" and {backend.estimated_cost:.2f} {backend.currency}"
    return text


def _shots_line(record: RunRecord) -> str:
    """The line on the measurement method, and on shots by purpose."""
    result = record.result
    if not result.shots_by_purpose:
        return ""
    parts = [f"{count:,} {purpose}" for purpose, count in result.shots_by_purpose.items()]
    shots = f"shots: {', '.join(parts)}"
    if result.backend.measurement is None:
        return shots
    text = (
        f"measured: {result.backend.measurement},"
        f" {counted(result.backend.groups or 0, 'basis', 'bases')}"
    )
    if result.discarded_share is not None:
        text += f", {100 * result.discarded_share:.2g} % discarded"
    return f"{text}; {shots}"


def _convergence_line(record: RunRecord) -> str:
    """The line on gradient norm and last energy change."""
    result, unit = record.result, units_of(record.problem.unit).energy
    parts = []
    if result.gradient_norm is not None:
        parts.append(f"gradient norm {result.gradient_norm:.1e} {unit}")
    if result.energy_change is not None:
        parts.append(f"last change {result.energy_change:+.1e} {unit}")
    return f"convergence: {', '.join(parts)}" if parts else ""
