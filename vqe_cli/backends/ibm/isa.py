"""Checks that a device can run a circuit, which the service bills without checking."""

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
    """Refuse a job that the device cannot run with its present calibration.

    Args:
        request: The job, on the device's qubits.
        device: The device, a `BackendV2`.

    Raises:
        UnavailableError: The device cannot run the circuit.
    """
    for circuit, rows in zip(request.circuits, request.parameters, strict=True):
        check_gates(circuit, device)
        check_angles(circuit, rows, device)


def check_gates(circuit: QuantumCircuit, device: Any) -> None:
    """Refuse gates, connections and qubits that the device does not have.

    Args:
        circuit: The circuit on the device's qubits.
        device: The device, a `BackendV2`.

    Raises:
        UnavailableError: The device cannot run the circuit.
    """
    faulty = faulty_qubits(device)
    for item in circuit.data:
        name = item.operation.name
        qubits = tuple(circuit.find_bit(bit).index for bit in item.qubits)
        if name == "barrier":
            continue
        if faulty & set(qubits):
            broken = sorted(faulty & set(qubits))
            raise _refusal(device, f"qubit {broken[0]} is faulty")
        if not device.target.instruction_supported(name, qubits):
            raise _refusal(device, f"{name} is not available on {_show(qubits)}")


def check_angles(circuit: QuantumCircuit, rows: Vector, device: Any) -> None:
    """Refuse fractional gates with angles outside the calibrated range from 0 to π/2.

    Args:
        circuit: The circuit on the device's qubits.
        rows: Values of the circuit's parameters; shape (rows, parameters).
        device: The device, a `BackendV2`.

    Raises:
        UnavailableError: An angle is outside the range.
    """
    if "rzz" not in circuit.count_ops():
        return
    for item in circuit.get_instructions("rzz"):
        for row in rows:
            value = _value(item.params[0], circuit, row)
            if not -ROUND_OFF <= value <= LARGEST_RZZ + ROUND_OFF:
                raise _refusal(device, f"the angle of rzz must be from 0 to π/2, not {value:.4f}")


def _value(angle: Any, circuit: QuantumCircuit, row: Vector) -> float:
    """A gate's angle at one parameter point."""
    free = getattr(angle, "parameters", ())
    values = dict(zip(circuit.parameters, row, strict=True))
    return float(angle.bind({name: values[name] for name in free}) if free else angle)


def faulty_qubits(device: Any) -> set[int]:
    """The qubits that the last calibration found faulty.

    Args:
        device: The device, a `BackendV2`; simulators and many fake devices report none.
    """
    properties = device.properties() if hasattr(device, "properties") else None
    return set(properties.faulty_qubits()) if properties is not None else set()


def _refusal(device: Any, why: str) -> UnavailableError:
    return UnavailableError(
        f"{device.name} cannot run this circuit: {why}",
        hint="the calibration may have changed since the circuit was transpiled: repeat the command"
        " without --resume; `vqe jobs fetch ID` still reads jobs that have ended",
    )


def _show(qubits: tuple[int, ...]) -> str:
    return f"qubit {qubits[0]}" if len(qubits) == 1 else f"qubits {' and '.join(map(str, qubits))}"
