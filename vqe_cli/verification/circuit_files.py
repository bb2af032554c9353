"""Circuits in files: OpenQASM 2, OpenQASM 3 and QPY."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from vqe_cli.errors import UnavailableError
from vqe_cli.schema.readers.content import about, read_bytes

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

MAX_CIRCUIT_BYTES = 100_000_000

_QPY = b"QISKIT"


def read_circuit(path: Path) -> QuantumCircuit:
    """The circuit in a file, without measurements at its end and with no free parameters.

    Args:
        path: An OpenQASM 2 or 3 program, or a QPY file with one circuit.

    Raises:
        InputError: The file has no such circuit.
        UnavailableError: The package that reads OpenQASM 3 is not installed.
    """
    raw = read_bytes(path, MAX_CIRCUIT_BYTES)
    circuit = _from_qpy(path, raw) if raw.startswith(_QPY) else _from_qasm(path, raw)
    circuit = _without_first_resets(circuit.remove_final_measurements(inplace=False))
    if circuit.num_parameters:
        names = sorted(parameter.name for parameter in circuit.parameters)
        message = f"the circuit has parameters without values: {', '.join(names[:5])}"
        raise about(path, message, "bind them, e.g. circuit.assign_parameters(values)")
    for instruction in circuit.data:
        name = instruction.operation.name
        if instruction.clbits or name == "reset":
            message = f"'{name}' within the circuit makes no pure state"
            raise about(path, message, "give a circuit of gates alone")
    return circuit


def _without_first_resets(circuit: QuantumCircuit) -> QuantumCircuit:
    """The circuit without resets of qubits that are still zero, as `initialize` has them."""
    from qiskit.transpiler.passes import RemoveResetInZeroState

    return RemoveResetInZeroState()(circuit.decompose(["initialize"]))


def _from_qpy(path: Path, raw: bytes) -> QuantumCircuit:
    from qiskit import qpy

    try:
        found = qpy.load(io.BytesIO(raw))
    except Exception as error:  # qpy raises whatever the damaged bytes lead to
        raise about(path, f"is not a QPY file that Qiskit reads: {error}") from None
    if len(found) != 1:
        raise about(path, f"has {len(found)} circuits", "write one circuit in the file")
    return found[0]


def _from_qasm(path: Path, raw: bytes) -> QuantumCircuit:
    from qiskit import qasm2, qasm3

    text = raw.decode("utf-8", errors="replace")
    version = _version(text)
    if version is None:
        raise about(path, "is neither OpenQASM nor QPY", "begin with OPENQASM 2.0; or 3.0;")
    try:
        if version == "2":
            custom = qasm2.LEGACY_CUSTOM_INSTRUCTIONS
            return qasm2.loads(text, custom_instructions=custom, include_path=(path.parent,))
        return qasm3.loads(text)
    except (qasm2.QASM2ParseError, qasm3.QASM3ImporterError) as error:
        raise about(path, f"is not valid OpenQASM: {error.message}") from None
    except ImportError:
        raise UnavailableError(
            "OpenQASM 3 needs qiskit-qasm3-import", hint="pip install 'vqe-cli[qasm3]'"
        ) from None


def _version(text: str) -> str | None:
    """The version of OpenQASM at the head of a program, its first digit."""
    for line in text.splitlines():
        words = line.strip().rstrip(";").split()
        if len(words) == 2 and words[0] == "OPENQASM":
            return words[1][:1]
        if words and not line.strip().startswith("//"):
            return None
    return None


def fits(circuit: QuantumCircuit, qubits: int, path: Path) -> None:
    """Refuse a circuit on another number of qubits than the problem's.

    Args:
        circuit: The circuit.
        qubits: The number of qubits of the problem.
        path: The file, for the error.

    Raises:
        InputError: The numbers differ.
    """
    if circuit.num_qubits != qubits:
        message = f"the circuit has {circuit.num_qubits} qubits, the problem {qubits}"
        hint = "name the mapper and the active space of the claim"
        raise about(path, message, hint)
