"""What a backend offers and an optimiser needs: energies, error bars, gradients, observables.

Every objective gives energies. What else it can do is told by the methods it has: each capability
is a protocol, asked for with `isinstance`, or with `require` where nothing goes on without it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from vqe_cli._core.arrays import Vector
from vqe_cli.errors import InputError
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.measurement.estimates import Counts, Estimate, MitigatedEnergy
from vqe_cli.schema.records import BackendRecord

FINAL_PURPOSE = "final energy"
"""What the shots of the energy that is reported are entered under."""


@dataclass(frozen=True)
class Traits:
    """What kind of function an objective is; optimisers choose and refuse by it.

    Args:
        num_parameters: Length of the parameter vector.
        sampled: Whether energies scatter from call to call.
        noisy: Whether a noise model or a device stands between state and energy.
        conserving: Whether electron numbers are conserved by construction.
        spectra: How the energy depends on each parameter.
        curvature: Estimated second derivatives at the reference, Hartree; None where unknown.
        from_reference: Whether all parameters excite electrons of the reference determinant, so
            that `curvature` holds at small values of them.
        to_precision: Whether shots follow from a precision that was asked for.
    """

    num_parameters: int
    sampled: bool
    noisy: bool
    conserving: bool
    spectra: tuple[Spectrum, ...]
    curvature: tuple[float, ...] | None = None
    from_reference: bool = False
    to_precision: bool = False


@runtime_checkable
class Objective(Protocol):
    """The energy of a trial state as a function of its parameters, in Hartree."""

    @property
    def traits(self) -> Traits:
        """What kind of function this is."""
        ...

    @property
    def record(self) -> BackendRecord:
        """How energies are computed."""
        ...

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The energy.

        Args:
            x: Parameters, shape (num_parameters,).
            seed: For sampled objectives; equal seeds give equal samples.
            shot_multiplier: Multiplies the shots; plays no part where energies are exact.
        """
        ...

    def energies(
        self, points: Sequence[Vector], seeds: Sequence[int], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """The energies of several points, in one job where that saves something.

        Args:
            points: Parameters, each of shape (num_parameters,).
            seeds: One for each point.
            shot_multiplier: Multiplies the shots.
        """
        ...

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """What can be checked: ``particle-number``, ``sz``, ``s-squared``, ``energy-variance``.

        Those that the backend or the problem does not have are left out.
        """
        ...


class PointByPoint(ABC):
    """For objectives that gain nothing from several points at once."""

    @abstractmethod
    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The energy of one point."""

    def energies(
        self, points: Sequence[Vector], seeds: Sequence[int], shot_multiplier: float = 1.0
    ) -> list[Estimate]:
        """One after another."""
        pairs = zip(points, seeds, strict=True)
        return [self.energy(point, seed, shot_multiplier) for point, seed in pairs]


@runtime_checkable
class HasGradient(Protocol):
    """Energies come with analytic gradients that are cheap, whatever the number of parameters."""

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The energy in Hartree and its gradient, shape (num_parameters,)."""
        ...


@runtime_checkable
class HasDensity(Protocol):
    """The state itself is known, and its reduced density matrices with it."""

    def density(self, x: Vector, two_body: bool = False) -> Density:
        """Reduced density matrices of the state.

        Args:
            x: Parameters, shape (num_parameters,).
            two_body: Whether the two-body one is wanted.

        Raises:
            ResourceLimitError: The two-body one would take more memory than there is.
        """
        ...


@runtime_checkable
class DrawsSamples(Protocol):
    """The trial state gives bit strings."""

    def samples(self, x: Vector, shots: int, seed: int) -> Counts:
        """Measure every qubit of the trial state in the computational basis."""
        ...


@runtime_checkable
class ComparesStates(Protocol):
    """Trial states at two points can be compared."""

    def fidelity(self, x: Vector, y: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """``|⟨ψ(x)|ψ(y)⟩|²``, measured as the energies are."""
        ...


@runtime_checkable
class Mitigates(Protocol):
    """Errors can be taken off an energy."""

    def mitigated(
        self, x: Vector, seed: int, shot_multiplier: float = 1.0
    ) -> tuple[MitigatedEnergy, ...]:
        """The raw energy, and one after each method; the last has all of them and all shots.

        Args:
            x: Parameters, shape (num_parameters,).
            seed: Equal seeds give equal samples.
            shot_multiplier: Multiplies the shots of each energy that is needed.
        """
        ...


@runtime_checkable
class HasNoisySimulation(Protocol):
    """The device behind the energies can be simulated with its noise."""

    def noisy_simulation(self) -> Objective:
        """The same circuits and shots on a simulator."""
        ...


@runtime_checkable
class Remote(Protocol):
    """Every call is a job on a device, and may be paid for: points are best asked for together."""

    def foresee(self, energies: float, jobs: int) -> None:
        """Be told what a search will take, before its first job.

        Args:
            energies: How many, at most, each with the shots of an ordinary one.
            jobs: In which they are asked for.

        Raises:
            InputError: It would be paid for, and nothing limits it.
        """
        ...


@runtime_checkable
class Growing(Objective, HasGradient, Protocol):
    """The product of excitations can be made longer."""

    def grown(self, product: ExcitationProduct) -> Growing:
        """The energy of a longer product; what was prepared is used again."""
        ...

    def pool_gradient(
        self, x: Vector, pool: Sequence[Sequence[Excitation]]
    ) -> tuple[float, Vector]:
        """The energy, and its derivative by every operator of a pool if it acted next.

        Args:
            x: Parameters of this product.
            pool: Operators, each a group of excitations that share a parameter.
        """
        ...


Capability = TypeVar("Capability")


def require(
    objective: object,
    capability: type[Capability],
    message: str,
    *,
    path: tuple[str | int, ...] = (),
    hint: str | None = None,
) -> Capability:
    """The objective, known to have a capability.

    Args:
        objective: The objective.
        capability: One of the protocols above.
        message: What to say where it does not have it.
        path: Where in the input the reason stands.
        hint: What would help.

    Raises:
        InputError: It does not have it.
    """
    if not isinstance(objective, capability):
        raise InputError(message, path=path, hint=hint)
    return objective


class Evaluator(Protocol):
    """What an optimiser sees of an objective: counted, journaled evaluations."""

    @property
    def objective(self) -> Objective:
        """What is evaluated: its capabilities are the evaluator's."""
        ...

    @property
    def traits(self) -> Traits:
        """What kind of function this is."""
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
            shot_multiplier: Multiplies the shots of each.
            purpose: What their shots are entered under in the record.
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
            x: The point reached.
            energy: Its energy, or the method's estimate of it.
            gradient_norm: Euclidean norm of the gradient, where it is known.
        """
        ...


@dataclass(frozen=True)
class Outcome:
    """Where an optimiser ended.

    Args:
        x: Parameters.
        converged: Whether its own criterion was met.
        message: Why it stopped.
        steps: Iterations.
        energy: At x, Hartree; None where energies scatter and it has to be measured afresh.
        energy_change: Between the last two of them, Hartree; None where energies scatter.
    """

    x: Vector
    converged: bool
    message: str
    steps: int
    energy: float | None = None
    energy_change: float | None = None
