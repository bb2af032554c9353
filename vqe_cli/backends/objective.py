"""Protocols of objectives: energies, error bars, gradients, observables.

Every objective gives energies. Each further capability is a protocol with one method, checked with
`isinstance`, or with `require` where it is needed to go on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from vqe_cli._core.arrays import ComplexArray, Vector
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.ansatz.state import Operator, ParameterisedState
from vqe_cli.errors import InputError
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.measurement.estimates import Counts, Estimate, MitigatedEnergy
from vqe_cli.schema.backend_records import BackendRecord

FINAL_PURPOSE = "final energy"
"""Purpose under which the shots of the reported energy are recorded."""


@dataclass(frozen=True)
class Traits:
    """Properties of an objective as a function, on which the choice of an optimiser depends.

    Args:
        num_parameters: Length of the parameter vector.
        sampled: Whether energies scatter from call to call.
        noisy: Whether a noise model or a device adds errors to the energy.
        conserving: Whether electron numbers are conserved by construction.
        spectra: Frequencies with which the energy depends on each parameter.
        curvature: Estimated second derivatives at the reference, Hartree; None where unknown.
        from_reference: Whether all parameters excite electrons of the reference determinant, so
            that `curvature` holds at small values of them.
        to_precision: Whether shots follow from a requested precision.
        error_unit: Unit in which errors are told.
        errors_per_unit: Errors in `error_unit` per unit of the energies that optimisers see.
    """

    num_parameters: int
    sampled: bool
    noisy: bool
    conserving: bool
    spectra: tuple[Spectrum, ...]
    curvature: tuple[float, ...] | None = None
    from_reference: bool = False
    to_precision: bool = False
    error_unit: str = "mHa"
    errors_per_unit: float = HARTREE_IN_MILLIHARTREE


@dataclass(frozen=True)
class Expected:
    """What is known of an objective before there is a problem, from its backend's options.

    Args:
        kind: Its class, which tells what it can do.
        sampled: Whether energies scatter from call to call.
        has_curvature: Whether it has excitations, whose second derivatives can be estimated.
    """

    kind: type[object]
    sampled: bool
    has_curvature: bool

    @classmethod
    def of(cls, objective: Objective) -> Expected:
        """The same of an objective that there is.

        Args:
            objective: The objective.
        """
        traits = objective.traits
        return cls(type(objective), traits.sampled, traits.curvature is not None)

    def can(self, capability: type[object]) -> bool:
        """Whether the objective has a capability.

        Args:
            capability: One of the protocols below.
        """
        return issubclass(self.kind, capability)


@runtime_checkable
class Objective(Protocol):
    """The energy of a parameterised state as a function of its parameters, in Hartree."""

    @property
    def traits(self) -> Traits:
        """Properties of the objective as a function."""
        ...

    @property
    def record(self) -> BackendRecord:
        """The record of how energies are computed."""
        ...

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The energy with its standard error, Hartree.

        Args:
            x: Parameters, shape (num_parameters,).
            seed: Random seed of the shots; equal seeds give equal samples.
            shot_multiplier: Factor that multiplies the shots; without effect on exact energies.
        """
        ...

    def energies(
        self, points: Sequence[Vector], seeds: Sequence[int], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """The energies of several points, in one job where that saves something.

        Args:
            points: Parameters, each of shape (num_parameters,).
            seeds: Random seed of each point's shots.
            shot_multiplier: Factor that multiplies the shots.
        """
        ...

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """Observables by name: ``particle-number``, ``sz``, ``s-squared``, ``energy-variance``.

        Those that the backend or the problem does not have are left out.

        Args:
            x: Parameters, shape (num_parameters,).
            seed: Random seed of the shots.
        """
        ...


class PointByPoint(ABC):
    """Base class of objectives that evaluate points one at a time."""

    @abstractmethod
    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The energy of one point with its standard error, Hartree."""

    def energies(
        self, points: Sequence[Vector], seeds: Sequence[int], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """The energies of several points, evaluated one after another."""
        pairs = zip(points, seeds, strict=True)
        return [self.energy(point, seed, shot_multiplier) for point, seed in pairs]


@runtime_checkable
class HasGradient(Protocol):
    """Objectives with analytic gradients, cheap for any number of parameters."""

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The energy in Hartree and its gradient, shape (num_parameters,)."""
        ...


@runtime_checkable
class HasDensity(Protocol):
    """Objectives that know their state and its reduced density matrices."""

    def density(self, x: Vector, two_body: bool = False) -> Density:
        """Reduced density matrices of the state.

        Args:
            x: Parameters, shape (num_parameters,).
            two_body: Whether to compute the two-body density matrix, too.

        Raises:
            ResourceLimitError: The two-body density matrix does not fit into memory.
        """
        ...


@runtime_checkable
class DrawsSamples(Protocol):
    """Objectives whose state can be sampled for bit strings."""

    def samples(self, x: Vector, shots: int, seed: int) -> Counts:
        """Counts of all qubits in the computational basis."""
        ...


@runtime_checkable
class HasAmplitudes(Protocol):
    """Objectives that know the amplitudes of a circuit's state on all qubits."""

    def amplitudes(self, x: Vector) -> ComplexArray | None:
        """The amplitudes, shape (2^qubits,), qubit 0 the lowest bit; None if they are too many."""
        ...


@runtime_checkable
class RecallsBitStrings(Protocol):
    """Objectives that keep the bit strings which an energy has read."""

    def recalled_bit_strings(self, x: Vector) -> Counts | None:
        """Bit strings that the last energy at x has read; None if it was read in other bases."""
        ...


@runtime_checkable
class ComparesStates(Protocol):
    """Objectives that compare their states at two points."""

    def fidelity(self, x: Vector, y: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """``|⟨ψ(x)|ψ(y)⟩|²``, measured as the energies are."""
        ...


@runtime_checkable
class Mitigates(Protocol):
    """Objectives with error mitigation."""

    def mitigated(
        self, x: Vector, seed: int, shot_multiplier: float = 1.0
    ) -> tuple[MitigatedEnergy, ...]:
        """The raw energy, and one energy after each method; the last has all methods and shots.

        Args:
            x: Parameters, shape (num_parameters,).
            seed: Random seed of the shots; equal seeds give equal samples.
            shot_multiplier: Factor that multiplies the shots of each energy.
        """
        ...


@runtime_checkable
class HasNoisySimulation(Protocol):
    """Objectives on a device that can be simulated with its noise."""

    def noisy_simulation(self) -> Objective:
        """The objective with the same circuits and shots on a simulator."""
        ...


@runtime_checkable
class Remote(Protocol):
    """Objectives whose calls are jobs, which may cost money: points are best sent together."""

    def foresee(self, energies: float, jobs: int) -> None:
        """Announce the cost of an optimisation before its first job.

        Args:
            energies: Largest number of energies, each with the ordinary number of shots.
            jobs: Largest number of jobs.

        Raises:
            InputError: The optimisation would cost money, and no limit is set.
        """
        ...


@runtime_checkable
class Extends(Protocol):
    """Objectives whose product of operators can be extended."""

    def grown(self, state: ParameterisedState) -> Growing:
        """The objective of another product of operators, which reuses what was prepared."""
        ...

    def pool_gradient(self, x: Vector, pool: Sequence[Operator]) -> tuple[float, Vector]:
        """The energy, and its derivative by every operator of a pool if it acted next, Hartree.

        Args:
            x: Parameters of this product, shape (num_parameters,).
            pool: Operators, each with one parameter.
        """
        ...


@runtime_checkable
class Growing(Objective, HasGradient, Extends, Protocol):
    """Objectives with gradients whose product of operators can be extended."""


Capability = TypeVar("Capability")


def require(
    objective: object,
    capability: type[Capability],
    message: str,
    *,
    path: tuple[str | int, ...] = (),
    hint: str | None = None,
) -> Capability:
    """Return the objective as one with a capability.

    Args:
        objective: The objective.
        capability: One of the protocols above.
        message: Message of the error.
        path: Keys in the input that are the reason.
        hint: Hint of the error.

    Returns:
        The objective.

    Raises:
        InputError: The objective does not have the capability.
    """
    if not isinstance(objective, capability):
        raise InputError(message, path=path, hint=hint)
    return objective


class Evaluator(Protocol):
    """The evaluations that an optimiser can make, counted and logged."""

    @property
    def objective(self) -> Objective:
        """The objective that is evaluated, whose capabilities the evaluator shares."""
        ...

    @property
    def traits(self) -> Traits:
        """Properties of the objective as a function."""
        ...

    def value(self, x: Vector) -> float:
        """The energy in Hartree."""
        ...

    def estimates(
        self, points: Sequence[Vector], shot_multiplier: float = 1.0, purpose: str = "optimisation"
    ) -> list[Estimate]:
        """Energies with their standard errors, in one job where the backend has jobs.

        Args:
            points: Parameters, each of shape (num_parameters,).
            shot_multiplier: Factor that multiplies the shots of each energy.
            purpose: Purpose under which the shots are recorded.
        """
        ...

    def fidelities(
        self, pairs: Sequence[tuple[Vector, Vector]], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """``|⟨ψ(x)|ψ(y)⟩|²`` of each pair, where the objective `ComparesStates`."""
        ...

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The energy and its analytic gradient, where the objective `HasGradient`."""
        ...

    def step(self, x: Vector, energy: float, gradient_norm: float | None = None) -> None:
        """Report the end of an iteration, for progress, history and checkpoints.

        Args:
            x: Parameters after the iteration, shape (num_parameters,).
            energy: Energy at x, or the method's estimate of it, Hartree.
            gradient_norm: Euclidean norm of the gradient, Hartree; None where it is not known.
        """
        ...


@dataclass(frozen=True)
class OptimizerResult:
    """The result of an optimiser.

    Args:
        x: The final parameters, shape (num_parameters,).
        converged: Whether the optimiser's own criterion was met.
        message: The reason why the optimiser stopped.
        steps: Number of iterations.
        energy: Energy at x, Hartree; None where energies scatter and have to be measured anew.
        energy_change: Change of the energy in the last iteration, Hartree; None where energies
            scatter.
    """

    x: Vector
    converged: bool
    message: str
    steps: int
    energy: float | None = None
    energy_change: float | None = None
