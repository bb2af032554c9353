"""qiskit-nature's mappers of our mappings, by its products of ladder operators."""

from __future__ import annotations

from typing import Any

import numpy as np
from qiskit.quantum_info import Pauli, Z2Symmetries
from qiskit_nature.second_q.mappers import (
    BravyiKitaevMapper,
    JordanWignerMapper,
    ParityMapper,
    TaperedQubitMapper,
)
from qiskit_nature.second_q.mappers.fermionic_mapper import FermionicMapper
from qiskit_nature.second_q.mappers.mode_based_mapper import ModeBasedMapper

from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.ladder_operators import creation_operators


class LinearMapper(FermionicMapper, ModeBasedMapper):  # type: ignore[misc]
    """The mapper of given sums of occupations."""

    def __init__(self, sums: Any) -> None:
        """The mapper whose qubits store these sums."""
        self._sums = sums
        super().__init__()

    def pauli_table(self, register_length: int) -> list[tuple[Any, Any]]:
        """Real and imaginary part of each ladder operator."""
        operators = [one.operator(register_length) for one in creation_operators(self._sums)]
        return [tuple(map(_signed, one.paulis, one.coeffs * [2, 2j])) for one in operators]


def _signed(pauli: Pauli, sign: complex) -> Pauli:
    return Pauli((pauli.z, pauli.x, 0 if np.real(sign) > 0 else 2))


def natures(encoding: Encoding) -> Any:
    """qiskit-nature's mapper of an encoding without tapering, its constant qubits removed."""
    problem, mapper = encoding.problem, encoding.mapper
    assert isinstance(problem, ElectronicProblem)
    constant = mapper.constant_qubits(problem)
    if mapper.name == "parity":
        return ParityMapper(num_particles=problem.nelec if constant else None)
    if mapper.name in ("jordan-wigner", "bravyi-kitaev"):
        return {"jordan-wigner": JordanWignerMapper, "bravyi-kitaev": BravyiKitaevMapper}[
            mapper.name
        ]()
    whole = LinearMapper(mapper.sums(2 * problem.norb))
    if not constant:
        return whole
    letters = [Pauli("I" * 2 * problem.norb) for _ in constant]
    flips = [letter.copy() for letter in letters]
    for qubit, letter, flip in zip(constant, letters, flips, strict=True):
        letter[qubit], flip[qubit] = Pauli("Z"), Pauli("X")
    signs = [(-1) ** problem.nelec[0], (-1) ** sum(problem.nelec)]
    return TaperedQubitMapper(whole, Z2Symmetries(letters, flips, list(constant), signs))
