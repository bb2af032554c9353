"""Whether a device can run a circuit as it is; the service no longer looks before it bills."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from vqe_cli.errors import UnavailableError
from vqe_cli.objective import Vector

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

LARGEST_RZZ = math.pi / 2
ROUND_OFF = 1e-9


def check_isa(circuit: QuantumCircuit, rows: Vector, device: Any) -> None:
    """Refuse gates, connections, angles and qubits that the device does not have.

    Args:
        circuit: On the device's qubits.
        rows: Values of its parameters, shape (rows, parameters).
        device: A `BackendV2`.

    Raises:
        UnavailableError: It cannot run there.
    """
    faulty = faulty_qubits(device)
    for item in circuit.data:
        name = item.operation.name
        qubits = tuple(circuit.find_bit(bit).index for bit in item.qubits)
        if name == "barrier":
            continue
        if faulty & set(qubits):
            broken = sorted(faulty & set(qubits))
            raise _refusal(device, f"qubit {broken[0]} is out of order")
        if not device.target.instruction_supported(name, qubits):
            raise _refusal(device, f"it has no {name} on {_show(qubits)}")
        if name == "rzz":
            _check_angle(circuit, item.params[0], rows, device)


def faulty_qubits(device: Any) -> set[int]:
    """Those that the last calibration found out of order.

    Args:
        device: A `BackendV2`; simulators and many fake devices know of none.
    """
    properties = device.properties() if hasattr(device, "properties") else None
    return set(properties.faulty_qubits()) if properties is not None else set()


def _check_angle(circuit: QuantumCircuit, angle: Any, rows: Vector, device: Any) -> None:
    """Fractional gates are calibrated for angles from 0 to π/2 only."""
    for row in rows:
        values = dict(zip(circuit.parameters, row, strict=True))
        free = getattr(angle, "parameters", ())
        value = float(angle.bind({p: values[p] for p in free}) if free else angle)
        if not -ROUND_OFF <= value <= LARGEST_RZZ + ROUND_OFF:
            raise _refusal(device, f"rzz takes angles from 0 to π/2, not {value:.4f}")


def _refusal(device: Any, why: str) -> UnavailableError:
    return UnavailableError(
        f"{device.name} cannot run this circuit: {why}",
        hint="its calibration may have changed since the circuit was compiled: run it again",
    )


def _show(qubits: tuple[int, ...]) -> str:
    return f"qubit {qubits[0]}" if len(qubits) == 1 else f"qubits {' and '.join(map(str, qubits))}"
