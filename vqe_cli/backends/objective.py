"""What a backend offers and an optimiser needs: energies, error bars, gradients, observables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vqe_cli._core.arrays import Vector
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct
from vqe_cli.fermions.spectra import Spectrum
from vqe_cli.measurement.estimates import Counts, Estimate, MitigatedEnergy

FINAL_PURPOSE = "final energy"
"""What the shots of the energy that is reported are entered under."""


@dataclass(frozen=True)
class Traits:
    """What kind of function an objective is; optimisers choose and refuse by it.

    Args:
        num_parameters: Length of the parameter vector.
        has_gradient: Whether `energy_and_gradient` is analytic and cheap.
        sampled: Whether energies scatter from call to call.
        noisy: Whether a noise model or a device stands between state and energy.
        conserving: Whether electron numbers are conserved by construction.
        spectra: How the energy depends on each parameter.
        curvature: Estimated second derivatives at the reference, Hartree; None where unknown.
        from_reference: Whether all parameters excite electrons of the reference determinant, so
            that `curvature` holds at small values of them.
        has_density: Whether there is a `density`.
        can_grow: Whether it is a `GrowingObjective`.
        has_samples: Whether it is a `SamplingObjective`.
        to_precision: Whether shots follow from a precision that was asked for.
        mitigates: Whether it is a `MitigatingObjective`.
        has_rehearsal: Whether it is a `RehearsingObjective`.
        remote: Whether every call is a job on a device, so that points are best asked for together.
    """

    num_parameters: int
    has_gradient: bool
    sampled: bool
    noisy: bool
    conserving: bool
    spectra: tuple[Spectrum, ...]
    curvature: tuple[float, ...] | None = None
    from_reference: bool = False
    has_density: bool = False
    can_grow: bool = False
    has_samples: bool = False
    to_precision: bool = False
    mitigates: bool = False
    remote: bool = False
    has_rehearsal: bool = False


class Objective(Protocol):
    """The energy of a trial state as a function of its parameters, in Hartree."""

    @property
    def traits(self) -> Traits:
        """What kind of function this is."""
        ...

    @property
    def details(self) -> dict[str, object]:
        """How energies are computed, for the record."""
        ...

    def energy(self, x: Vector, seed: int, effort: float = 1.0) -> Estimate:
        """The energy.

        Args:
            x: Parameters, shape (num_parameters,).
            seed: For sampled objectives; equal seeds give equal samples.
            effort: Multiplies the shots; plays no part where energies are exact.
        """
        ...

    def energies(
        self, points: Sequence[Vector], seeds: Sequence[int], effort: float = 1.0
    ) -> list[Estimate]:
        """The energies of several points, in one job where that saves something.

        Args:
            points: Parameters, each of shape (num_parameters,).
            seeds: One for each point.
            effort: Multiplies the shots.
        """
        ...

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The energy and its gradient, where `traits.has_gradient`."""
        ...

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """What can be checked: ``particle-number``, ``sz``, ``s-squared``, ``energy-variance``.

        Those that the backend or the problem does not have are left out.
        """
        ...

    def density(self, x: Vector, two_body: bool = False) -> Density:
        """Reduced density matrices of the state itself, where `traits.has_density`.

        Args:
            x: Parameters, shape (num_parameters,).
            two_body: Whether the two-body one is wanted.

        Raises:
            RefusedError: The two-body one would take more memory than there is.
        """
        ...


class PointByPoint:
    """For objectives that gain nothing from several points at once."""

    def energy(self, x: Vector, seed: int, effort: float = 1.0) -> Estimate:
        """The energy of one point."""
        raise NotImplementedError

    def energies(
        self, points: Sequence[Vector], seeds: Sequence[int], effort: float = 1.0
    ) -> list[Estimate]:
        """One after another."""
        pairs = zip(points, seeds, strict=True)
        return [self.energy(point, seed, effort) for point, seed in pairs]


class SamplingObjective(Objective, Protocol):
    """An objective that also gives bit strings, where `traits.has_samples`."""

    def samples(self, x: Vector, shots: int, seed: int) -> Counts:
        """Measure every qubit of the trial state in the computational basis."""
        ...

    def fidelity(self, x: Vector, y: Vector, seed: int, effort: float = 1.0) -> Estimate:
        """``|⟨ψ(x)|ψ(y)⟩|²``, measured as the energies are."""
        ...


class MitigatingObjective(Objective, Protocol):
    """An objective that can take errors off an energy, where `traits.mitigates`."""

    def mitigated(self, x: Vector, seed: int, effort: float = 1.0) -> tuple[MitigatedEnergy, ...]:
        """The raw energy, and one after each method; the last has all of them and all shots.

        Args:
            x: Parameters, shape (num_parameters,).
            seed: Equal seeds give equal samples.
            effort: Multiplies the shots of each energy that is needed.
        """
        ...


class RehearsingObjective(Objective, Protocol):
    """An objective whose device can be simulated with its noise, where `traits.has_rehearsal`."""

    def rehearsal(self) -> Objective:
        """The same circuits and shots on a simulator."""
        ...


class RemoteObjective(Objective, Protocol):
    """An objective whose energies are jobs, which may be paid for, where `traits.remote`."""

    def foresee(self, energies: float, jobs: int) -> None:
        """Be told what a search will take, before its first job.

        Args:
            energies: How many, at most, each with the shots of an ordinary one.
            jobs: In which they are asked for.

        Raises:
            InputError: It would be paid for, and nothing limits it.
        """
        ...


class GrowingObjective(Objective, Protocol):
    """An objective whose product of excitations can be made longer, where `traits.can_grow`."""

    def grown(self, product: ExcitationProduct) -> GrowingObjective:
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


class Evaluator(Protocol):
    """What an optimiser sees of an objective: counted, journaled evaluations."""

    @property
    def traits(self) -> Traits:
        """What kind of function this is."""
        ...

    def value(self, x: Vector) -> float:
        """The energy in Hartree."""
        ...

    def estimates(
        self, points: Sequence[Vector], effort: float = 1.0, purpose: str = "optimisation"
    ) -> list[Estimate]:
        """Energies with their standard errors, in one job where the backend has jobs.

        Args:
            points: Parameters, each of shape (num_parameters,).
            effort: Multiplies the shots of each.
            purpose: What their shots are entered under in the record.
        """
        ...

    def fidelities(
        self, pairs: Sequence[tuple[Vector, Vector]], effort: float = 1.0
    ) -> list[Estimate]:
        """``|⟨ψ(x)|ψ(y)⟩|²`` of each pair, where `traits.has_samples`."""
        ...

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The energy and its analytic gradient, where `traits.has_gradient`."""
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
