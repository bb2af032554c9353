"""Measurement bases of commuting Pauli strings, and their predicted deviations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from vqe_cli._core.arrays import ComplexArray, FloatArray, IntArray
from vqe_cli._core.resources import Memory
from vqe_cli.errors import ResourceLimitError
from vqe_cli.fermions.determinants.strings import Strings
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import (
    MOST_QUBITS,
    NORMAL_KURTOSIS,
    BoolArray,
    MeasurementBasis,
    MeasurementPlan,
)
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.pauli_sum import PauliSum

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import SparsePauliOp

CISD_UP_TO = 14
"""Largest number of qubits for which a CISD statevector plans the shots."""

NO_FLUCTUATION = 1e-14
"""Hartree², below which a variance is round-off."""

AFTER_CISD, AFTER_REFERENCE = 1e-4, 0.01
"""Shares of the mixed state's variance added to the variance of CISD, or of the reference."""

CHUNK = 1 << 16
"""Outcomes whose parities are computed together."""


@dataclass(frozen=True, eq=False)
class PauliBasis(MeasurementBasis):
    """Pauli strings that a Clifford circuit turns into products of Z.

    Args:
        basis_change: The Clifford circuit.
        masks: For every term, the qubits whose outcomes are multiplied, as bit masks; (terms,).
        coefficients: Coefficients with the signs from the circuit, Hartree; shape (terms,).
        encoding: Encoding for electron numbers where the circuit is empty; None without them.
    """

    basis_change: QuantumCircuit
    masks: IntArray
    coefficients: FloatArray
    encoding: Encoding | None = None

    def circuit(self) -> QuantumCircuit:
        """The Clifford circuit."""
        return self.basis_change

    def values(self, outcomes: IntArray) -> FloatArray:
        """The sum of the terms for each outcome, Hartree; shape (outcomes,)."""
        found = np.empty(outcomes.size)
        for start in range(0, outcomes.size, CHUNK):
            part = outcomes[start : start + CHUNK]
            parity = np.bitwise_count(part[:, None] & self.masks[None, :]) & 1
            found[start : start + CHUNK] = (1.0 - 2.0 * parity) @ self.coefficients
        return found

    def allowed(self, outcomes: IntArray) -> BoolArray | None:
        """Whether electron numbers are right; None unless occupations themselves are read."""
        if self.encoding is None or self.basis_change.size():
            return None
        if not isinstance(self.encoding.problem, ElectronicProblem):
            return None
        return self.encoding.has_right_electrons(outcomes)


def split_identity(operator: SparsePauliOp) -> tuple[float, SparsePauliOp]:
    """The coefficient of the identity, and the other terms, the largest first.

    Args:
        operator: The operator.

    Raises:
        ResourceLimitError: There are more qubits than outcomes have bits.
    """
    if operator.num_qubits > MOST_QUBITS:
        message = f"{operator.num_qubits} qubits are more than the {MOST_QUBITS} that are measured"
        raise ResourceLimitError(message, hint="choose a smaller active space")
    trivial = ~(operator.paulis.x.any(axis=1) | operator.paulis.z.any(axis=1))
    rest = operator[~trivial]
    order = np.argsort(-np.abs(rest.coeffs), kind="stable")
    return float(operator.coeffs[trivial].real.sum()), rest[order]


class Grouping(Protocol):
    """Groups that terms are added to."""

    def fits(self, term: int) -> BoolArray:
        """Whether each of the groups so far can take a term; shape (groups,)."""
        ...

    def put(self, term: int, group: int) -> None:
        """Add a term to a group, or to a new group after the last."""
        ...


def sorted_insertion(groups: Grouping, count: int) -> list[list[int]]:
    """Add each term, the largest first, to the first group that can take it.

    Args:
        groups: Empty groups.
        count: Number of terms.

    Returns:
        The indices of the terms in each group.

    Reference:
        Crawford et al., Quantum 5, 385 (2021).
    """
    members: list[list[int]] = []
    for term in range(count):
        taken = np.flatnonzero(groups.fits(term))
        group = int(taken[0]) if taken.size else len(members)
        if group == len(members):
            members.append([])
        members[group].append(term)
        groups.put(term, group)
    return members


class QubitWiseGroups(Grouping):
    """Groups of terms that agree on every qubit, stored as X and Z parts of their letters.

    Args:
        operator: The terms.
    """

    def __init__(self, operator: SparsePauliOp) -> None:
        self._terms = np.stack([operator.paulis.x, operator.paulis.z])
        self._letters = np.zeros((2, 0, operator.num_qubits), dtype=bool)

    def fits(self, term: int) -> BoolArray:
        """Whether no qubit of a group would have to be read in two bases; shape (groups,)."""
        letters = self._terms[:, term]
        both = self._letters.any(axis=0) & letters.any(axis=0)
        different = (self._letters ^ letters[:, None]).any(axis=0)
        return np.asarray(~np.any(both & different, axis=1))

    def put(self, term: int, group: int) -> None:
        """Add a term's letters to those of a group."""
        if group == self._letters.shape[1]:
            self._letters = np.append(self._letters, self._terms[:, term, None], axis=1)
        else:
            self._letters[:, group] |= self._terms[:, term]


def qubit_wise_basis(operator: SparsePauliOp, encoding: Encoding | None = None) -> PauliBasis:
    """The measurement basis of terms that agree on every qubit.

    Args:
        operator: The terms.
        encoding: Encoding that gives electron numbers, for post-selection.
    """
    from qiskit import QuantumCircuit

    x, z = operator.paulis.x, operator.paulis.z
    circuit = QuantumCircuit(operator.num_qubits)
    for qubit, (is_x, is_z) in enumerate(zip(x.any(axis=0), z.any(axis=0), strict=True)):
        if is_x and is_z:
            circuit.sdg(qubit)
        if is_x:
            circuit.h(qubit)
    bits = 1 << np.arange(operator.num_qubits, dtype=np.int64)
    masks = (x | z).astype(np.int64) @ bits
    return PauliBasis(circuit, masks, operator.coeffs.real.astype(float), encoding)


def pauli_plan(
    encoding: Encoding | None,
    constant: float,
    parts: Sequence[SparsePauliOp],
    bases: Sequence[MeasurementBasis],
) -> MeasurementPlan:
    """The measurement plan of groups and their bases.

    Variances are those of a CISD state, or of the reference determinant where a statevector would
    be long, with a small share of those of the maximally mixed state added. A qubit Hamiltonian has
    no reference: the mixed state is used.

    Args:
        encoding: The problem, and its mapping to qubits; None where the state is not known.
        constant: Coefficient of the identity, Hartree.
        parts: The groups of terms.
        bases: The measurement basis of each group.
    """
    mixed = np.array([float(np.sum(group.coeffs.real**2)) for group in parts])
    kurtosis = np.full(len(parts), NORMAL_KURTOSIS)
    variances = mixed
    if encoding is not None and isinstance(encoding.problem, ElectronicProblem):
        state = _cisd_statevector(encoding, encoding.problem)
        if state is not None:
            moments = np.array(
                [_moments(group, state, encoding.memory) for group in parts]
            ).reshape(-1, 2)
            variances, kurtosis = moments[:, 0] + AFTER_CISD * mixed, moments[:, 1]
        else:
            bits = np.array(encoding.reference_bits)
            reference = np.array([_determinant_variance(group, bits) for group in parts])
            variances = reference + AFTER_REFERENCE * mixed
    return MeasurementPlan(constant, tuple(bases), np.sqrt(variances), kurtosis)


def _cisd_statevector(encoding: Encoding, problem: ElectronicProblem) -> ComplexArray | None:
    """The CISD statevector; None for many qubits, or where CISD does not converge."""
    from vqe_cli.chemistry.correlation.cisd import cisd_state

    state = cisd_state(problem) if encoding.num_qubits <= CISD_UP_TO else None
    if state is None:
        return None
    alpha, beta = (Strings(problem.norb, count).values for count in problem.nelec)
    return encoding.statevector(state, (alpha, beta)).astype(np.complex128)


def _moments(group: SparsePauliOp, state: ComplexArray, memory: Memory) -> tuple[float, float]:
    """Variance ``‖Hψ‖² − ⟨H⟩²`` and kurtosis ``‖(H − ⟨H⟩)²ψ‖² / variance²``."""
    operator = PauliSum(group, memory)
    image = operator.times(state)
    mean = float(np.vdot(state, image).real)
    centred = image - mean * state
    variance = float(np.vdot(centred, centred).real)
    if variance < NO_FLUCTUATION:
        return 0.0, NORMAL_KURTOSIS
    squared = operator.times(centred) - mean * centred
    return variance, float(np.vdot(squared, squared).real) / variance**2


def _determinant_variance(group: SparsePauliOp, bits: BoolArray) -> float:
    """``‖H|b⟩‖² − ⟨b|H|b⟩²``, summed over the sets of qubits that terms flip."""
    x, z = group.paulis.x, group.paulis.z
    phases = (1j ** np.count_nonzero(x & z, axis=1)) * (-1.0) ** np.count_nonzero(z & bits, axis=1)
    flips, place = np.unique(x, axis=0, return_inverse=True)
    amplitudes = np.zeros(len(flips), dtype=complex)
    np.add.at(amplitudes, place.reshape(-1), phases * group.coeffs.real)
    return float(np.sum(np.abs(amplitudes[flips.any(axis=1)]) ** 2))
