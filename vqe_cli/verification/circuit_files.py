"""Circuits in files: OpenQASM 2, OpenQASM 3 and QPY."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vqe_cli._core.wording import counted
from vqe_cli.errors import UnavailableError
from vqe_cli.schema.readers.content import about, read_bytes

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.transpiler.layout import TranspileLayout

MAX_CIRCUIT_BYTES = 100_000_000

BASIS = ("u", "p", "rx", "ry", "rz", "x", "h", "sx", "cx", "cz")
"""Gates in which circuits are written out."""

_NEUTRAL = ("barrier", "delay", "id")

MOST_LETTERS = 200
"""Number of letters of a message of Qiskit that are shown."""

_QPY = b"QISKIT"

_PLAIN = "write gates, registers and measurements alone"

_VERSION = re.compile(
    r"(?:\s|//[^\n]*(?:\n|$)|/\*.*?\*/)*OPENQASM\s+(?P<major>\d+)(?:\.\d+)?\s*;", re.DOTALL
)
"""The head of a program: comments, then its version."""


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
    layout, circuit = circuit.layout, circuit.remove_final_measurements(inplace=False)
    if layout is not None and circuit.qregs:
        circuit = _in_order_of_the_problem(circuit, layout, path)
    if circuit.num_parameters:
        names = sorted(parameter.name for parameter in circuit.parameters)
        message = f"the circuit has parameters without values: {', '.join(names[:5])}"
        raise about(path, message, "bind them, e.g. circuit.assign_parameters(values)")
    circuit = _flat(circuit, path)
    for instruction in circuit.data:
        name = instruction.operation.name
        if name not in (*BASIS, *_NEUTRAL):
            message = f"'{name}' within the circuit makes no pure state"
            raise about(path, message, "give a circuit of gates alone")
    return circuit


def _flat(circuit: QuantumCircuit, path: Path) -> QuantumCircuit:
    """The circuit in few kinds of gates, without resets of qubits that are still zero."""
    from qiskit import transpile
    from qiskit.exceptions import QiskitError
    from qiskit.transpiler.passes import RemoveResetInZeroState

    try:
        found = transpile(circuit, basis_gates=list(BASIS), optimization_level=0)
    except QiskitError as error:
        message = f"has an operation that is no gate with a definition: {_said(error)}"
        raise about(path, message, "give a circuit of gates alone") from None
    return RemoveResetInZeroState()(found)


def _in_order_of_the_problem(
    circuit: QuantumCircuit, layout: TranspileLayout, path: Path
) -> QuantumCircuit:
    """The circuit on the qubits that it had before it was laid out on those of a device.

    Raises:
        InputError: Other qubits of the device take part.
    """
    from qiskit import QuantumCircuit

    places = layout.final_index_layout(filter_ancillas=True)
    idle = [qubit for qubit in range(circuit.num_qubits) if qubit not in places]
    used = {
        circuit.find_bit(qubit).index
        for one in circuit.data
        if one.operation.name not in _NEUTRAL
        for qubit in one.qubits
    }
    if idle and not used.isdisjoint(idle):
        message = f"the circuit acts on {len(used)} qubits of a device, its problem has fewer"
        raise about(path, message, "give the circuit before it is laid out on a device")
    clean = QuantumCircuit(circuit.num_qubits, *circuit.cregs)
    order = np.argsort([*places, *idle])
    clean.compose(circuit, qubits=[int(place) for place in order], inplace=True)
    return _first_qubits(clean, len(places))


def _first_qubits(circuit: QuantumCircuit, count: int) -> QuantumCircuit:
    """The circuit without its last qubits, which are idle."""
    from qiskit import QuantumCircuit

    small = QuantumCircuit(count, *circuit.cregs, global_phase=circuit.global_phase)
    for one in circuit.data:
        places = [circuit.find_bit(qubit).index for qubit in one.qubits]
        kept = [place for place in places if place < count]
        if one.operation.name == "barrier":
            small.barrier(kept)
        elif kept:
            small.append(one.operation, kept, one.clbits)
    return small


def _from_qpy(path: Path, raw: bytes) -> QuantumCircuit:
    from qiskit import qpy

    try:
        found = qpy.load(io.BytesIO(raw))
    except Exception as error:  # qpy raises whatever the damaged bytes lead to
        raise about(path, f"is not a QPY file that Qiskit reads: {_said(error)}") from None
    if len(found) != 1:
        raise about(path, f"has {len(found)} circuits", "write one circuit in the file")
    return found[0]


def _from_qasm(path: Path, raw: bytes) -> QuantumCircuit:
    from qiskit import qasm2, qasm3

    text = raw.decode("utf-8-sig", errors="replace")
    found = _VERSION.match(text)
    if found is None:
        raise about(path, "is neither OpenQASM nor QPY", "begin with OPENQASM 2.0; or 3.0;")
    if found["major"] not in ("2", "3"):
        message = f"is OpenQASM {found['major']}, which is not read"
        raise about(path, message, "write OpenQASM 2 or 3")
    try:
        if found["major"] == "2":
            custom = qasm2.LEGACY_CUSTOM_INSTRUCTIONS
            return qasm2.loads(text, custom_instructions=custom, include_path=(path.parent,))
        return qasm3.loads(text)
    except ImportError:
        raise UnavailableError(
            "OpenQASM 3 needs qiskit-qasm3-import", hint="pip install 'vqe-cli[qasm3]'"
        ) from None
    except Exception as error:  # the reader of OpenQASM 3 raises what its own code runs into
        raise about(path, f"is not valid OpenQASM: {_said(error)}", _PLAIN) from None


def _said(error: Exception) -> str:
    """The message of an error of Qiskit in one line, without colours; its kind if it has none."""
    words = getattr(error, "message", None) or str(error)
    plain = re.sub(r"\x1b\[[0-9;]*m|[^\x20-\x7e\s]", "", str(words)).split()
    return " ".join(plain)[:MOST_LETTERS] or type(error).__name__


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
        message = f"the circuit has {counted(circuit.num_qubits, 'qubit')}, the problem {qubits}"
        hint = "name the mapper and the active space of the claim"
        raise about(path, message, hint)
