"""Executions, QPU time and cost of tasks on a device."""

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
    """Executions, time and cost of one task.

    Args:
        task: Description of the task.
        points: Number of parameter vectors at which the circuits run.
        jobs: Number of jobs.
        executions: Number of circuit executions: shots in all measurement bases times points.
        qpu_seconds: Approximate QPU time, seconds.
        cost: Cost by billing plan, in the currency of the prices.
    """

    task: str
    points: int
    jobs: int
    executions: int
    qpu_seconds: float
    cost: dict[str, float]


@dataclass(frozen=True)
class Execution:
    """Time of one execution.

    Args:
        delay: Delay before the execution, seconds.
        circuit: Time of the state's circuit and the longest change of basis, seconds.
        reading: Time of the readout, seconds.
        known: Whether the times are those of the transpiled circuit; else they are typical ones.
    """

    delay: float
    circuit: float
    reading: float
    known: bool = True

    def seconds(self, factor: int = 1) -> float:
        """Seconds from one execution to the next.

        Args:
            factor: Factor by which the circuit is lengthened to amplify noise.
        """
        return self.delay + factor * self.circuit + self.reading


def execution_of(
    compiled: CompiledCircuit | None, plan: MeasurementPlan | None, device: Any, prices: Prices
) -> Execution:
    """Time of one execution, by the longest chain of instructions of the transpiled circuit.

    Args:
        compiled: The state's circuit on the device; None if not transpiled.
        plan: The measurement plan; None if there is none.
        device: The device, a `BackendV2`.
        prices: The prices, with typical times.
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
    """The state's circuit followed by the change of basis with most two-qubit gates."""
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
    """Executions, time and cost of a task.

    Args:
        task: Description of the task.
        shots: Number of shots of one point, in all measurement bases.
        prices: Prices of QPU time, with typical times of jobs.
        points: Number of parameter vectors.
        jobs: Smallest number of jobs; large ones are split.
        execution: Time of one execution; None for the typical time.
        mitigation: Error mitigation of the last point's energy; None without mitigation.
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
        mitigation: Error mitigation of one energy; None without mitigation.
        shots: Number of shots of the raw energy.
        each: Time of one execution.
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
