"""Other orders of the qubits, in which a circuit may have been written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vqe_cli._core.arrays import IntArray
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.exact.statevector import StatevectorObjective
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.hamiltonian import electronic_hamiltonian
from vqe_cli.qubits.ladder_operators import creation_operators
from vqe_cli.qubits.pauli_sum import PauliSum
from vqe_cli.verification.circuit_files import fits, read_circuit
from vqe_cli.verification.claim import ClaimedEnergy
from vqe_cli.verification.sampled_space import subspace_energies, texts_of

RIGHT_ORDER = "the order of docs/verify.md: alpha before beta, qubit 0 first"


def orders_of_circuit(
    path: Path, encoding: Encoding, claimed: float, tolerance: float
) -> Iterator[str]:
    """Orders of the qubits in which a circuit gives the claimed energy.

    Args:
        path: The file of the circuit.
        encoding: The problem; other mappings than Jordan-Wigner have no other usual order.
        claimed: The claimed energy, Hartree.
        tolerance: The tolerance of the claim, Hartree.
    """
    problem = encoding.problem
    if not isinstance(problem, ElectronicProblem) or not encoding.mapper.stores_occupations:
        return
    circuit = read_circuit(path)
    fits(circuit, encoding.num_qubits, path)
    objective = StatevectorObjective(ParameterisedState(encoding, lambda: circuit))
    psi = objective.state(np.zeros(0)).astype(np.complex128)
    creations = creation_operators([1 << qubit for qubit in range(encoding.num_qubits)])
    for words, places in _orders(problem.norb):
        hamiltonian = electronic_hamiltonian(problem, [creations[place] for place in places])
        operator = hamiltonian.operator(encoding.num_qubits)
        energy = PauliSum(operator, encoding.memory).expectation(psi)
        if abs(energy - claimed) <= tolerance:
            yield f"the circuit gives the claimed energy if {words}: write it in {RIGHT_ORDER}"


def orders_of_bits(
    given: str | tuple[str, ...], folder: Path, encoding: Encoding, claimed: ClaimedEnergy
) -> Iterator[str]:
    """Orders of the qubits in which bit strings give the claimed energy.

    Args:
        given: The bit strings, or the name of their file.
        folder: The folder of the claim.
        encoding: The problem; other mappings than Jordan-Wigner have no other usual order.
        claimed: The claimed energy.
    """
    problem = encoding.problem
    if not isinstance(problem, ElectronicProblem) or not encoding.mapper.stores_occupations:
        return
    texts = texts_of(given, folder, encoding.num_qubits)
    for words, places in _orders(problem.norb):
        # The letter of qubit q is the last but q.
        turned = ["".join(text[-1 - place] for place in reversed(places)) for text in texts]
        energies = (energy for _, energy in subspace_energies(turned, encoding))
        if any(abs(energy - claimed.energy) <= claimed.tolerance for energy in energies):
            yield f"the bit strings give the claimed energy if {words}: write them in {RIGHT_ORDER}"


def _orders(norb: int) -> Iterator[tuple[str, IntArray]]:
    """Other orders in words, and the qubit of each spin orbital, alpha before beta."""
    orbitals = np.arange(norb)
    blocks = np.arange(2 * norb)
    alternating = np.concatenate([2 * orbitals, 2 * orbitals + 1])
    yield "alpha and beta orbitals alternate", alternating
    yield "its qubits are counted from the last", 2 * norb - 1 - blocks
    words = "alpha and beta orbitals alternate and its qubits are counted from the last"
    yield words, 2 * norb - 1 - alternating
