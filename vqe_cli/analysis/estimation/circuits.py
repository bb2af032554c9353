"""Sizes of transpiled circuits, with all qubits connected and on a device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.devices.compiling import CompiledCircuit, all_connected, compile_for_device
from vqe_cli.backends.devices.connectivity import CONNECTIVITIES, Connectivity, routed
from vqe_cli.errors import ResourceLimitError

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

MOST_ROTATIONS = 60_000
"""The largest product of excitations, eight Pauli strings and qubits that is transpiled."""

MOST_GATES_TO_PLACE = 12_000
"""The largest number of two-qubit gates of a circuit laid out on a device, in about ten seconds."""

MOST_TRIES = 4
"""The largest number of layouts that are tried on each connectivity."""


@dataclass(frozen=True)
class CircuitSize:
    """The size of a transpiled circuit.

    Args:
        two_qubit_gates: Number of two-qubit gates.
        depth: Depth in gates.
        two_qubit_depth: Depth in two-qubit gates.
    """

    two_qubit_gates: int
    depth: int
    two_qubit_depth: int


@dataclass(frozen=True, eq=False)
class CircuitEstimate:
    """The ansatz as a circuit.

    Args:
        all_to_all: Size with all qubits connected; None if not transpiled.
        on_device: Size on the device; None if not transpiled.
        route: Function that returns the sizes on other connectivities, which takes seconds.
        compiled: The circuit on the device, without a noise model; None if not transpiled.
        reason: The reason why a size is missing.
    """

    all_to_all: CircuitSize | None = None
    on_device: CircuitSize | None = None
    route: Callable[[], dict[Connectivity, CircuitSize]] = dict
    compiled: CompiledCircuit | None = None
    reason: str | None = None

    @cached_property
    def routed(self) -> dict[Connectivity, CircuitSize]:
        """Sizes on a line and on a heavy-hexagonal lattice; empty if not transpiled."""
        return self.route()


def compiled_circuit(
    state: ParameterisedState, device: Any, level: int, seed: int
) -> CircuitEstimate:
    """Transpile the state's circuit, unless that would take minutes.

    Args:
        state: The parameterised state.
        device: The device, a `BackendV2`.
        level: Optimisation level of the transpiler.
        seed: Random seed of the transpiler.

    Returns:
        The sizes of the circuit, or the reason why they are missing.
    """
    reason = too_long(state)
    if reason is not None:
        return CircuitEstimate(reason=reason)
    connected = all_connected(state.circuit, level, seed)
    everywhere = size_of(connected)
    if everywhere.two_qubit_gates > MOST_GATES_TO_PLACE:
        return CircuitEstimate(everywhere, reason="it would take minutes to place on a device")
    route = partial(routed_sizes, connected, level, seed)
    try:
        compiled = compile_for_device(state.circuit, device, level, seed, scale=0.0)
    except ResourceLimitError as error:
        return CircuitEstimate(everywhere, route=route, reason=error.message)
    return CircuitEstimate(everywhere, size_of(compiled.circuit), route, compiled)


def routed_sizes(
    connected: QuantumCircuit, level: int, seed: int
) -> dict[Connectivity, CircuitSize]:
    """The sizes of a circuit on a line and on a heavy-hexagonal lattice.

    Several layouts are tried, fewer of large circuits, and the one with the fewest two-qubit gates
    counts.

    Args:
        connected: The circuit in CX, RZ, SX and X, with all qubits connected.
        level: Optimisation level of the transpiler.
        seed: Random seed of the transpiler.
    """
    gates = max(1, connected.num_nonlocal_gates())
    tries = min(MOST_TRIES, max(1, MOST_GATES_TO_PLACE // (8 * gates)))
    return {name: size_of(routed(connected, name, level, seed, tries)) for name in CONNECTIVITIES}


def too_long(state: ParameterisedState) -> str | None:
    """The reason why the circuit is not built; None if it is."""
    if state.adaptive is not None:
        return "an adaptive ansatz has no circuit before it has grown"
    if state.product is None:
        return None
    excitations, qubits = len(state.product.rotations), state.encoding.num_qubits
    if 8 * excitations * qubits > MOST_ROTATIONS:
        return f"{excitations:,} excitations on {qubits} qubits would take minutes to compile"
    return None


def size_of(circuit: QuantumCircuit) -> CircuitSize:
    """The size of a transpiled circuit."""
    paired = circuit.depth(lambda item: len(item.qubits) > 1)
    return CircuitSize(int(circuit.num_nonlocal_gates()), int(circuit.depth()), int(paired))


def median_two_qubit_error(device: Any) -> float | None:
    """Median error of a device's two-qubit gates; None if unknown.

    Args:
        device: The device, a `BackendV2`.
    """
    target = device.target
    errors = [
        properties.error
        for name in target.operation_names
        if _is_two_qubit_gate(target.operation_from_name(name))
        for properties in target[name].values()
        if properties is not None and properties.error is not None
    ]
    return float(np.median(errors)) if errors else None


def _is_two_qubit_gate(operation: Any) -> bool:
    """Whether an operation is a two-qubit gate; control flow, listed as a class, is not."""
    return not isinstance(operation, type) and operation.num_qubits == 2


def expected_fidelity(error: float | None, gates: int | None) -> float | None:
    """``(1 − error)^gates``, the probability that no gate fails; a rule of thumb.

    Args:
        error: Error of one gate; None if unknown.
        gates: Number of gates; None if unknown.
    """
    return None if error is None or gates is None else float((1.0 - error) ** gates)
