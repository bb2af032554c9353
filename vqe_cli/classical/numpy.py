"""The lowest eigenvalue of the qubit Hamiltonian."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from vqe_cli._core.resources import Memory
from vqe_cli._core.seeds import guesses
from vqe_cli._core.sizes import LONG_SECONDS, Need, Size
from vqe_cli._core.wording import counted
from vqe_cli.classical import ClassicalEnergy, ClassicalMethod
from vqe_cli.classical._lanczos import Spins
from vqe_cli.classical.levels import LEVELS, MATRIX_UP_TO, diagonal, is_diagonal
from vqe_cli.errors import NotConvergedError, ResourceLimitError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding, sparse_matrix

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp

MAX_DIAGONAL_QUBITS = 24
"""Largest number of qubits for which the energies of all bit strings are tried."""

SECTOR_TOLERANCE = 1e-5


class NumPy(ClassicalMethod):
    """The lowest eigenvalue of the qubit Hamiltonian with the right electrons and spin.

    A qubit Hamiltonian on more than 14 qubits is solved by Lanczos' method, in sectors of
    magnetisation where it is conserved, as far as memory reaches; a diagonal one by trying all bit
    strings.

    Where alpha and beta orbitals span different spaces, S² is not conserved and left out.
    Penalties on particle number, Sz and S² raise every other sector, and one eigenvalue is
    computed. If its vector is in the sector, it is that sector's lowest; if not, the penalties are
    increased.

    Reference:
        qiskit-algorithms' `NumPyEigensolver`; penalties after McClean et al., New J.
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
        """The energy of qiskit-algorithms' eigensolver for Hamiltonian and penalties.

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
            energy, _ = _lowest(encoding.hamiltonian)
            return ClassicalEnergy(energy, exact=True)
        notes: dict[str, object] = {"sector": _sector(encoding.problem)}
        return ClassicalEnergy(lowest_energy(encoding), exact=True, notes=notes)


def lowest_energy(encoding: Encoding) -> float:
    """The lowest energy with the right electrons and spin on the qubits of an encoding, Hartree.

    Args:
        encoding: The problem, with electrons, and its mapping to qubits.

    Raises:
        NotConvergedError: No eigenvector in the sector was found.
    """
    penalty, weight = _penalty(encoding), 1.0
    for _ in range(8):
        _, vector = _lowest(encoding.hamiltonian + weight * penalty)
        if _expectation(penalty, vector, encoding.memory) < SECTOR_TOLERANCE:
            return _expectation(encoding.hamiltonian, vector, encoding.memory)
        weight *= 4.0
    raise NotConvergedError("no eigenvector in the sector of electrons and spin was found")


def reaches_all_strings(encoding: Encoding) -> bool:
    """Whether the Hamiltonian is diagonal and has few enough bit strings to try all of them."""
    if isinstance(encoding.problem, ElectronicProblem) or encoding.num_qubits > MAX_DIAGONAL_QUBITS:
        return False
    return encoding.num_qubits > MATRIX_UP_TO and is_diagonal(encoding)


def _penalty(encoding: Encoding) -> SparsePauliOp:
    """An operator that is zero in the sector and positive outside.

    With fixed N and Sz, S² is never below its value for S = |Sz|, so that it needs no square for
    the highest Sz of the multiplet.
    """
    from qiskit.quantum_info import SparsePauliOp

    problem = encoding.problem
    assert isinstance(problem, ElectronicProblem)
    one = SparsePauliOp("I" * encoding.num_qubits)
    operators = encoding.symmetries
    number = operators["particle-number"] - sum(problem.nelec) * one
    sz = operators["sz"] - problem.spin_z * one
    strong = 1.0 + problem.norb
    if not problem.conserves_spin:
        return (strong * (number @ number + sz @ sz)).simplify(atol=1e-12)
    spin = operators["s-squared"] - problem.spin_squared * one
    if problem.spin_squared > problem.spin_z * (problem.spin_z + 1) + 1e-9:
        spin = spin @ spin
    # S² − S(S+1) can be as low as −N outside the sector; the squares of N and Sz outweigh it.
    return (strong * (number @ number + sz @ sz) + spin).simplify(atol=1e-12)


def _lowest(operator: SparsePauliOp) -> tuple[float, np.ndarray[Any, Any]]:
    found = _eigensolver().compute_eigenvalues(operator)
    vector = np.asarray(found.eigenstates[0].data)
    return float(np.real(found.eigenvalues[0])), vector


@cache
def _eigensolver() -> Any:
    """qiskit-algorithms' eigensolver with a fixed initial vector, for reproducible results."""
    from qiskit_algorithms import NumPyEigensolver
    from scipy.sparse.linalg import eigsh

    class FromFixedStart(NumPyEigensolver):  # type: ignore[misc]
        @staticmethod
        def _solve_sparse(op_matrix: Any, k: int) -> Any:
            start = guesses().standard_normal(op_matrix.shape[0])
            return eigsh(op_matrix, k=k, which="SA", v0=start)

    return FromFixedStart(k=1)


def _expectation(operator: SparsePauliOp, vector: np.ndarray[Any, Any], memory: Memory) -> float:
    return float(np.vdot(vector, sparse_matrix(operator, memory) @ vector).real)


def _sector(problem: ElectronicProblem) -> str:
    electrons = counted(sum(problem.nelec), "electron")
    spin = f"multiplicity {problem.multiplicity}" if problem.conserves_spin else "any multiplicity"
    return f"{electrons}, Sz = {problem.spin_z:g}, {spin}"
