"""Terminal output of `vqe estimate`."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.wording import counted
from vqe_cli.analysis.estimation import Estimation
from vqe_cli.analysis.estimation.circuits import CircuitSize
from vqe_cli.analysis.estimation.device_use import Execution
from vqe_cli.analysis.estimation.simulations import GRADIENTS, Simulation
from vqe_cli.report.format import predicted_bytes, predicted_seconds, seconds, three_digits
from vqe_cli.report.layout import dotted
from vqe_cli.report.operator_size import operator_size
from vqe_cli.report.run.advice import advice
from vqe_cli.report.run.heading import input_lines
from vqe_cli.report.tables import PlainTable, plain_table


def show_estimation(found: Estimation, out: Console) -> None:
    """Print an estimate and the advice that follows from it.

    Args:
        found: The estimate.
        out: The console.
    """
    out.print(Text(found.spec.title, style="bold"))
    for line in (_problem_line(found), _ansatz_line(found), *input_lines(found.problem)):
        out.print(line, style="dim")
    out.print()
    out.print(_exact_line(found))
    for line in _state_lines(found):
        out.print(line)
    if found.simulation is not None:
        out.print(_simulation_line(found.simulation))
    out.print()
    out.print(_circuit_table(found))
    if found.circuit.reason:
        out.print(f"not transpiled: {found.circuit.reason}", style="dim")
    out.print()
    out.print(_measurement_table(found))
    for line in _missing_lines(found):
        out.print(line, style="dim")
    if found.uses:
        out.print()
        out.print(_use_table(found))
        out.print(_price_line(found), style="dim")
    out.print()
    out.print(advice(found))


def _problem_line(found: Estimation) -> str:
    problem = found.problem
    parts = operator_size(problem)
    if problem.electrons is not None:
        parts.append(
            f"{counted(sum(problem.electrons), 'electron')} in"
            f" {counted(problem.orbitals or 0, 'orbital')}"
        )
        parts.append(f"2S+1 = {problem.multiplicity}")
    return dotted(parts)


def _ansatz_line(found: Estimation) -> str:
    ansatz = found.ansatz
    if ansatz.pool is not None:
        return f"{ansatz.name}: grows from a pool of {counted(ansatz.pool, 'operator')}"
    text = f"{ansatz.name}: {counted(ansatz.parameters, 'parameter')}"
    return text + (f", {counted(ansatz.excitations, 'excitation')}" if ansatz.excitations else "")


def _exact_line(found: Estimation) -> str:
    exact = found.exact
    text = f"exact simulation: {predicted_bytes(exact.memory)} of memory, "
    if exact.gradient_seconds is None:
        return f"{text}time of circuits not estimated"
    if found.problem.sector_dimension is not None:
        text = f"{counted(found.problem.sector_dimension, 'determinant')}; {text}"
    text += f"{predicted_seconds(exact.gradient_seconds)} for an energy with gradient"
    if exact.seconds is None:
        return text
    return f"{text}, {predicted_seconds(exact.seconds)} for {GRADIENTS}"


def _state_lines(found: Estimation) -> list[str]:
    """What excited states take, in words."""
    states = found.states
    if states is None:
        return []
    text = f"{counted(states.number, 'state')} by {states.method}, beside that: "
    if states.energies is None:
        return [f"{text}{predicted_bytes(states.memory)} of memory; their time is not estimated"]
    shots = "" if states.shots is None else f", {three_digits(states.shots)} shots in all"
    energies = f"about {counted(states.energies, 'measured energy', 'measured energies')}"
    return [f"{text}{energies}{shots}; simulators only, no device"]


def _simulation_line(simulation: Simulation) -> str:
    """Memory and time of the run's own simulator."""
    text = f"{simulation.backend}: {predicted_bytes(simulation.memory)} of memory, "
    gradient, one, most = simulation.gradient_seconds, simulation.energy_seconds, simulation.seconds
    how = "measured" if simulation.measured else "from its size, within a factor of five"
    if gradient is not None:
        text += f"{predicted_seconds(gradient)} for an energy with gradient ({how})"
        if most is None:
            return text
        return f"{text}, {predicted_seconds(most)} for {GRADIENTS}, often a third of them"
    if one is None:
        return f"{text}time of circuits not estimated"
    text += f"{predicted_seconds(one)} for one energy ({how})"
    if most is None or simulation.least_seconds is None:
        return text
    least = predicted_seconds(simulation.least_seconds)
    return f"{text}, {least} to {predicted_seconds(most)} for {simulation.task}"


def _circuit_table(found: Estimation) -> PlainTable:
    table = plain_table("circuit of the ansatz", "two-qubit gates", "depth", "two-qubit depth")
    circuit = found.circuit
    for label, size in (
        ("all qubits connected", circuit.all_to_all),
        ("neighbours on a line", circuit.routed.get("line")),
        ("heavy-hexagonal lattice", circuit.routed.get("heavy-hex")),
        (f"{found.device.name}, {counted(found.device.qubits, 'qubit')}", circuit.on_device),
    ):
        table.add_row(label, *_cells(size))
    return table


def _cells(size: CircuitSize | None) -> tuple[str, str, str]:
    if size is None:
        return "", "", ""
    return f"{size.two_qubit_gates:,}", f"{size.depth:,}", f"{size.two_qubit_depth:,}"


def _measurement_table(found: Estimation) -> PlainTable:
    units = units_of(found.problem.unit)
    title = f"shots to ± {units.factor * found.error:.3g} {units.error}"
    variance = f"shots·ε² / {_squared(units.energy)}"
    table = plain_table("measurement", "settings", "gates to add", variance, title)
    for method in found.measurements:
        if method.plan is None:
            continue
        gates, shots = method.two_qubit_gates, method.shots(found.error)
        table.add_row(
            method.name,
            f"{len(method.plan.bases):,}",
            "" if gates is None else f"{gates:,}",
            f"{method.plan.shots_times_variance:.3g}",
            "" if shots is None else three_digits(shots),
        )
    return table


def _squared(unit: str) -> str:
    """A unit squared; one of several words in brackets."""
    return f"({unit})²" if " " in unit else f"{unit}²"


def _missing_lines(found: Estimation) -> list[str]:
    """Measurement methods without a plan, grouped by reason."""
    reasons: dict[str, list[str]] = {}
    for method in found.measurements:
        if method.reason is not None:
            reasons.setdefault(method.reason, []).append(method.name)
    return [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]


def _use_table(found: Estimation) -> PlainTable:
    plans = list(found.prices.per_second)
    table = plain_table("QPU use", "jobs", "shots", "time", *plans)
    for use in found.uses:
        table.add_row(
            use.task,
            f"{use.jobs:,}",
            three_digits(use.executions),
            seconds(use.qpu_seconds),
            *(three_digits(round(use.cost[plan])) for plan in plans),
        )
    return table


def _price_line(found: Estimation) -> str:
    method = f"{found.one_energy.measurement}; " if found.one_energy else ""
    text = f"{method}{found.prices.currency}, prices of {found.prices.date}"
    several = any(use.points > 1 for use in found.uses)
    text += "; optimisers if they make all their steps" if several else ""
    return f"{text}; {_execution(found.execution)}" if found.execution else text


def _execution(each: Execution) -> str:
    """The duration of one execution, and whether it is known."""
    text = f"per execution: {1e6 * each.delay:.0f} µs of delay"
    length = 1e6 * (each.circuit + each.reading)
    if each.known:
        return f"{text}, {length:.0f} µs of circuit and reading"
    return (
        f"{text}, {length:.0f} µs assumed for a circuit that was not transpiled; it may be longer"
    )
