"""The lowest eigenvalue of the qubit Hamiltonian."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import IntArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.seeds import guesses
from vqe_cli._core.sizes import LONG_SECONDS, Need, Size
from vqe_cli._core.wording import counted
from vqe_cli.classical import ClassicalEnergy, ClassicalMethod
from vqe_cli.classical._lanczos import Spins
from vqe_cli.classical.levels import LEVELS, MATRIX_UP_TO, diagonal, is_diagonal
from vqe_cli.errors import NotConvergedError, ResourceLimitError
from vqe_cli.fermions.determinants.strings import Strings
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.sector_matrix import matrix_over

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp

Matrix = npt.NDArray[Any]

MAX_DIAGONAL_QUBITS = 24
"""Largest number of qubits for which the energies of all bit strings are tried."""

SECTOR_TOLERANCE = 1e-5


class NumPy(ClassicalMethod):
    """The lowest eigenvalue of the qubit Hamiltonian with the right electrons and spin.

    A qubit Hamiltonian on more than 14 qubits is solved by Lanczos' method, in sectors of
    magnetisation where it is conserved, as far as memory reaches; a diagonal one by trying all bit
    strings.

    Electrons select the basis states, all of whose eigenvalues are computed. A penalty on S² raises
    states of other spin; where alpha and beta orbitals span different spaces, S² is not conserved
    and there is none. If the lowest eigenvector has the right spin, it is the lowest one that has;
    if not, the penalty is increased.

    Reference:
        LAPACK and ARPACK by NumPy and SciPy; penalties after McClean et al., New J.
        Phys. 18, 023023 (2016).
    """

    label: ClassVar[str] = "NumPy"
    exact: ClassVar[bool] = True
    variational: ClassVar[bool] = True
    unrestricted: ClassVar[bool] = True

    def needs(self, size: Size, qubits: int, memory: Memory) -> Iterator[Need]:
        """The memory of all basis states of the qubits."""
        what = f"an eigensolver on {qubits} qubits"
        if qubits > MATRIX_UP_TO:
            hint = "reference: fci, which works in the sector"
            yield Need(what, limit=f"{what} is more than {MATRIX_UP_TO}", hint=hint)

    def is_feasible(self, encoding: Encoding) -> bool:
        """Whether there are few enough qubits, or bit strings, or spins for a minute."""
        if encoding.num_qubits <= MATRIX_UP_TO or reaches_all_strings(encoding):
            return True
        if isinstance(encoding.problem, ElectronicProblem):
            return False
        need = Spins(encoding).need
        return need.fits(encoding.memory) and need.seconds <= LONG_SECONDS

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The lowest eigenvalue in the sector of electrons and spin, or of all basis states.

        Of a diagonal Hamiltonian, such as MaxCut's, it is the lowest energy of a bit string. Qubits
        are not tapered, so that all irreps are searched.
        """
        encoding = encoding.untapered
        if reaches_all_strings(encoding):
            return ClassicalEnergy(float(diagonal(encoding).min()), exact=True)
        electrons = isinstance(encoding.problem, ElectronicProblem)
        if encoding.num_qubits > MATRIX_UP_TO and not electrons:
            levels = Spins(encoding).lowest(LEVELS[0])
            return ClassicalEnergy(float(levels[0]), exact=True, levels=levels)
        if encoding.num_qubits > MATRIX_UP_TO:
            raise ResourceLimitError(
                f"an eigensolver on {encoding.num_qubits} qubits is more than {MATRIX_UP_TO}",
                hint="reference: fci works in the sector and goes further",
            )
        if not isinstance(encoding.problem, ElectronicProblem):
            return ClassicalEnergy(_lowest_of_all(encoding.hamiltonian), exact=True)
        notes: dict[str, object] = {"sector": _sector(encoding.problem)}
        return ClassicalEnergy(lowest_energy(encoding), exact=True, notes=notes)


def lowest_energy(encoding: Encoding) -> float:
    """The lowest energy with the right electrons and spin on the qubits of an encoding, Hartree.

    Args:
        encoding: The problem, with electrons, and its mapping to qubits.

    Raises:
        NotConvergedError: No eigenvector in the sector was found.
    """
    states = _states(encoding)
    hamiltonian = matrix_over(encoding.hamiltonian_terms, states)
    penalty, weight = _penalty(encoding, states), 1.0
    for _ in range(8):
        vector = np.linalg.eigh(hamiltonian + weight * penalty)[1][:, 0]
        if _expectation(penalty, vector) < SECTOR_TOLERANCE:
            return _expectation(hamiltonian, vector)
        weight *= 4.0
    raise NotConvergedError("no eigenvector in the sector of electrons and spin was found")


def reaches_all_strings(encoding: Encoding) -> bool:
    """Whether the Hamiltonian is diagonal and has few enough bit strings to try all of them."""
    if isinstance(encoding.problem, ElectronicProblem) or encoding.num_qubits > MAX_DIAGONAL_QUBITS:
        return False
    return encoding.num_qubits > MATRIX_UP_TO and is_diagonal(encoding)


def _states(encoding: Encoding) -> IntArray:
    """The basis states with the right electrons, shape (determinants,)."""
    problem = encoding.problem
    assert isinstance(problem, ElectronicProblem)
    alpha, beta = (Strings(problem.norb, count).values for count in problem.nelec)
    occupations = (alpha[:, None] | beta[None, :] << problem.norb).ravel()
    return encoding.occupation_map.qubits(occupations[encoding.occupation_map.holds(occupations)])


def _penalty(encoding: Encoding, states: IntArray) -> Matrix:
    """A matrix that is zero for the right spin and positive for others.

    With fixed Sz, S² is never below its value for S = |Sz|, so that it needs no square for the
    highest Sz of the multiplet.
    """
    problem = encoding.problem
    assert isinstance(problem, ElectronicProblem)
    one = np.eye(len(states))
    if not problem.conserves_spin:
        return 0.0 * one
    spin = matrix_over(encoding.symmetry_terms["s-squared"], states) - problem.spin_squared * one
    highest = problem.spin_squared <= problem.spin_z * (problem.spin_z + 1) + 1e-9
    return spin if highest else spin @ spin


def _lowest_of_all(operator: SparsePauliOp) -> float:
    """The lowest eigenvalue over all basis states, from a fixed start for equal digits."""
    from scipy.sparse.linalg import eigsh

    matrix = operator.to_matrix(sparse=True)
    diagonal = matrix.diagonal()
    if np.count_nonzero(diagonal) == matrix.nnz:
        return float(diagonal.real.min())
    if operator.num_qubits == 1:  # ARPACK finds fewer eigenvalues than there are rows less one
        return float(np.linalg.eigvalsh(matrix.toarray())[0])
    start = guesses().standard_normal(matrix.shape[0])
    values, _ = eigsh(matrix, k=1, which="SA", v0=start)
    return float(values[0])


def _expectation(matrix: Matrix, vector: Matrix) -> float:
    return float(np.vdot(vector, matrix @ vector).real)


def _sector(problem: ElectronicProblem) -> str:
    electrons = counted(sum(problem.nelec), "electron")
    spin = f"multiplicity {problem.multiplicity}" if problem.conserves_spin else "any multiplicity"
    return f"{electrons}, Sz = {problem.spin_z:g}, {spin}"
