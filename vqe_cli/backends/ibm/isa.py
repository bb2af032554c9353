"""Whether a device can run a circuit as it is; the service no longer looks before it bills."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from vqe_cli._core.arrays import Vector
from vqe_cli.errors import UnavailableError

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from vqe_cli.backends.ibm.job import Request

LARGEST_RZZ = math.pi / 2
ROUND_OFF = 1e-9


def check_request(request: Request, device: Any) -> None:
    """Refuse a job that the device, as it is today, cannot run.

    Args:
        request: On the device's qubits.
        device: The device, a `BackendV2`.

    Raises:
        UnavailableError: It cannot run there.
    """
    for circuit, rows in zip(request.circuits, request.parameters, strict=True):
        check_gates(circuit, device)
        check_angles(circuit, rows, device)


def check_gates(circuit: QuantumCircuit, device: Any) -> None:
    """Refuse gates, connections and qubits that the device does not have.

    Args:
        circuit: On the device's qubits.
        device: The device, a `BackendV2`.

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


def check_angles(circuit: QuantumCircuit, rows: Vector, device: Any) -> None:
    """Fractional gates are calibrated for angles from 0 to π/2 only.

    Args:
        circuit: On the device's qubits.
        rows: Values of its parameters, shape (rows, parameters).
        device: The device, a `BackendV2`.

    Raises:
        UnavailableError: An angle is outside.
    """
    if "rzz" not in circuit.count_ops():
        return
    for item in circuit.get_instructions("rzz"):
        for row in rows:
            value = _value(item.params[0], circuit, row)
            if not -ROUND_OFF <= value <= LARGEST_RZZ + ROUND_OFF:
                raise _refusal(device, f"rzz takes angles from 0 to π/2, not {value:.4f}")


def _value(angle: Any, circuit: QuantumCircuit, row: Vector) -> float:
    """A gate's angle at one parameter point."""
    free = getattr(angle, "parameters", ())
    values = dict(zip(circuit.parameters, row, strict=True))
    return float(angle.bind({name: values[name] for name in free}) if free else angle)


def faulty_qubits(device: Any) -> set[int]:
    """Those that the last calibration found out of order.

    Args:
        device: The device, a `BackendV2`; simulators and many fake devices know of none.
    """
    properties = device.properties() if hasattr(device, "properties") else None
    return set(properties.faulty_qubits()) if properties is not None else set()


def _refusal(device: Any, why: str) -> UnavailableError:
    return UnavailableError(
        f"{device.name} cannot run this circuit: {why}",
        hint="its calibration may have changed since the circuit was compiled: run it anew, without"
        " --resume; jobs that have ended can still be read with `vqe jobs fetch ID`",
    )


def _show(qubits: tuple[int, ...]) -> str:
    return f"qubit {qubits[0]}" if len(qubits) == 1 else f"qubits {' and '.join(map(str, qubits))}"
