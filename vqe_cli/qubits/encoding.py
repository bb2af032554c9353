"""A problem on qubits: Hamiltonian, conserved quantities and reference state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.fermions.excitations import Excitation, orbital_rotation
from vqe_cli.fermions.problem import ElectronicProblem, Problem, QubitProblem
from vqe_cli.qubits.hamiltonian import electronic_hamiltonian
from vqe_cli.qubits.ladder_operators import conserved_quantities, creation_operators
from vqe_cli.qubits.mappers import Mapper
from vqe_cli.qubits.occupations import OccupationMap, inverse_columns
from vqe_cli.qubits.symplectic import Strings, identity, product, times, together
from vqe_cli.qubits.tapering import (
    QubitSymmetry,
    RemovedQubit,
    removed_qubits,
    storing_parities,
    symmetries_on_qubits,
    tapered,
)
from vqe_cli.qubits.total_spin import total_spin_operator

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp
    from scipy.sparse import csr_matrix


BoolArray = npt.NDArray[np.bool_]

MOST_SPIN_ORBITALS = 62
"""Maximum number of spin orbitals; determinants and outcomes are 64-bit integers."""

BYTES_PER_ENTRY = 24
"""Memory of an entry while a sparse matrix is built, bytes: a complex number and an index."""


@dataclass(frozen=True, eq=False)
class Encoding:
    """A problem and its mapping to qubits, with lazily computed operators.

    Args:
        problem: The electronic problem, or a qubit Hamiltonian.
        mapper: The mapping; not used for a qubit Hamiltonian.
        memory: The memory limit.
    """

    problem: Problem
    mapper: Mapper
    memory: Memory = MACHINE

    @property
    def num_qubits(self) -> int:
        """The number of qubits."""
        if isinstance(self.problem, QubitProblem):
            return self.problem.num_qubits
        return self.mapper.num_qubits(self.problem)

    @property
    def vector_length(self) -> int:
        """The length of a vector of the problem's space, which determines the number of threads."""
        if isinstance(self.problem, ElectronicProblem):
            return self.problem.sector_dimension
        return 1 << self.problem.num_qubits

    @cached_property
    def hamiltonian(self) -> SparsePauliOp:
        """The Hamiltonian, whose expectation value is the total energy, Hartree."""
        from qiskit.quantum_info import SparsePauliOp

        if isinstance(self.problem, QubitProblem):
            return SparsePauliOp.from_list(list(self.problem.paulis)).simplify(atol=0).sort()
        return self._operator(self.hamiltonian_terms)

    @cached_property
    def hamiltonian_terms(self) -> Strings:
        """The Hamiltonian of electrons as Pauli strings, which need no import of Qiskit."""
        assert isinstance(self.problem, ElectronicProblem)
        return self._kept(electronic_hamiltonian(self.problem, self._creations))

    @property
    def num_terms(self) -> int:
        """The number of Pauli terms of the Hamiltonian."""
        if isinstance(self.problem, QubitProblem):
            return len(self.hamiltonian)
        return len(self.hamiltonian_terms.coeffs)

    @property
    def is_mapped(self) -> bool:
        """Whether the Hamiltonian has been built."""
        return "hamiltonian" in self.__dict__ or "hamiltonian_terms" in self.__dict__

    @cached_property
    def symmetries(self) -> dict[str, SparsePauliOp]:
        """Particle number, Sz and S² as qubit operators; empty for a qubit Hamiltonian.

        S² is left out where the overlaps of alpha and beta orbitals are unknown.
        """
        if isinstance(self.problem, QubitProblem):
            return {}
        return {name: self._operator(terms) for name, terms in self.symmetry_terms.items()}

    @cached_property
    def symmetry_terms(self) -> dict[str, Strings]:
        """Particle number, Sz and S² of electrons as Pauli strings."""
        assert isinstance(self.problem, ElectronicProblem)
        found = conserved_quantities(self._creations)
        beta = self.problem.beta
        if beta is not None:
            del found["s-squared"]
            if beta.spin is not None:
                found["s-squared"] = total_spin_operator(beta.spin, self._creations)
        return {name: self._kept(whole) for name, whole in found.items()}

    @cached_property
    def reference_bits(self) -> tuple[bool, ...]:
        """The reference determinant, qubit 0 first; all zero for a qubit Hamiltonian.

        All mappings are linear over GF(2): the bits are the sum of the bit flips of the
        electrons' creation operators.
        """
        if isinstance(self.problem, QubitProblem):
            return (False,) * self.num_qubits
        occupied = np.array([self._reference_occupations(self.problem)])
        bits = int(self.occupation_map.qubits(occupied)[0])
        return tuple(bool(bits >> qubit & 1) for qubit in range(self.num_qubits))

    @cached_property
    def occupation_map(self) -> OccupationMap:
        """The map from measured qubits to occupied orbitals.

        Raises:
            ResourceLimitError: There are more spin orbitals than an integer has bits.
        """
        assert isinstance(self.problem, ElectronicProblem)
        norb = self.problem.norb
        if 2 * norb > MOST_SPIN_ORBITALS:
            message = f"{2 * norb} spin orbitals are more than {MOST_SPIN_ORBITALS}"
            raise ResourceLimitError(message, hint="choose a smaller active space")
        kept = tuple(qubit for qubit in range(2 * norb) if qubit not in self.removed_qubits)
        constants = sum(1 << row.qubit for row in self._removed if row.is_odd)
        flips = tuple(storing_parities(flips, self._removed) for flips in self._flips)
        return OccupationMap(flips, kept, constants)

    @property
    def removed_qubits(self) -> tuple[int, ...]:
        """Indices of the qubits of the whole mapping that are left out."""
        return tuple(row.qubit for row in self._removed)

    @cached_property
    def tapering(self) -> tuple[QubitSymmetry, ...]:
        """The symmetries by which qubits are tapered; none without tapering."""
        problem = self.problem
        if isinstance(problem, QubitProblem) or not self.mapper.taper:
            return ()
        inverse = inverse_columns(self._flips)
        reference = self._reference_occupations(problem)
        return symmetries_on_qubits(self.mapper.parities(problem), inverse, reference)

    @property
    def can_rotate_orbitals(self) -> bool:
        """Whether the qubits can hold any rotation of the orbitals: none is tapered by irreps."""
        if isinstance(self.problem, QubitProblem):
            return True
        norb = self.problem.norb
        rotations = [orbital_rotation(p, p + 1)[0] for p in range(norb - 1)]
        parities = [symmetry.parity for symmetry in self.tapering]
        return all(one.is_conserved_by(step, norb) for one in parities for step in rotations)

    @property
    def untapered(self) -> Encoding:
        """The encoding without tapering."""
        return replace(self, mapper=self.mapper.untapered) if self.tapering else self

    def statevector(self, amplitudes: FloatArray, strings: tuple[IntArray, IntArray]) -> FloatArray:
        """A state of determinants on the basis states of the qubits, shape (2^qubits,).

        Args:
            amplitudes: Amplitudes, shape (alpha strings, beta strings).
            strings: Alpha and beta strings, bit p for orbital p.
        """
        assert isinstance(self.problem, ElectronicProblem)
        alpha, beta = strings
        occupations = (alpha[:, None] | beta[None, :] << self.problem.norb).ravel()
        inside = self.occupation_map.holds(occupations)
        found = np.zeros(1 << self.num_qubits)
        found[self.occupation_map.qubits(occupations[inside])] = amplitudes.ravel()[inside]
        return found

    def electron_counts(self, outcomes: IntArray) -> tuple[IntArray, IntArray]:
        """Numbers of alpha and beta electrons in each measured bit string, each (outcomes,).

        Args:
            outcomes: Bit strings with qubit 0 as the lowest bit, shape (outcomes,).
        """
        assert isinstance(self.problem, ElectronicProblem)
        norb, occupied = self.problem.norb, self.occupation_map.occupations(outcomes)
        alpha = np.bitwise_count(occupied & ((1 << norb) - 1))
        return alpha.astype(np.int64), np.bitwise_count(occupied >> norb).astype(np.int64)

    def has_right_electrons(self, outcomes: IntArray) -> BoolArray:
        """Whether each bit string has the problem's number of electrons of each spin."""
        assert isinstance(self.problem, ElectronicProblem)
        alpha, beta = self.electron_counts(outcomes)
        return np.asarray((alpha == self.problem.nelec[0]) & (beta == self.problem.nelec[1]))

    @staticmethod
    def _reference_occupations(problem: ElectronicProblem) -> int:
        alpha, beta = ((1 << count) - 1 for count in problem.nelec)
        return alpha | beta << problem.norb

    def refuse_unconserved(self, excitations: Iterable[Excitation], whose: str) -> None:
        """Refuse excitations that change a parity by which qubits are tapered.

        Args:
            excitations: The excitations.
            whose: Words for what excites, for the message: ``ansatz 'tups'``.

        Raises:
            InputError: An excitation changes a parity.
        """
        if not self.tapering:
            return
        assert isinstance(self.problem, ElectronicProblem)
        for excitation in excitations:
            for symmetry in self.tapering:
                if not symmetry.parity.is_conserved_by(excitation, self.problem.norb):
                    raise InputError(
                        f"{whose} excites {excitation.label()}, which changes the parity of"
                        f" {symmetry.parity.label}, by which a qubit is tapered",
                        path=("mapper", "taper"),
                        hint="taper: parities, which keeps the qubits of the point group",
                    )

    def generator(self, excitation: Excitation) -> SparsePauliOp:
        """The Hermitian operator ``i(T − T†)`` of an excitation."""
        assert isinstance(self.problem, ElectronicProblem)
        norb = self.problem.norb
        up = [orbital + spin * norb for orbital, spin in excitation.create]
        down = [orbital + spin * norb for orbital, spin in reversed(excitation.annihilate)]
        self.refuse_unconserved([excitation], "a circuit")
        ladder = [self._creations[place] for place in up]
        excite = product([*ladder, *(self._creations[place].adjoint for place in down)])
        generator = together([excite.scaled(1j), excite.adjoint.scaled(-1j)]).collected()[0]
        if excitation.qubit:
            sign, between = _fermionic_sign(up, down)
            parities = [_parity(self._creations[place], self._num_orbitals) for place in between]
            generator = product([generator.scaled(sign), *parities])
        return self._operator(self._kept(generator))

    def _kept(self, whole: Strings) -> Strings:
        """The terms of an operator on all qubits of the mapping, without the removed qubits."""
        remaining = tapered(whole, self._removed, self._num_orbitals)
        return remaining.real_terms(self.num_qubits)

    def _operator(self, terms: Strings) -> SparsePauliOp:
        return terms.operator(self.num_qubits)

    @cached_property
    def _creations(self) -> tuple[Strings, ...]:
        """The creation operators of all spin orbitals on all qubits, alpha before beta."""
        return creation_operators(self._sums)

    @cached_property
    def _sums(self) -> Sequence[int]:
        """For each qubit of the whole mapping, the spin orbitals whose occupations it sums."""
        return self.mapper.sums(self._num_orbitals)

    @property
    def _num_orbitals(self) -> int:
        """The number of spin orbitals, and of qubits of the whole mapping."""
        assert isinstance(self.problem, ElectronicProblem)
        return 2 * self.problem.norb

    @cached_property
    def _removed(self) -> tuple[RemovedQubit, ...]:
        """The qubits that are removed, with the parities that determine their values."""
        assert isinstance(self.problem, ElectronicProblem)
        if self.mapper.taper:
            return removed_qubits(self.tapering)
        bits = 0
        for orbital, flips in enumerate(self._flips):
            if self._reference_occupations(self.problem) >> orbital & 1:
                bits ^= flips
        constant = self.mapper.constant_qubits(self.problem)
        return tuple(RemovedQubit(qubit, 1 << qubit, bool(bits >> qubit & 1)) for qubit in constant)

    @cached_property
    def _flips(self) -> tuple[int, ...]:
        """Bit mask of the qubits of the whole mapping that an electron flips, by spin orbital."""
        return tuple(
            sum(1 << qubit for qubit, mask in enumerate(self._sums) if mask >> place & 1)
            for place in range(self._num_orbitals)
        )


def sparse_matrix(operator: SparsePauliOp, memory: Memory = MACHINE) -> csr_matrix:
    """The operator as a sparse matrix over basis states with qubit 0 as the lowest bit.

    Args:
        operator: The operator; each distinct set of flipped qubits gives one entry in each row.
        memory: The memory limit.

    Raises:
        ResourceLimitError: The matrix does not fit into memory.
    """
    entries = len(np.unique(operator.paulis.x, axis=0)) << operator.num_qubits
    what = f"a sparse matrix on {operator.num_qubits} qubits with {entries:,} entries"
    hint = "choose a smaller active space, or method matrix_product_state of backend aer"
    memory.refuse_if_larger(BYTES_PER_ENTRY * entries, what, hint)
    matrix = operator.to_matrix(sparse=True).tocsr()
    if np.abs(matrix.data.imag).max(initial=0.0) == 0.0:
        matrix = matrix.real.tocsr()
    matrix.eliminate_zeros()
    return matrix


def _fermionic_sign(create: list[int], annihilate: list[int]) -> tuple[int, list[int]]:
    """Find the sign of ``T|D⟩`` in the order of the Jordan-Wigner mapping.

    Returns:
        The sign if only the annihilated orbitals are occupied, and the other orbitals, each of
        whose electrons changes it.
    """
    occupied, sign = set(annihilate), 1
    between: set[int] = set()
    for place in [*reversed(annihilate), *reversed(create)]:
        if sum(other < place for other in occupied) % 2:
            sign = -sign
        occupied ^= {place}
        between ^= set(range(place))
    return sign, sorted(between - {*create, *annihilate})


def _parity(creation: Strings, num_qubits: int) -> Strings:
    """The operator ``1 − 2n`` of a spin orbital."""
    occupation = times(creation, creation.adjoint)
    return together([identity(1.0, num_qubits), occupation.scaled(-2.0)]).collected()[0]
