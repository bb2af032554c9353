"""How large a circuit becomes, with all qubits connected and on a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.devices.compiling import CompiledCircuit, all_connected, compile_for_device
from vqe_cli.errors import ResourceLimitError

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

MOST_ROTATIONS = 60_000
"""Excitations times eight Pauli strings times qubits, up to which a product is compiled."""

MOST_GATES_TO_PLACE = 12_000
"""Two-qubit gates up to which a circuit is laid out on a device; that takes some ten seconds."""


@dataclass(frozen=True)
class CircuitSize:
    """Two-qubit gates and depth of a compiled circuit."""

    two_qubit_gates: int
    depth: int


@dataclass(frozen=True, eq=False)
class CircuitEstimate:
    """The ansatz as a circuit.

    Args:
        all_to_all: With all qubits connected; None where it was not compiled.
        on_device: On the device.
        compiled: The circuit there.
        reason: Why one of them is missing.
    """

    all_to_all: CircuitSize | None = None
    on_device: CircuitSize | None = None
    compiled: CompiledCircuit | None = None
    reason: str | None = None


def compiled_circuit(
    state: ParameterisedState, device: Any, level: int, seed: int
) -> CircuitEstimate:
    """Compile the trial state's circuit, unless that would take minutes.

    Args:
        state: The parameterised state.
        device: A `BackendV2`.
        level: Optimisation level of the compiler.
        seed: Of the compiler.
    """
    reason = too_long(state)
    if reason is not None:
        return CircuitEstimate(reason=reason)
    everywhere = size_of(all_connected(state.circuit, level, seed))
    if everywhere.two_qubit_gates > MOST_GATES_TO_PLACE:
        return CircuitEstimate(everywhere, reason="it would take minutes to place on a device")
    try:
        compiled = compile_for_device(state.circuit, device, level, seed)
    except ResourceLimitError as error:
        return CircuitEstimate(everywhere, reason=error.message)
    return CircuitEstimate(everywhere, size_of(compiled.circuit), compiled)


def too_long(state: ParameterisedState) -> str | None:
    """Why the circuit is not built, or None if it is."""
    if state.adaptive is not None:
        return "an adaptive ansatz has no circuit before it has grown"
    if state.product is None:
        return None
    excitations, qubits = len(state.product.rotations), state.encoding.num_qubits
    if 8 * excitations * qubits > MOST_ROTATIONS:
        return f"{excitations:,} excitations on {qubits} qubits would take minutes to compile"
    return None


def size_of(circuit: QuantumCircuit) -> CircuitSize:
    """Of a compiled circuit."""
    return CircuitSize(int(circuit.num_nonlocal_gates()), int(circuit.depth()))


def median_two_qubit_error(device: Any) -> float | None:
    """Of all pairs of qubits and gates on them; None where a device does not tell.

    Args:
        device: A `BackendV2`.
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
    """Control flow is listed as a class, whose width nobody knows."""
    return not isinstance(operation, type) and operation.num_qubits == 2


def expected_fidelity(error: float | None, gates: int | None) -> float | None:
    """``(1 − error)^gates``: how likely none of them goes wrong; a rule of thumb.

    Args:
        error: Of a gate.
        gates: How many there are.
    """
    return None if error is None or gates is None else float((1.0 - error) ** gates)
