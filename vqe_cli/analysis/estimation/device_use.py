"""Executions, QPU time and money of what runs on a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vqe_cli.backends.devices.compiling import CompiledCircuit
from vqe_cli.backends.ibm.cost import Prices
from vqe_cli.backends.ibm.parts import MOST_EXECUTIONS, MOST_SECONDS
from vqe_cli.backends.ibm.timing import Timing, repetition_delay
from vqe_cli.measurement import MeasurementPlan
from vqe_cli.measurement.mitigation.options import Mitigation

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


@dataclass(frozen=True)
class DeviceUse:
    """What one task takes.

    Args:
        task: For people.
        points: Parameters at which the circuits run.
        jobs: In which they are sent.
        executions: Of circuits: shots in all bases times points.
        qpu_seconds: About.
        cost: Of each plan, in the currency of the prices.
    """

    task: str
    points: int
    jobs: int
    executions: int
    qpu_seconds: float
    cost: dict[str, float]


@dataclass(frozen=True)
class Execution:
    """How long one execution takes.

    Args:
        delay: Seconds before it.
        circuit: Seconds of the trial state and the longest change of basis.
        reading: Seconds.
        known: Whether these are of the compiled circuit, or the usual ones.
    """

    delay: float
    circuit: float
    reading: float
    known: bool = True

    def seconds(self, factor: int = 1) -> float:
        """From one execution to the next.

        Args:
            factor: How often the circuit is gone through, where noise is amplified.
        """
        return self.delay + factor * self.circuit + self.reading


def execution_of(
    compiled: CompiledCircuit | None, plan: MeasurementPlan | None, device: Any, prices: Prices
) -> Execution:
    """By the longest chain of instructions of the compiled circuit.

    Args:
        compiled: The trial state on the device; None where it was not compiled.
        plan: Its bases.
        device: A `BackendV2`.
        prices: Know the usual times.
    """
    delay = repetition_delay(device, prices.repetition)
    if compiled is None:
        return Execution(delay, prices.execution - prices.repetition, 0.0, known=False)
    whole = _longest(compiled, plan)
    timing = Timing(compiled.target, tuple(range(whole.num_qubits)), delay)
    bare = timing.length(whole)
    whole.measure_all(inplace=True)
    return Execution(delay, bare, timing.length(whole) - bare)


def _longest(compiled: CompiledCircuit, plan: MeasurementPlan | None) -> QuantumCircuit:
    """The trial state followed by the change of basis with most two-qubit gates."""
    circuits = [basis.circuit() for basis in plan.bases] if plan else []
    tail = max(circuits, key=lambda circuit: circuit.num_nonlocal_gates(), default=None)
    if tail is None:
        return compiled.circuit.copy()
    return compiled.circuit.compose(compiled.tail(tail).circuit)


def device_use(
    task: str,
    shots: int,
    prices: Prices,
    points: int = 1,
    jobs: int = 1,
    *,
    execution: Execution | None = None,
    mitigation: Mitigation | None = None,
) -> DeviceUse:
    """Time and money of a task.

    Args:
        task: For people.
        shots: Of one point, in all bases together.
        prices: Of seconds, and how long jobs take.
        points: Parameters.
        jobs: At least; large ones are cut.
        execution: How long one takes; the usual time where it is not known.
        mitigation: Of the last point's energy.
    """
    usual = Execution(prices.repetition, prices.execution - prices.repetition, 0.0, known=False)
    each = execution or usual
    extra, extra_seconds = _for_mitigation(mitigation, shots, each)
    executions = shots * points + extra
    seconds = shots * points * each.seconds() + extra_seconds
    jobs = max(jobs, -(-executions // MOST_EXECUTIONS), int(-(-seconds // MOST_SECONDS)))
    whole = jobs * prices.job + seconds
    cost = {plan: prices.of_seconds(plan, whole).money for plan in prices.per_second}
    return DeviceUse(task, points, jobs, executions, whole, cost)


def _for_mitigation(
    mitigation: Mitigation | None, shots: int, each: Execution
) -> tuple[int, float]:
    """Executions beyond those of the raw energy, and their seconds.

    Args:
        mitigation: Of one energy.
        shots: Of the raw energy.
        each: How long an execution takes.
    """
    if mitigation is None:
        return 0, 0.0
    factors = mitigation.zne.factors if mitigation.zne else (1,)
    states = 2 if mitigation.reference_state else 1
    executions = (states * len(factors) - 1) * shots
    seconds = shots * (states * sum(map(each.seconds, factors)) - each.seconds())
    if mitigation.readout is not None:
        calibration = 2 * mitigation.readout.shots
        executions += calibration
        seconds += calibration * (each.delay + each.reading)
    return executions, seconds
