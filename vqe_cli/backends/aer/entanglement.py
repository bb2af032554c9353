"""Upper bound on the size of a circuit's matrix product state, before transpilation."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from vqe_cli._core.sizes import Need, refusal
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.fermions.problem import smaller

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

BYTES_PER_AMPLITUDE = 16


def refuse_large_mps(state: ParameterisedState) -> None:
    """Refuse a circuit whose matrices may not fit into memory, as Aer would after transpilation.

    Args:
        state: The parameterised state.

    Raises:
        ResourceLimitError: The matrices may not fit.
    """
    circuit = state.circuit
    what = f"a matrix product state of {circuit.num_qubits} qubits"
    need = Need(what, mps_bytes(circuit))
    memory = state.encoding.memory
    if not need.fits(memory):
        hint = f"{smaller(state.encoding.problem)}, or an ansatz that entangles less"
        raise refusal(need, hint, memory)


def mps_bytes(circuit: QuantumCircuit) -> int:
    """Bytes of two matrices for each qubit, at the largest bonds that the gates can make.

    A gate across a bond at most doubles its dimension, as CX and ZZ rotations do, up to the
    dimension of the smaller of the two parts.

    Args:
        circuit: The circuit before transpilation.
    """
    count = circuit.num_qubits
    crossings = [0] * max(count - 1, 0)
    for item in circuit.data:
        places = [circuit.find_bit(qubit).index for qubit in item.qubits]
        for bond in range(min(places), max(places)):
            crossings[bond] += 1
    exponents = [min(crossed, bond + 1, count - 1 - bond) for bond, crossed in enumerate(crossings)]
    edges = [0, *exponents, 0]
    pairs = pairwise(edges)
    return sum(2 * BYTES_PER_AMPLITUDE << left + right for left, right in pairs)
