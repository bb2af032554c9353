"""Methods that measure an expectation value with shots: a registry.

A method splits the Hamiltonian into parts, each of which one change of basis makes diagonal. The
result is a plan: for every part the change of basis as a circuit, and the energy in Hartree of each
bit string that is read after it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.registry import Entry, Registry
from vqe_cli.fermions.problem import QubitProblem
from vqe_cli.measurement.estimates import Counts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.orbital_rotations import OrbitalRotation

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

BoolArray = npt.NDArray[np.bool_]

Sampler = Callable[[Sequence["MeasurementBasis"], Sequence[int], int], list[Counts]]
"""Function of measurement bases, shots in each, and a seed; returns the counts of each basis."""

NORMAL_KURTOSIS = 3.0
"""Kurtosis of a normal distribution, used where nothing better is predicted."""

MOST_QUBITS = 62
"""Largest number of qubits: outcomes are 64-bit integers."""


class MeasurementBasis(ABC):
    """A change of basis before all qubits are read, and the energy of each outcome."""

    @abstractmethod
    def circuit(self) -> QuantumCircuit:
        """The change of basis, on the encoding's qubits, without measurements."""

    @abstractmethod
    def values(self, outcomes: IntArray) -> FloatArray:
        """The energies of outcomes, Hartree; shape (outcomes,).

        Args:
            outcomes: Bit strings as integers, qubit 0 the lowest bit; shape (outcomes,).
        """

    def allowed(self, outcomes: IntArray) -> BoolArray | None:
        """Whether each outcome has the right numbers of electrons, shape (outcomes,).

        None where the bits do not determine electron numbers.

        Args:
            outcomes: Bit strings as integers; shape (outcomes,).
        """
        return None

    @property
    def orbital_rotation(self) -> OrbitalRotation | None:
        """The change of basis as a rotation of orbitals; None where it is not one."""
        return None


@dataclass(frozen=True, eq=False)
class ComputationalBasis(MeasurementBasis):
    """The computational basis, in which every outcome has the value zero.

    Args:
        encoding: The encoding whose qubits are read.
    """

    encoding: Encoding

    def circuit(self) -> QuantumCircuit:
        """An empty circuit."""
        from qiskit import QuantumCircuit

        return QuantumCircuit(self.encoding.num_qubits)

    def values(self, outcomes: IntArray) -> FloatArray:
        """Zeros, shape (outcomes,)."""
        return np.zeros(outcomes.size)

    def allowed(self, outcomes: IntArray) -> BoolArray | None:
        """Whether electron numbers are right; None for a qubit Hamiltonian."""
        if isinstance(self.encoding.problem, QubitProblem):
            return None
        return self.encoding.has_right_electrons(outcomes)


@dataclass(frozen=True, eq=False)
class MeasurementPlan:
    """All measurement bases of an operator, and the term that needs no measurement.

    Args:
        constant: Coefficient of the identity, Hartree.
        bases: The measurement bases.
        deviations: Predicted standard deviation of one shot in each basis, Hartree, all
            positive; shape (bases,).
        kurtosis: Predicted fourth central moment of one shot over its squared variance, at least
            one; 1/p if an outcome of the small probability p dominates. None where it is not
            predicted: three, as for a normal distribution; shape (bases,).
    """

    constant: float
    bases: tuple[MeasurementBasis, ...]
    deviations: FloatArray
    kurtosis: FloatArray | None = None

    def __post_init__(self) -> None:
        if self.deviations.shape != (len(self.bases),):
            shape = self.deviations.shape
            raise ValueError(f"deviations should have shape {(len(self.bases),)}. Got {shape}.")
        if not np.all(self.deviations > 0):
            raise ValueError("deviations should be positive.")

    @property
    def prior_shots(self) -> FloatArray:
        """Effective prior shots of each predicted deviation: enough for one rare outcome."""
        if self.kurtosis is None:
            return np.full(len(self.bases), NORMAL_KURTOSIS)
        return self.kurtosis

    @property
    def shots_times_variance(self) -> float:
        """Predicted ``M ε²`` at optimal allocation, Hartree²."""
        return float(self.deviations.sum() ** 2)

    @property
    def tells_electrons(self) -> bool:
        """Whether the bits of every basis determine the numbers of electrons."""
        nothing = np.zeros(0, dtype=np.int64)
        return all(basis.allowed(nothing) is not None for basis in self.bases)

    def expectation(
        self, probabilities: Sequence[FloatArray], *, post_select: bool = False
    ) -> tuple[float, float]:
        """The expectation value in the limit of infinitely many shots.

        Args:
            probabilities: For each basis, the probabilities of all 2^qubits outcomes.
            post_select: Whether outcomes with wrong electron numbers are discarded.

        Returns:
            The expectation value, and the discarded share of outcomes.
        """
        total, discarded = self.constant, []
        for basis, weights in zip(self.bases, probabilities, strict=True):
            outcomes = np.arange(weights.size)
            kept = weights
            allowed = basis.allowed(outcomes) if post_select else None
            if allowed is not None:
                kept = np.where(allowed, weights, 0.0)
            discarded.append(1.0 - float(kept.sum()) / float(weights.sum()))
            total += float(basis.values(outcomes) @ kept) / float(kept.sum())
        return total, float(np.mean(discarded)) if discarded else 0.0


class Measurement(Entry):
    """A method that splits the Hamiltonian into parts that can be measured together."""

    of_paulis: ClassVar[bool] = False
    """Whether the method needs the Pauli terms, which take long to map for many orbitals."""

    needs_restricted_orbitals: ClassVar[bool] = False
    """Whether the method rotates the orbitals of both spins alike."""

    def resolve(self, encoding: Encoding) -> Measurement:
        """The method that is used: `auto` chooses one, all others return themselves."""
        return self

    @abstractmethod
    def plan(self, encoding: Encoding) -> MeasurementPlan:
        """The measurement plan for the total energy of a problem.

        Args:
            encoding: The problem, and its mapping to qubits.

        Raises:
            InputError: The method needs electrons, and the problem is a qubit Hamiltonian.
            ResourceLimitError: There are too many qubits.
        """


MEASUREMENTS = Registry(
    "measurement", Measurement, __name__, beside={"estimates", "mitigation", "shots", "task"}
)
