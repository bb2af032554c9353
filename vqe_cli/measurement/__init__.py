"""How an expectation value is measured with shots: a registry.

A method splits the Hamiltonian into parts, each of which one change of basis makes diagonal. What
it gives is a plan: for every part the change of basis as a circuit, and what each bit string read
after it is worth in Hartree.
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
"""Measurement bases, shots for each, and a seed; returns what was read in each."""

NORMAL_KURTOSIS = 3.0
"""Of a normal distribution; where nothing better is predicted."""

MOST_QUBITS = 62
"""Outcomes are numbers of 64 bits."""


class MeasurementBasis(ABC):
    """One way of reading all qubits: a change of basis, and what each outcome is worth."""

    @abstractmethod
    def circuit(self) -> QuantumCircuit:
        """The change of basis, on the encoding's qubits, without measurements."""

    @abstractmethod
    def values(self, outcomes: IntArray) -> FloatArray:
        """What outcomes are worth, Hartree.

        Args:
            outcomes: Bit strings as integers, qubit 0 the lowest bit; shape (outcomes,).
        """

    def allowed(self, outcomes: IntArray) -> BoolArray | None:
        """Which outcomes have the right numbers of electrons; None where bits do not tell.

        Args:
            outcomes: Shape (outcomes,).
        """
        return None

    @property
    def orbital_rotation(self) -> OrbitalRotation | None:
        """The change of basis as a rotation of orbitals; None where it is not one."""
        return None


@dataclass(frozen=True, eq=False)
class ComputationalBasis(MeasurementBasis):
    """Every qubit read as it is; outcomes are worth nothing.

    Args:
        encoding: Its qubits.
    """

    encoding: Encoding

    def circuit(self) -> QuantumCircuit:
        """No gates."""
        from qiskit import QuantumCircuit

        return QuantumCircuit(self.encoding.num_qubits)

    def values(self, outcomes: IntArray) -> FloatArray:
        """Zeros."""
        return np.zeros(outcomes.size)

    def allowed(self, outcomes: IntArray) -> BoolArray | None:
        """Bits tell occupations where there are electrons."""
        if isinstance(self.encoding.problem, QubitProblem):
            return None
        return self.encoding.has_right_electrons(outcomes)


@dataclass(frozen=True, eq=False)
class MeasurementPlan:
    """All bases of an operator, and the term that needs no measurement.

    Args:
        constant: Coefficient of the identity, Hartree.
        bases: What is measured.
        deviations: Predicted standard deviation of one shot in each basis, Hartree, all
            positive; shape (bases,).
        kurtosis: Predicted fourth central moment of one shot over its squared variance, at least
            one; 1/p where all hangs on an outcome of the small probability p. Three, as for a
            normal distribution, where it is not predicted; shape (bases,).
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
        """How many shots each predicted deviation is worth: as many as bring one rare outcome."""
        if self.kurtosis is None:
            return np.full(len(self.bases), NORMAL_KURTOSIS)
        return self.kurtosis

    @property
    def shots_times_variance(self) -> float:
        """Predicted ``M ε²`` at optimal allocation, Hartree²."""
        return float(self.deviations.sum() ** 2)

    @property
    def tells_electrons(self) -> bool:
        """Whether the bits of every basis tell the numbers of electrons."""
        nothing = np.zeros(0, dtype=np.int64)
        return all(basis.allowed(nothing) is not None for basis in self.bases)

    def expectation(
        self, probabilities: Sequence[FloatArray], *, post_select: bool = False
    ) -> tuple[float, float]:
        """The limit of infinitely many shots.

        Args:
            probabilities: For each basis those of all 2^qubits outcomes.
            post_select: Whether outcomes with wrong electron numbers are left out.

        Returns:
            The expectation value, and the share of outcomes that was left out.
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
    """A way to split the Hamiltonian into parts that can be read at once."""

    of_paulis: ClassVar[bool] = False
    """Whether it needs the Pauli terms, which take long to map for many orbitals."""

    def resolve(self, encoding: Encoding) -> Measurement:
        """The method that will really be used; `auto` chooses here, all others are themselves."""
        return self

    @abstractmethod
    def plan(self, encoding: Encoding) -> MeasurementPlan:
        """The bases for the total energy of a problem.

        Raises:
            InputError: It is made for electrons, and this is a Hamiltonian of qubits.
            ResourceLimitError: There are too many qubits for it.
        """


MEASUREMENTS = Registry(
    "measurement", Measurement, __name__, beside={"estimates", "mitigation", "shots", "task"}
)
