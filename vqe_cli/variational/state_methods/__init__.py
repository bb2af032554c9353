"""Methods that compute excited states from the state of a run: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Protocol, runtime_checkable

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli._core.registry import Entry, Registry
from vqe_cli._core.sizes import Need, Size
from vqe_cli.backends.exact.sector import Sector, SectorObjective
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.excitations import ExcitationProduct
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement.estimates import Estimate


@dataclass(frozen=True, eq=False)
class GroundState:
    """The state of a run, from which excited states are computed.

    Args:
        problem: The electronic problem.
        product: The product of excitations.
        objective: The objective of the product, over all determinants of its irrep.
        space: The determinants of the objective.
        x: The optimised parameters, shape (num_parameters,).
        seed: The run's random seed.
    """

    problem: ElectronicProblem
    product: ExcitationProduct
    objective: SectorObjective
    space: SectorSpace
    x: Vector
    seed: int

    @cached_property
    def vector(self) -> FloatArray:
        """The state over all determinants, shape (alpha strings, beta strings)."""
        return self.space.unpack(self.objective.state(self.x))

    def in_space(self, space: SectorSpace) -> SectorObjective:
        """The objective of the same product, for states of one of the `spaces`.

        Args:
            space: The determinants.
        """
        excitations = [rotation.excitation for rotation in self.product.rotations]
        sector = Sector(self.problem, excitations, space=space)
        return SectorObjective(self.problem, self.product, sector)

    @cached_property
    def spaces(self) -> tuple[SectorSpace, ...]:
        """The sector's blocks of one irrep each; the whole sector if the product mixes irreps."""
        irreps = range(self.space.num_irreps)
        every = (replace(self.space, target=irrep) for irrep in irreps)
        return tuple(space for space in every if space.dimension > 0)


@dataclass(frozen=True)
class Wanted:
    """The states that are asked for.

    Args:
        number: Number of the lowest states; a method can give as many of every irrep.
        multiplicities: Multiplicities 2S+1 of the states; empty for any.
    """

    number: int
    multiplicities: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class FoundState:
    """A state that a method has found.

    Args:
        energy: Total energy, Hartree.
        vector: Normalised amplitudes, shape (alpha strings, beta strings).
        converged: Whether the search for its parameters converged, if there was one.
        standard_error: Standard error of the energy, Hartree; None if it is exact.
        admixture: Weight of other states that errors of measurements are expected to mix in.
    """

    energy: float
    vector: FloatArray
    converged: bool = True
    standard_error: float | None = None
    admixture: float = 0.0


MeasuredEnergy = Callable[[ExcitationProduct, Vector], Estimate]
"""Function that measures the total energy of a product with parameters."""


class StateMethod(Entry):
    """A method that computes excited states from the state of a run."""

    label: ClassVar[str]
    """The method's name as it stands in tables."""

    @abstractmethod
    def needs(self, size: Size) -> Iterator[Need]:
        """Memory that a problem takes.

        Args:
            size: Numbers of electrons and orbitals.
        """

    @abstractmethod
    def states(self, ground: GroundState, wanted: Wanted) -> list[FoundState]:
        """The lowest states of every irrep, the ground state among them, in any order.

        Args:
            ground: The state of the run.
            wanted: The states that are asked for.
        """


@runtime_checkable
class FromEnergies(Protocol):
    """Methods whose states follow from measured energies."""

    def measurement_need(self, size: Size) -> Need:
        """The number of energies, which must not be too large.

        Args:
            size: Numbers of electrons and orbitals.
        """
        ...

    def measured_energies(self, size: Size) -> int:
        """About the number of energies.

        Args:
            size: Numbers of electrons and orbitals.
        """
        ...

    def measured_states(self, ground: GroundState, energy: MeasuredEnergy) -> list[FoundState]:
        """All states of the method, in any order.

        Args:
            ground: The state of the run.
            energy: Function that measures energies.
        """
        ...


STATE_METHODS = Registry("state-method", StateMethod, __name__)
