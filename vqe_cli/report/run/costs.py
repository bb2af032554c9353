"""What a run cost, and how it converged."""

from __future__ import annotations

from collections.abc import Iterator

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.report.format import seconds
from vqe_cli.report.layout import NO_BREAK, Entry
from vqe_cli.schema.records import RunRecord

WORTH_A_WORD = 0.005
"""Seconds below which a stage is not shown; the other limit is a hundredth of the total."""


def cost_entries(record: RunRecord, *, detailed: bool) -> Iterator[Entry]:
    """Convergence, circuit, shots, evaluations and time.

    Args:
        record: The record of the run.
        detailed: Whether convergence and the time of every stage are shown.
    """
    known = [("orbitals", _orbitals(record)), ("circuit", _circuit(record))]
    if detailed:
        known.insert(1, ("convergence", _convergence(record)))
    known.append(("measured", _measurement(record)))
    yield from (Entry(label, text) for label, text in known if text)
    time = seconds(sum(record.timings.values())).replace(" ", NO_BREAK)
    yield Entry("cost", f"{_evaluations(record)}{NO_BREAK}· {time}")
    if detailed:
        yield Entry("time", _stages(record))


def _evaluations(record: RunRecord) -> str:
    """Numbers of energies, gradients, shots and starts."""
    counts = record.result.evaluations
    parts = [_number(counts.energy, "energy", "energies")]
    parts += [_number(counts.gradient, "gradient")] if counts.gradient else []
    parts += [_number(counts.shots, "shot") + _purposes(record)] if counts.shots else []
    if record.result.replayed:
        parts.append(f"{record.result.replayed} of them from the checkpoint")
    starts = len(record.result.starts)
    return ", ".join([*parts, *([_number(starts, "start")] if starts > 1 else [])])


def _number(count: int, singular: str, plural: str | None = None) -> str:
    """A count and its word, between which no line ends."""
    return counted(count, singular, plural).replace(" ", NO_BREAK)


def _purposes(record: RunRecord) -> str:
    """Shots by purpose."""
    parts = [
        f"{count:,}{NO_BREAK}{purpose}" for purpose, count in record.result.shots_by_purpose.items()
    ]
    return f" ({', '.join(parts)})" if len(parts) > 1 else ""


def _stages(record: RunRecord) -> str:
    """Seconds of every stage that takes a share worth a word."""
    timings = record.timings
    least = max(WORTH_A_WORD, 0.01 * sum(timings.values()))
    return ", ".join(
        f"{name} {seconds(value)}".replace(" ", NO_BREAK)
        for name, value in timings.items()
        if value >= least or name == "solve"
    )


def _orbitals(record: RunRecord) -> str:
    """The optimisation of the orbitals."""
    found = record.result.orbital_optimisation
    if found is None:
        return ""
    gain = HARTREE_IN_MILLIHARTREE * (found.energy_before - found.energy)
    end = "converged" if found.converged else "not converged"
    steps = counted(found.iterations, "step")
    text = f"{found.method}, {steps}, {end}, {gain:.4f} mHa lower"
    if len(found.starts) < 2:
        return text
    best = min(found.starts, key=lambda start: abs(start.energy - found.energy))
    return f"{text}; lowest of {len(found.starts)} starts: {best.name}"


def _circuit(record: RunRecord) -> str:
    """The transpiled circuit, and jobs of a device."""
    backend = record.result.backend
    if backend.two_qubit_gates is None:
        return ""
    text = f"{counted(backend.two_qubit_gates, 'two-qubit gate')}, depth {backend.depth}"
    if backend.jobs is not None:
        count = len(backend.jobs)
        text += f"; {counted(count, 'job')}, {counted(backend.executions or 0, 'execution')}"
        text += f", estimated {backend.estimated_qpu_seconds:.3g} s of QPU"
        text += f" and {backend.estimated_cost:.2f} {backend.currency}"
    return text


def _measurement(record: RunRecord) -> str:
    """The measurement method, and what post-selection discards."""
    result = record.result
    if not result.shots_by_purpose or result.backend.measurement is None:
        return ""
    text = f"{result.backend.measurement}, {counted(result.backend.groups or 0, 'basis', 'bases')}"
    if result.discarded_share is not None:
        text += f", {100 * result.discarded_share:.2g} % discarded"
    return text


def _convergence(record: RunRecord) -> str:
    """Gradient norm and last energy change."""
    result, unit = record.result, units_of(record.problem.unit).energy
    parts = []
    if result.gradient_norm is not None:
        parts.append(f"gradient norm {result.gradient_norm:.1e} {unit}")
    if result.energy_change is not None:
        parts.append(f"last change {result.energy_change:+.1e} {unit}")
    return ", ".join(parts)
