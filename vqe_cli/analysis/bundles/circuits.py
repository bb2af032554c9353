"""The circuit of a solution as QPY and as OpenQASM 3."""

from __future__ import annotations

import io

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.bundles import BundledFile
from vqe_cli.ansatz.state import ParameterisedState

MOST_ROTATIONS = 2000
"""Largest number of excitations of which a circuit is made, which takes about a minute."""

BASIS_GATES = ["cx", "rz", "sx", "x"]

QPY = "circuit.qpy"
QASM = "circuit.qasm"


def circuit_files(state: ParameterisedState, x: Vector, seed: int) -> list[BundledFile]:
    """The circuit that prepares the final state, its parameters filled in.

    It is transpiled to CX, RZ, SX and X with all qubits connected; qubit 0 is the first.

    Args:
        state: The parameterised state.
        x: The final parameters, shape (num_parameters,).
        seed: Random seed of the transpiler.

    Returns:
        The files; none for a product of too many excitations.
    """
    if state.product is not None and len(state.product.rotations) > MOST_ROTATIONS:
        return []
    from qiskit import qasm3, qpy
    from qiskit.transpiler import generate_preset_pass_manager

    bound = state.circuit.assign_parameters(np.asarray(x))
    passes = generate_preset_pass_manager(1, basis_gates=BASIS_GATES, seed_transpiler=seed)
    circuit = passes.run(bound)
    circuit.name = "final_state"
    stream = io.BytesIO()
    qpy.dump(circuit, stream)
    what = "the circuit of the final state, with its parameters"
    return [
        BundledFile(QPY, stream.getvalue(), f"{what}, as QPY"),
        BundledFile(QASM, qasm3.dumps(circuit).encode(), f"{what}, as OpenQASM 3"),
    ]
