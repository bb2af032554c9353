"""Estimates before a run: qubits, gates, shots, time, memory and money."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from vqe_cli._core.threads import threads_for
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.analysis.estimation.circuits import (
    CircuitEstimate,
    compiled_circuit,
    expected_fidelity,
    median_two_qubit_error,
    too_long,
)
from vqe_cli.analysis.estimation.device_use import DeviceUse, Execution, device_use, execution_of
from vqe_cli.analysis.estimation.measurements import MeasurementEstimate, measurements
from vqe_cli.analysis.estimation.optimisations import optimisations
from vqe_cli.analysis.estimation.simulations import (
    ExactSimulation,
    Simulation,
    exact_simulation,
    own_simulation,
)
from vqe_cli.analysis.estimation.states import (
    StatesEstimate,
    estimated_states,
    refuse_impossible_states,
)
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import DeviceSettings
from vqe_cli.backends.submitter import Submitter
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import Problem, has_own_unit
from vqe_cli.measurement import MEASUREMENTS
from vqe_cli.parts import Parts, located, look_up_parts, resolved_spec
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.problem_records import ProblemRecord
from vqe_cli.variational.accuracy import GAP_ACCURACY
from vqe_cli.variational.energy_scale import energy_scale
from vqe_cli.variational.feasibility import needs_of_operator
from vqe_cli.variational.other_references import refuse_with_orbitals_of
from vqe_cli.variational.recording import problem_record

if TYPE_CHECKING:
    from vqe_cli.backends.ibm.cost import Prices
    from vqe_cli.schema import RunSpec


@dataclass(frozen=True)
class Ansatz:
    """The ansatz in numbers; `pool` is the number of operators in the pool of an adaptive one."""

    name: str
    parameters: int
    excitations: int | None
    pool: int | None


@dataclass(frozen=True)
class Device:
    """A device in numbers; `error` is the median error of its two-qubit gates."""

    name: str
    qubits: int
    error: float | None


@dataclass(frozen=True)
class OneEnergy:
    """One energy on the device.

    Args:
        measurement: Name of the measurement method.
        shots: Number of shots in all measurement bases.
        standard_error: Expected standard error, in the problem's unit.
        use: The use of the device.
    """

    measurement: str
    shots: int
    standard_error: float
    use: DeviceUse


@dataclass(frozen=True, eq=False)
class Estimation:
    """The estimates of a run.

    Args:
        spec: The run's spec.
        resolved: The spec as plain data with all defaults.
        problem: The record of the problem.
        ansatz: The ansatz in numbers.
        exact: The exact simulation on this machine.
        simulation: The run's own simulation, if it is another one; None otherwise.
        device: The device of all other estimates.
        circuit: The ansatz as a circuit.
        error: Target standard error of one energy, in the problem's unit.
        measurements: Estimates of all measurement methods.
        one_energy: One energy on the device; None if it does not fit, or has no plan.
        uses: Uses of the device, that of the run itself first; empty if it does not fit.
        execution: Time of one execution on the device; None if it does not fit.
        prices: Prices of QPU time.
        billing: The billing plan of the reported cost.
        states: Excited states; None if they are not asked for.
    """

    spec: RunSpec
    resolved: dict[str, Any]
    problem: ProblemRecord
    ansatz: Ansatz
    exact: ExactSimulation
    simulation: Simulation | None
    device: Device
    circuit: CircuitEstimate
    error: float
    measurements: tuple[MeasurementEstimate, ...]
    one_energy: OneEnergy | None
    uses: tuple[DeviceUse, ...]
    execution: Execution | None
    prices: Prices
    billing: str
    states: StatesEstimate | None = None

    @property
    def fits(self) -> bool:
        """Whether the device has enough qubits."""
        return self.problem.qubits <= self.device.qubits

    @property
    def main_use(self) -> DeviceUse | None:
        """The use of the device by the run itself; None if it does not fit."""
        return self.uses[0] if self.uses else None

    @property
    def gates_on_device(self) -> int | None:
        """Two-qubit gates of the ansatz and of the longest change of basis that follows it."""
        size, energy = self.circuit.on_device, self.one_energy
        if size is None:
            return None
        if energy is None or self.main_use is not energy.use:
            return size.two_qubit_gates
        changes = {method.name: method.two_qubit_gates for method in self.measurements}
        return size.two_qubit_gates + (changes[energy.measurement] or 0)

    def shots(self, name: str) -> int | None:
        """Number of shots of one energy to the target error, by the name of the measurement."""
        return next((m.shots(self.error) for m in self.measurements if m.name == name), None)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        main, circuit = self.main_use, self.circuit
        return {
            "schema": "vqe-estimate/1",
            "name": self.spec.title,
            "spec": self.resolved,
            "problem": self.problem.model_dump(mode="json"),
            "ansatz": asdict(self.ansatz),
            "exact": {**asdict(self.exact), "feasible": self.exact.feasible},
            "simulation": self.simulation and asdict(self.simulation),
            "device": {
                **asdict(self.device),
                "expected_fidelity": expected_fidelity(self.device.error, self.gates_on_device),
            },
            "circuit": {
                "all_to_all": circuit.all_to_all and asdict(circuit.all_to_all),
                "on_device": circuit.on_device and asdict(circuit.on_device),
                "routed": {name: asdict(size) for name, size in circuit.routed.items()},
                "reason": circuit.reason,
            },
            "target_error": self.error,
            "shots": {"qwc": self.shots("qubit-wise"), "fluid": self.shots("fluid")},
            "measurements": [method.as_dict(self.error) for method in self.measurements],
            "one_energy": self.one_energy and asdict(self.one_energy),
            "uses": [asdict(use) for use in self.uses],
            "execution": self.execution and asdict(self.execution),
            "states": self.states and asdict(self.states),
            "executions": main and main.executions,
            "qpu_seconds": main and main.qpu_seconds,
            "cost": main and main.cost[self.billing],
            "plan": self.billing,
            "currency": self.prices.currency,
            "prices_date": self.prices.date,
        }


def default_error(problem: Problem) -> float:
    """The default standard error of one energy, in the problem's unit.

    That is 1.6 mHa, and for a model 1 % of its largest coefficient: the gap, of which 1 % would be
    wanted, is known only after the problem has been solved.

    Args:
        problem: The problem.
    """
    if has_own_unit(problem):
        return GAP_ACCURACY * problem.scale
    return CHEMICAL_ACCURACY_MHA / HARTREE_IN_MILLIHARTREE


def estimate(
    spec: RunSpec,
    *,
    device: str | None = None,
    error: float | None = None,
    to_accuracy: bool = False,
    on_begin: Callable[[str], None] = lambda _: None,
) -> Estimation:
    """Estimate a run without running it; only the integrals are computed.

    Args:
        spec: The run's spec.
        device: Name of the device, such as ``ibm_fez``. Default: that of the input, or a fake one.
        error: Target standard error of one energy, in the problem's unit: Hartree for molecules.
            Default: that of the input's shots or precision, or the accuracy that is wanted.
        to_accuracy: Whether the target is this accuracy whatever the input's shots.
        on_begin: Callback, called with the name of a stage when it begins.

    Returns:
        The estimates.

    Raises:
        InputError: The input is invalid, or there is no such fake device.
        UnavailableError: There is no account, or no such device.
        ResourceLimitError: The problem is too large even for its integrals.
    """
    with located(spec):
        parts = look_up_parts(spec)
        refuse_impossible_states(spec, parts)
        settings = parts.backend.device_settings(device)
        refuse_with_orbitals_of(spec, parts)
        found = _found(settings, device)
        on_begin("Hartree-Fock and integrals")
        problem = build_problem(spec, parts.active_space, needs_of_operator(parts))
        encoding = Encoding(problem, parts.mapper, spec.memory)
        if to_accuracy:
            error = default_error(problem)
        # Plans take many small matrices, for which more threads are slower.
        with threads_for(1):
            return _estimated(spec, parts, encoding, settings, found, error, on_begin=on_begin)


def _estimated(
    spec: RunSpec,
    parts: Parts,
    encoding: Encoding,
    settings: DeviceSettings,
    device: Any,
    error: float | None,
    *,
    on_begin: Callable[[str], None],
) -> Estimation:
    """The estimates for an encoded problem."""
    on_begin("circuits")
    state, rates = parts.ansatz.state(encoding), settings.prices()
    circuit = compiled_circuit(state, device, settings.optimization_level, spec.seed)
    on_begin("measurement plans")
    asked = parts.backend.shot_settings()
    chosen = MEASUREMENTS.create(asked.measurement).resolve(encoding)
    methods = measurements(encoding, chosen, circuit.compiled)
    target = error or asked.precision or default_error(encoding.problem)
    one, uses, each = None, tuple[DeviceUse, ...](), None
    if encoding.num_qubits <= device.num_qubits:
        method = next(each for each in methods if each.name == chosen.name)
        each = execution_of(circuit.compiled, method.plan, device, rates)
        final = partial(device_use, prices=rates, execution=each, mitigation=asked.mitigation)
        one = _one_energy(method, target, None if error else asked.shots, final)
        bare = execution_of(circuit.compiled, None, device, rates)
        sampling = partial(device_use, prices=rates, execution=bare)
        uses = _uses(parts, state, one, sampling, final, spec.seed)
    return Estimation(
        spec=spec,
        resolved=resolved_spec(spec, parts),
        problem=problem_record(encoding, spec),
        ansatz=_ansatz(parts, state),
        exact=exact_simulation(state),
        simulation=own_simulation(parts, state, spec.seed),
        device=Device(device.name, device.num_qubits, median_two_qubit_error(device)),
        circuit=circuit,
        error=target,
        measurements=methods,
        one_energy=one,
        uses=uses,
        execution=each,
        prices=rates,
        billing=settings.plan,
        states=estimated_states(spec, parts, encoding.problem, one.shots if one else None),
    )


def _found(settings: DeviceSettings, name: str | None) -> Any:
    """The device, found before any chemistry, so that a misspelt name costs no time."""
    try:
        return settings.find(Submitter())
    except InputError as fault:
        if name is not None:
            fault.where = "--device"
        raise


def _ansatz(parts: Parts, state: ParameterisedState) -> Ansatz:
    excitations = len(state.product.rotations) if state.product else None
    pool = len(state.adaptive.pool) if state.adaptive else None
    return Ansatz(parts.ansatz.name, state.num_parameters, excitations, pool)


def _one_energy(
    method: MeasurementEstimate, error: float, shots: int | None, final: Callable[..., DeviceUse]
) -> OneEnergy | None:
    """One energy by a method, to a standard error or with given shots per measurement basis."""
    plan = method.plan
    if plan is None or not plan.bases:
        return None
    total = shots * len(plan.bases) if shots else method.shots(error)
    assert total is not None
    reached = math.sqrt(plan.shots_times_variance / total)
    return OneEnergy(method.name, total, reached, final("one energy", total))


def _uses(
    parts: Parts,
    state: ParameterisedState,
    one: OneEnergy | None,
    sampling: Callable[..., DeviceUse],
    final: Callable[..., DeviceUse],
    seed: int,
) -> tuple[DeviceUse, ...]:
    """Possible uses of the device, that of the run itself first."""
    found = [one.use] if one else []
    if drawn := parts.solver.shots_drawn():
        found.insert(0, sampling(f"sampling for {parts.solver.name}", drawn))
    if one is not None and too_long(state) is None:
        scale = energy_scale(state.encoding.problem, sampled=True)
        error = one.standard_error / scale.size
        for way in optimisations(state.spectra, parts.optimizer, error, seed):
            task = f"{way.name}, {counted(way.steps, 'step')}"
            found.append(final(task, one.shots, points=way.energies, jobs=way.jobs))
    return tuple(found)
