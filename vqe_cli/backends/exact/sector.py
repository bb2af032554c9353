"""Products of excitations in a sector of fixed electron numbers, with analytic gradients.

The gradient of all parameters comes from one sweep back over the rotations (adjoint
differentiation: Jones and Gacon, arXiv:2009.02823), so that an energy with its gradient costs
about three sweeps and one product with the Hamiltonian, however many parameters there are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli._core.resources import MACHINE, Memory, available_threads
from vqe_cli.ansatz.state import Operator, ParameterisedState
from vqe_cli.backends.exact.state_space import StateSpace
from vqe_cli.backends.exact.sweeps import FlatSweep, GridSweep, Sweep
from vqe_cli.backends.objective import PointByPoint, Traits
from vqe_cli.errors import InputError
from vqe_cli.fermions.curvature import curvature
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.determinants.density import (
    one_body_density,
    opposite_spin_density,
    two_body_density,
)
from vqe_cli.fermions.determinants.hamiltonian import hamiltonian
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.spin import SpinSquared
from vqe_cli.fermions.determinants.tables import PairTables
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.backend_records import BackendRecord

FLAT_UP_TO = 4000
"""Largest number of determinants for which all pairs are always listed."""

MOST_LISTED = 4_000_000
"""Number of pairs up to which they are listed for more determinants, too: 32 MB; lists are read
several times as fast as tables."""

THREADED_FROM = 500_000
"""Number of determinants from which threads are faster."""


class Sector:
    """Determinants, tables and Hamiltonian shared by all products of excitations in a sector.

    Args:
        problem: The electronic problem.
        excitations: All excitations that will act on the reference.
        memory: The memory that may be used.
        space: Determinants that the excitations do not leave; None for those that the reference
            reaches.
    """

    def __init__(
        self,
        problem: ElectronicProblem,
        excitations: Sequence[Excitation],
        memory: Memory = MACHINE,
        space: SectorSpace | None = None,
    ) -> None:
        self.problem = problem
        self.memory = memory
        self.space = space or sector_space(problem, excitations)
        self.tables = PairTables(self.space)
        self.hamiltonian = hamiltonian(problem, self.space)
        self.threads = available_threads() if self.space.dimension >= THREADED_FROM else 1
        self._pools: dict[tuple[Excitation, ...], Sweep] = {}

    @property
    def reference(self) -> FloatArray:
        """The reference determinant in the packed layout of `SectorSpace`."""
        psi = np.zeros(self.space.dimension)
        psi[self.space.row_start[0] + self.space.column[0]] = 1.0
        return psi

    def sweep(self, excitations: Sequence[Excitation]) -> Sweep:
        """Rotations by these excitations, in order."""
        listed = self.threads == 1 and self._connected(excitations) <= MOST_LISTED
        if self.space.dimension <= FLAT_UP_TO or listed:
            return FlatSweep(self.tables, excitations)
        return GridSweep(self.tables, excitations, self.threads)

    def _connected(self, excitations: Sequence[Excitation]) -> int:
        """The number of pairs of determinants that all of the excitations connect."""
        return sum(self.tables.of(excitation).count for excitation in excitations)

    def sweep_of_pool(self, excitations: tuple[Excitation, ...]) -> Sweep:
        """Rotations by the excitations of a pool, cached."""
        if excitations not in self._pools:
            self._pools[excitations] = self.sweep(excitations)
        return self._pools[excitations]

    def spin_squared(self, psi: FloatArray) -> float | None:
        """The expectation value of S² of a normalised vector; None where it is unknown."""
        if self.problem.beta is None:
            return SpinSquared(self.space).expectation(psi)
        spin = self.problem.beta.spin
        if spin is None:
            return None
        one_body, opposite = opposite_spin_density(self.space, psi, self.memory)
        return spin.expectation(self.space.nelec, one_body, opposite)

    def squared_hamiltonian(self, psi: FloatArray, sigma: FloatArray) -> float:
        """The expectation value of H² without the core energy, Hartree².

        Args:
            psi: The state, shape (dimension,).
            sigma: ``Hψ``, shape (dimension,).
        """
        return float(sigma @ sigma)

    def density(self, psi: FloatArray, two_body: bool) -> Density:
        """Reduced density matrices of a normalised vector.

        Raises:
            InputError: A two-body matrix, which is summed over spins, is asked for in unrestricted
                orbitals.
        """
        if two_body and self.problem.beta is not None:
            raise InputError(
                "the two-body density matrix is that of restricted orbitals",
                hint="leave out what needs it, or molecule.scf.unrestricted",
            )
        pairs = two_body_density(self.space, psi, self.memory) if two_body else None
        return Density(one_body_density(self.space, psi), pairs)

    def samples(self, encoding: Encoding, psi: FloatArray, shots: int, seed: int) -> Counts:
        """Counts of determinants drawn by their probabilities, as bits of the qubits."""
        from vqe_cli.backends.exact.sampling import SectorSampler

        return SectorSampler(encoding, self.space).computational(psi, shots, seed)


class SectorObjective(PointByPoint):
    """Energy and gradient of a product of excitations, exact.

    Args:
        problem: The electronic problem.
        product: The product of excitations.
        sector: Determinants prepared for at least these excitations; None to prepare a sector.
    """

    def __init__(
        self,
        problem: ElectronicProblem,
        product: ExcitationProduct,
        sector: StateSpace | None = None,
    ) -> None:
        self._problem = problem
        self._factors = np.array([rotation.factor for rotation in product.rotations])
        self._parameters = np.array([r.parameter for r in product.rotations], dtype=np.int64)
        excitations = [rotation.excitation for rotation in product.rotations]
        self._sector: StateSpace = sector or Sector(problem, excitations)
        self.space, self.hamiltonian = self._sector.space, self._sector.hamiltonian
        self._sweep = self._sector.sweep(excitations)
        self.traits = Traits(
            num_parameters=product.num_parameters,
            sampled=False,
            noisy=False,
            conserving=True,
            spectra=product.spectra,
            curvature=curvature(problem, product),
            from_reference=all(excitation.leaves(problem.nelec) for excitation in excitations),
        )
        self.record = BackendRecord(
            representation="sector",
            dimension=self.space.dimension,
            irreps=self.space.num_irreps,
            hamiltonian=self.hamiltonian.kind,
            rotations=len(excitations),
            threads=self._sector.threads,
        )

    def grown(self, state: ParameterisedState) -> SectorObjective:
        """The objective of another product of excitations, in the same sector."""
        assert state.product is not None
        return SectorObjective(self._problem, state.product, self._sector)

    def pool_gradient(self, x: Vector, pool: Sequence[Operator]) -> tuple[float, Vector]:
        """The total energy, and its derivative by every operator of a pool if it acted next.

        One sweep gives all: ``2⟨Hψ|T − T†|ψ⟩`` of each excitation, summed over the operator.

        Args:
            x: Parameters of this product, shape (num_parameters,).
            pool: Operators, each a group of excitations that share a parameter.
        """
        psi = self.state(x)
        bra = self.hamiltonian.times(psi)
        energy = float(psi @ bra) + self._problem.core_energy
        excitations = tuple(
            part for operator in pool for part in operator if isinstance(part, Excitation)
        )
        sweep = self._sector.sweep_of_pool(excitations)
        slopes = sweep.backward(psi, bra, np.zeros(len(excitations)))
        operators = np.repeat(np.arange(len(pool)), [len(operator) for operator in pool])
        found = np.bincount(operators, slopes, minlength=len(pool))
        return energy, np.asarray(found, dtype=np.float64)

    @property
    def core_energy(self) -> float:
        """The energy of the nuclei and frozen electrons, Hartree."""
        return self._problem.core_energy

    @property
    def reference(self) -> FloatArray:
        """The reference determinant in the layout of the space."""
        return self._sector.reference

    def state(self, x: Vector) -> FloatArray:
        """The amplitudes in the layout of the space."""
        return self.state_from(self.reference, x)

    def state_from(self, reference: FloatArray, x: Vector) -> FloatArray:
        """The product acting on any state.

        Args:
            reference: The state in the layout of the space, shape (dimension,).
            x: Parameters, shape (num_parameters,).
        """
        psi = reference.copy()
        self._sweep.forward(psi, self._angles(x))
        return psi

    def energy(self, x: Vector, seed: int = 0, shot_multiplier: float = 1.0) -> Estimate:
        """The total energy, Hartree; `seed` and `shot_multiplier` have no effect."""
        psi = self.state(x)
        value = float(psi @ self.hamiltonian.times(psi))
        return Estimate(value + self._problem.core_energy)

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The total energy and its derivatives from one sweep forward and one back."""
        psi = self.state(x)
        bra = self.hamiltonian.times(psi)
        return float(psi @ bra) + self._problem.core_energy, self.slopes(psi, bra, x)

    def slopes(self, psi: FloatArray, bra: FloatArray, x: Vector) -> Vector:
        """The derivatives of ``⟨ψ|O|ψ⟩`` by the parameters, shape (num_parameters,).

        Args:
            psi: The state, shape (dimension,); it is changed.
            bra: ``Oψ``, shape (dimension,); it is changed.
            x: Parameters of the state, shape (num_parameters,).
        """
        found = self._sweep.backward(psi, bra, self._angles(x)) * self._factors
        count = self.traits.num_parameters
        return np.asarray(np.bincount(self._parameters, found, minlength=count), dtype=np.float64)

    def observables(self, x: Vector, seed: int = 0) -> dict[str, Estimate]:
        """Electron numbers, spin where it is known, and energy variance of the state."""
        psi = self.state(x)
        sigma = self.hamiltonian.times(psi)
        norm, electronic = float(psi @ psi), float(psi @ sigma)
        variance = self._sector.squared_hamiltonian(psi, sigma) - electronic**2
        alpha, beta = self._problem.nelec
        spin_squared = self._sector.spin_squared(psi)
        return {
            "particle-number": Estimate((alpha + beta) * norm),
            "sz": Estimate((alpha - beta) / 2 * norm),
            **({} if spin_squared is None else {"s-squared": Estimate(spin_squared)}),
            "energy-variance": Estimate(max(variance, 0.0)),
        }

    def density(self, x: Vector, two_body: bool = False) -> Density:
        """Reduced density matrices of the state."""
        return self._sector.density(self.state(x), two_body)

    def fidelity(
        self, x: Vector, y: Vector, seed: int = 0, shot_multiplier: float = 1.0
    ) -> Estimate:
        """The squared overlap of two states."""
        return Estimate(float(self.state(x) @ self.state(y)) ** 2)

    def _angles(self, x: Vector) -> FloatArray:
        angles: FloatArray = self._factors * np.asarray(x, dtype=float)[self._parameters]
        return angles


class EncodedSectorObjective(SectorObjective):
    """A sector objective with an encoding, so that bit strings can be drawn.

    Args:
        encoding: The problem, with electrons, and its mapping to qubits.
        product: The product of excitations.
        sector: Determinants prepared for at least these excitations.
    """

    def __init__(self, encoding: Encoding, product: ExcitationProduct, sector: StateSpace) -> None:
        assert isinstance(encoding.problem, ElectronicProblem)
        super().__init__(encoding.problem, product, sector)
        self._encoding = encoding

    def grown(self, state: ParameterisedState) -> EncodedSectorObjective:
        """The objective of another product of excitations, in the same sector."""
        assert state.product is not None
        return EncodedSectorObjective(self._encoding, state.product, self._sector)

    def samples(self, x: Vector, shots: int, seed: int) -> Counts:
        """Counts of determinants drawn by their probabilities, as bits of the qubits."""
        return self._sector.samples(self._encoding, self.state(x), shots, seed)


def sector_space(problem: ElectronicProblem, excitations: Sequence[Excitation]) -> SectorSpace:
    """The irrep of the reference determinant if nothing leaves it, else the whole sector.

    Args:
        problem: The electronic problem, with the irreps of its orbitals if it has any.
        excitations: All excitations that will act on the reference.
    """
    irreps = problem.orbital_irreps
    if irreps is None or any(excitation.irrep(irreps) for excitation in excitations):
        return SectorSpace(problem.norb, problem.nelec, (0,) * problem.norb, 0)
    return SectorSpace(problem.norb, problem.nelec, irreps, problem.reference_irrep or 0)
