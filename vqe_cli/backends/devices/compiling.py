"""Circuits transpiled for a device, and the device reduced to the qubits that they use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli._core.sizes import too_few_qubits
from vqe_cli.backends.devices.noise import Noise
from vqe_cli.backends.devices.noise_models import BASIS_GATES, noise_from_parts, noise_of_device
from vqe_cli.errors import ResourceLimitError

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.transpiler import Target
    from qiskit_aer.noise import NoiseModel


@dataclass(frozen=True, eq=False)
class Tail:
    """A change of basis in the same gates, to be appended to a transpiled circuit.

    Args:
        circuit: The change of basis on the transpiled circuit's qubits.
        places: For every qubit of the original circuit, its final position.
    """

    circuit: QuantumCircuit
    places: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CompiledCircuit:
    """A circuit in a device's own gates, on the device's active qubits only.

    Args:
        circuit: The transpiled circuit on the active qubits.
        places: For every qubit of the original circuit, its final position.
        noise: Gate and readout errors of the circuit's qubits; None without noise.
        target: Gates and connections of these qubits; those of a simulator connect all qubits.
        level: Optimisation level of the transpiler.
        seed: Random seed of the transpiler.
        active: The device's qubit for each of these qubits; empty for a simulator.
    """

    circuit: QuantumCircuit
    places: tuple[int, ...]
    noise: NoiseModel | None
    target: Any
    level: int
    seed: int
    active: tuple[int, ...] = ()

    def tail(self, circuit: QuantumCircuit) -> Tail:
        """Transpile a circuit that follows, starting from the final positions of the qubits.

        Args:
            circuit: The circuit on the original qubits.

        Returns:
            The transpiled circuit, and the final positions.
        """
        if set(circuit.count_ops()) <= {"sdg", "h"}:
            return Tail(self._one_qubit_tail(circuit), self.places)
        from qiskit.transpiler import generate_preset_pass_manager

        passes = generate_preset_pass_manager(
            self.level,
            target=self.target,
            initial_layout=list(self.places),
            seed_transpiler=self.seed,
        )
        compiled = passes.run(circuit)
        return Tail(compiled, _final_places(compiled, circuit.num_qubits))

    def basis_state(self, bits: Sequence[bool]) -> QuantumCircuit:
        """X gates that prepare a basis state at the final positions of the original qubits.

        Args:
            bits: The bits of the original circuit's qubits.
        """
        from qiskit import QuantumCircuit

        found = QuantumCircuit(self.circuit.num_qubits)
        for place, bit in zip(self.places, bits, strict=True):
            if bit:
                found.x(place)
        return found

    def in_its_gates(self, circuit: QuantumCircuit) -> QuantumCircuit:
        """A circuit on these qubits, which respects their connections, rewritten in their gates."""
        from qiskit.transpiler import generate_preset_pass_manager

        passes = generate_preset_pass_manager(
            0, target=self.target, initial_layout=list(range(circuit.num_qubits))
        )
        return passes.run(circuit)

    def _one_qubit_tail(self, circuit: QuantumCircuit) -> QuantumCircuit:
        """SDG and H as RZ and SX, without phases before a measurement; every device has these."""
        from qiskit import QuantumCircuit

        tail = QuantumCircuit(self.circuit.num_qubits)
        angles = dict.fromkeys(range(circuit.num_qubits), 0.0)
        for item in circuit.data:
            qubit = circuit.find_bit(item.qubits[0]).index
            if item.operation.name == "sdg":
                angles[qubit] -= np.pi / 2
                continue
            angle = angles[qubit] + np.pi / 2
            if angle:
                tail.rz(angle, self.places[qubit])
            tail.sx(self.places[qubit])
            angles[qubit] = np.pi / 2
        return tail


def compile_plain(
    circuit: QuantumCircuit, level: int, method: str = "statevector"
) -> CompiledCircuit:
    """Transpile for the simulator: the gates of one method, all qubits connected.

    Args:
        circuit: The circuit, with free parameters.
        level: Optimisation level of Qiskit's preset pass managers.
        method: Aer's simulation method, which determines the gates.

    Returns:
        The transpiled circuit.
    """
    from qiskit.transpiler import generate_preset_pass_manager
    from qiskit_aer import AerSimulator

    simulator = AerSimulator(method=method)
    passes = generate_preset_pass_manager(level, backend=simulator, seed_transpiler=7)
    compiled = passes.run(circuit)
    places = _final_places(compiled, circuit.num_qubits)
    target = _all_to_all(simulator.target, circuit.num_qubits)
    return CompiledCircuit(compiled, places, None, target, level, 7)


def _all_to_all(target: Any, num_qubits: int) -> Any:
    """A simulator's gates, on as many qubits as there are."""
    from qiskit.transpiler import Target

    found = Target(num_qubits=num_qubits)
    for name in target.operation_names:
        operation = target.operation_from_name(name)
        if not isinstance(operation, type) and operation.num_qubits <= 2:
            found.add_instruction(operation, name=name)
    return found


def compile_with_noise(
    circuit: QuantumCircuit, noise: Noise, level: int, seed: int
) -> CompiledCircuit:
    """Transpile for a fake device, or for noise without one.

    Args:
        circuit: The circuit, with free parameters.
        noise: The noise in the input.
        level: Optimisation level of Qiskit's preset pass managers.
        seed: Random seed of layout and routing.

    Returns:
        The transpiled circuit, with its noise model.

    Raises:
        InputError: There is no such device.
        ResourceLimitError: The device has too few qubits.
    """
    device = device_of(noise)
    if device is None:
        return compile_for_parts(circuit, noise, level, seed)
    return compile_for_device(circuit, device, level, seed, noise.scale)


def device_of(noise: Noise) -> Any:
    """The fake device that the noise names; None where the noise consists of parts.

    Args:
        noise: The noise in the input.

    Raises:
        InputError: There is no such device.
    """
    if noise.device is None:
        return None
    from vqe_cli.backends.ibm.runtime import fake_device

    return fake_device(noise.device, ("backend", "noise"))


def compile_for_device(
    circuit: QuantumCircuit, device: Any, level: int, seed: int, scale: float = 1.0
) -> CompiledCircuit:
    """Transpile in two stages, first with all qubits connected, then for the device.

    Args:
        circuit: The circuit, with free parameters.
        device: The device, a `BackendV2`.
        level: Optimisation level of Qiskit's preset pass managers.
        seed: Random seed of layout and routing.
        scale: Factor that multiplies all of the device's errors; at 0 there is no noise model.

    Returns:
        The transpiled circuit, with the noise model of its qubits.

    Raises:
        ResourceLimitError: The device has fewer qubits than the circuit.
    """
    from qiskit.transpiler import generate_preset_pass_manager

    if circuit.num_qubits > device.num_qubits:
        raise ResourceLimitError(
            too_few_qubits(circuit.num_qubits, device.name, device.num_qubits),
            hint="choose a larger device, a smaller active space, or mapper parity",
        )
    second = generate_preset_pass_manager(level, target=device.target, seed_transpiler=seed)
    compiled = second.run(_undo_elision(all_connected(circuit, level, seed)))
    places = _final_places(compiled, circuit.num_qubits)
    active = _connected({*_used(compiled), *places}, device)
    small = _keep_qubits(compiled, active)
    reduced, noise = reduced_device(device, tuple(active), scale)
    places = tuple(active.index(place) for place in places)
    return CompiledCircuit(small, places, noise, reduced, level, seed, tuple(active))


def compile_for_parts(
    circuit: QuantumCircuit, noise: Noise, level: int, seed: int
) -> CompiledCircuit:
    """Transpile for noise without a device: CX, RZ, SX and X, qubits all connected or in a line.

    Args:
        circuit: The circuit, with free parameters.
        noise: Noise that consists of parts.
        level: Optimisation level of Qiskit's preset pass managers.
        seed: Random seed of layout and routing.

    Returns:
        The transpiled circuit, with its noise model.
    """
    from qiskit.transpiler import CouplingMap, Target, generate_preset_pass_manager

    number = circuit.num_qubits
    line = CouplingMap.from_line(number) if noise.coupling == "line" else None
    target = Target.from_configuration(list(BASIS_GATES), number, line)
    compiled = all_connected(circuit, level, seed)
    if line is not None:
        passes = generate_preset_pass_manager(level, target=target, seed_transpiler=seed)
        compiled = passes.run(_undo_elision(compiled))
    model = noise_from_parts(noise) if noise.scale else None
    places = _final_places(compiled, number)
    return CompiledCircuit(compiled, places, model, target, level, seed)


def all_connected(circuit: QuantumCircuit, level: int, seed: int) -> QuantumCircuit:
    """Transpile to CX, RZ, SX and X, with every qubit connected to every other.

    Args:
        circuit: The circuit, with free parameters.
        level: Optimisation level of Qiskit's preset pass managers.
        seed: Random seed of the transpiler.

    Returns:
        The transpiled circuit.
    """
    from qiskit.transpiler import generate_preset_pass_manager

    passes = generate_preset_pass_manager(
        level, basis_gates=list(BASIS_GATES), seed_transpiler=seed
    )
    return passes.run(circuit)


@cache
def reduced_device(
    device: Any, active: tuple[int, ...], scale: float
) -> tuple[Target, NoiseModel | None]:
    """The gates and the noise model of a device's active qubits, cached.

    Args:
        device: The device, a `BackendV2`.
        active: The device's qubits that are kept.
        scale: Factor that multiplies the device's errors; at 0 there is no noise model.
    """
    small = small_device(device, list(active), scale or 1.0)
    if not scale:
        return small.target, None
    misread = [read_wrongly(device, qubit) for qubit in active]
    return small.target, noise_of_device(small, misread, scale)


def read_wrongly(device: Any, qubit: int) -> tuple[float, float]:
    """P(1|0) and P(0|1) of a qubit's calibration, both equal where only their mean is known.

    Args:
        device: The device, a `BackendV2`.
        qubit: Index of the device's qubit.
    """
    properties = device.properties()
    known = {} if properties is None else properties.qubit_property(qubit)
    if "prob_meas1_prep0" in known and "prob_meas0_prep1" in known:
        return known["prob_meas1_prep0"][0], known["prob_meas0_prep1"][0]
    measure = device.target["measure"].get((qubit,))
    mean = getattr(measure, "error", None) or 0.0
    return mean, mean


def _undo_elision(circuit: QuantumCircuit) -> QuantumCircuit:
    """The circuit with the permutation that the first stage left implicit made explicit."""
    layout = circuit.layout
    if layout is None or layout.final_layout is None:
        return circuit
    from qiskit.circuit.library import PermutationGate

    places = layout.final_index_layout()
    restored = circuit.copy()
    restored.append(PermutationGate(list(places)), range(circuit.num_qubits))
    return restored


def _final_places(compiled: QuantumCircuit, num_qubits: int) -> tuple[int, ...]:
    if compiled.layout is None:
        return tuple(range(num_qubits))
    return tuple(compiled.layout.final_index_layout()[:num_qubits])


def _used(circuit: QuantumCircuit) -> set[int]:
    return {circuit.find_bit(qubit).index for item in circuit.data for qubit in item.qubits}


def _connected(qubits: set[int], device: Any) -> list[int]:
    """The qubits, and those between them where they are not connected."""
    import rustworkx

    graph = device.coupling_map.graph.to_undirected(multigraph=False)
    tree = rustworkx.steiner_tree(graph, sorted(qubits), lambda _: 1.0)
    return sorted({*qubits, *tree.node_indices()})


def _keep_qubits(circuit: QuantumCircuit, active: list[int]) -> QuantumCircuit:
    """The circuit without its idle qubits."""
    from qiskit import QuantumCircuit

    small = QuantumCircuit(len(active), global_phase=circuit.global_phase)
    place = {old: new for new, old in enumerate(active)}
    for item in circuit.data:
        qubits = [place[circuit.find_bit(qubit).index] for qubit in item.qubits]
        small.append(item.operation, qubits)
    return small


def small_device(device: Any, active: list[int], scale: float = 1.0) -> Any:
    """A backend with only the active qubits of a device, for Aer's noise model.

    Args:
        device: The device, a `BackendV2`.
        active: The device's qubits that are kept, in their new order.
        scale: Factor that multiplies the gate errors.
    """
    from qiskit.providers import BackendV2, Options

    small_target = _small_target(device.target, active, scale)

    class Small(BackendV2):  # type: ignore[misc]  # Qiskit carries no types
        """The reduced device, which only describes and cannot run circuits."""

        def __init__(self) -> None:
            super().__init__(name=f"{device.name}, {len(active)} qubits")

        @property
        def target(self) -> Target:
            return small_target

        @property
        def max_circuits(self) -> None:
            return None

        @classmethod
        def _default_options(cls) -> Options:
            return Options()

        def run(self, run_input: Any, **options: Any) -> Any:
            raise NotImplementedError

    return Small()


def _small_target(target: Target, active: list[int], scale: float) -> Target:
    """The target of some of a device's qubits, with errors and relaxation rates scaled."""
    from qiskit.transpiler import Target

    place = {old: new for new, old in enumerate(active)}
    small = Target(num_qubits=len(active), dt=target.dt)
    if target.qubit_properties is not None:
        small.qubit_properties = [_relaxing(target.qubit_properties[old], scale) for old in active]
    for name in target.operation_names:
        kept = {
            tuple(place[q] for q in qubits): _erring(value, scale)
            for qubits, value in target[name].items()
            if qubits is not None and all(q in place for q in qubits)
        }
        if kept:
            small.add_instruction(target.operation_from_name(name), kept, name=name)
    return small


def _relaxing(properties: Any, scale: float) -> Any:
    """A qubit's properties with its relaxation rates multiplied."""
    from qiskit.transpiler import QubitProperties

    if properties is None:
        return None
    t1, t2 = (None if t is None else t / scale for t in (properties.t1, properties.t2))
    return QubitProperties(t1=t1, t2=t2, frequency=properties.frequency)


def _erring(properties: Any, scale: float) -> Any:
    """An instruction's properties with its error multiplied."""
    from qiskit.transpiler import InstructionProperties

    if properties is None or properties.error is None:
        return properties
    return InstructionProperties(duration=properties.duration, error=scale * properties.error)
