"""Orbital rotations and Jastrow factors in a sector of fixed electron numbers.

States are complex and have all determinants of the sector, since rotations mix irreps. The first
rotations make a Slater determinant, a product of one vector for each spin. The derivatives by all
angles of a network follow from one transition density, those by the couplings of a Jastrow factor
from one weight for each determinant, both between the state and ``λ = Hψ`` carried back (adjoint
differentiation: Jones and Gacon, arXiv:2009.02823).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import ComplexArray, FloatArray, Vector
from vqe_cli._core.resources import available_threads
from vqe_cli._core.seeds import stream
from vqe_cli.ansatz._givens_networks import GivensNetwork
from vqe_cli.ansatz._jastrow import JastrowFactor
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.exact import rotation_kernels as kernels
from vqe_cli.backends.exact.orbital_networks import (
    Network,
    SpinTables,
    Threads,
    transition_density,
)
from vqe_cli.backends.exact.sampling import Distribution
from vqe_cli.backends.objective import PointByPoint, Traits
from vqe_cli.fermions.determinants.hamiltonian import hamiltonian_of_all_irreps
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.spin import SpinSquared
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.schema.backend_records import BackendRecord

THREADED_FROM = 500_000
"""Number of determinants from which threads are faster."""


@dataclass(frozen=True, eq=False)
class Phases:
    """The phases of a Jastrow factor at given angles.

    Args:
        rows: Angles of alpha strings, shape (alpha strings,).
        columns: Angles of beta strings, shape (beta strings,).
        mixed: Angles of both, shape (alpha strings, beta strings).
    """

    rows: FloatArray
    columns: FloatArray
    mixed: FloatArray


class JastrowSigns:
    """Jastrow factors on the determinants of a sector.

    Args:
        tables: Tables of both spins.
    """

    def __init__(self, tables: tuple[SpinTables, SpinTables]) -> None:
        self._norb = tables[0].strings.norb
        orbitals = np.arange(self._norb)
        self._signs = [1.0 - 2.0 * (own.strings.values[:, None] >> orbitals & 1) for own in tables]

    def phases(self, factor: JastrowFactor, angles: Vector) -> Phases:
        """The phases of ``exp(−i/2 Σ angle Z_p Z_q)``.

        Args:
            factor: The couplings.
            angles: Their angles, shape (num_parameters,).
        """
        norb, (alpha, beta) = self._norb, self._signs
        matrix = np.zeros((2 * norb, 2 * norb))
        for coupling, angle in zip(factor.couplings, angles, strict=True):
            for first, second in coupling.qubits:
                matrix[first, second] -= 0.5 * angle
        return Phases(
            np.einsum("ap,ap->a", alpha @ matrix[:norb, :norb], alpha),
            np.einsum("bp,bp->b", beta @ matrix[norb:, norb:], beta),
            alpha @ matrix[:norb, norb:] @ beta.T,
        )

    def slopes(self, factor: JastrowFactor, weights: FloatArray) -> Vector:
        """The derivatives ``Im⟨bra|Z_p Z_q|psi⟩`` by the angles, shape (num_parameters,).

        Args:
            factor: The couplings.
            weights: ``Im(bra* psi)``, shape (alpha strings, beta strings).
        """
        norb, (alpha, beta) = self._norb, self._signs
        of_pairs = np.zeros((2 * norb, 2 * norb))
        of_pairs[:norb, :norb] = alpha.T @ (weights.sum(axis=1)[:, None] * alpha)
        of_pairs[norb:, norb:] = beta.T @ (weights.sum(axis=0)[:, None] * beta)
        of_pairs[:norb, norb:] = alpha.T @ (weights @ beta)
        return np.array(
            [sum(of_pairs[pair] for pair in coupling.qubits) for coupling in factor.couplings]
        )


class JastrowObjective(PointByPoint):
    """Energy and gradient of orbital rotations alternating with Jastrow factors, exact.

    Args:
        state: The parameterised state, with its rotations and factors.
        problem: The electronic problem.
    """

    def __init__(self, state: ParameterisedState, problem: ElectronicProblem) -> None:
        assert state.blocks is not None
        norb, nelec = problem.norb, problem.nelec
        self._encoding, self._problem = state.encoding, problem
        self._blocks = state.blocks
        self._space = SectorSpace(norb, nelec, (0,) * norb, 0)
        alpha, beta = self._space.strings
        self._tables = SpinTables.of(alpha), SpinTables.of(beta)
        self._jastrow = JastrowSigns(self._tables)
        self._hamiltonian = hamiltonian_of_all_irreps(problem, self._space)
        self._shape = alpha.values.size, beta.values.size
        large = self._space.dimension >= THREADED_FROM
        self._threads = Threads(available_threads() if large else 1)
        networks = [block for block in self._blocks if isinstance(block, GivensNetwork)]
        self._spins = sorted({spin for network in networks for spin in network.spins})
        sizes = [block.num_parameters for block in self._blocks]
        ends = np.cumsum(sizes)
        self._parts = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        self.traits = Traits(
            num_parameters=sum(sizes),
            sampled=False,
            noisy=False,
            conserving=True,
            spectra=state.spectra,
        )
        self.record = BackendRecord(
            representation="sector",
            dimension=self._space.dimension,
            irreps=1,
            hamiltonian=self._hamiltonian.kind,
            threads=self._threads.count,
            amplitudes="complex",
        )

    def energy(self, x: Vector, seed: int = 0, shot_multiplier: float = 1.0) -> Estimate:
        """The total energy, Hartree; `seed` and `shot_multiplier` have no effect."""
        psi = self._forward(x).state
        return Estimate(_overlap(psi, self._times(psi)).real + self._problem.core_energy)

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The total energy and its derivatives from one sweep forward and one back."""
        found = self._forward(x)
        bra = self._times(found.state)
        energy = _overlap(found.state, bra).real + self._problem.core_energy
        return energy, self._backward(found, bra)

    def state(self, x: Vector) -> ComplexArray:
        """The amplitudes, shape (alpha strings, beta strings)."""
        real, imaginary = self._forward(x).state
        return np.asarray(real + 1j * imaginary)

    def observables(self, x: Vector, seed: int = 0) -> dict[str, Estimate]:
        """Electron numbers, spin and energy variance of the state."""
        psi = self._forward(x).state
        sigma = self._times(psi)
        norm, electronic = _overlap(psi, psi).real, _overlap(psi, sigma).real
        variance = _overlap(sigma, sigma).real - electronic**2
        alpha, beta = self._problem.nelec
        spin = SpinSquared(self._space)
        return {
            "particle-number": Estimate((alpha + beta) * norm),
            "sz": Estimate((alpha - beta) / 2 * norm),
            "s-squared": Estimate(sum(spin.expectation(part.ravel()) for part in psi)),
            "energy-variance": Estimate(max(variance, 0.0)),
        }

    def samples(self, x: Vector, shots: int, seed: int) -> Counts:
        """Counts of determinants drawn by their probabilities, as bits of the qubits."""
        probabilities = np.square(self._forward(x).state).sum(axis=0).ravel()
        rng = stream(seed, "shots").generator
        places, repetitions = Distribution(probabilities).draw(shots, rng)
        rows, columns = np.divmod(places, self._shape[1])
        alpha, beta = (strings.values for strings in self._space.strings)
        occupations = alpha[rows] | beta[columns] << self._problem.norb
        return Counts(self._encoding.occupation_map.qubits(occupations), repetitions)

    def fidelity(
        self, x: Vector, y: Vector, seed: int = 0, shot_multiplier: float = 1.0
    ) -> Estimate:
        """The squared overlap of two states."""
        overlap = _overlap(self._forward(x).state, self._forward(y).state)
        return Estimate(abs(overlap) ** 2)

    def _times(self, psi: FloatArray) -> FloatArray:
        """The product ``Hψ`` of the real Hamiltonian, shape (2, alpha strings, beta strings)."""
        products = [self._hamiltonian.times(part.ravel()) for part in psi]
        return np.array(products).reshape(psi.shape)

    def _forward(self, x: Vector) -> _Sweep:
        """The state at some parameters, with what the way back needs."""
        angles = np.asarray(x, dtype=float)
        settings: list[Network | Phases] = []
        for block, part in zip(self._blocks, self._parts, strict=True):
            if isinstance(block, GivensNetwork):
                settings.append(Network(block, angles[part]))
            else:
                settings.append(self._jastrow.phases(block, angles[part]))
        first = next(k for k, part in enumerate(settings) if isinstance(part, Phases))
        networks = [part for part in settings[:first] if isinstance(part, Network)]
        orbitals = self._determinant(networks)
        psi = _outer(*orbitals)
        kept = psi
        for setting in settings[first:]:
            if isinstance(setting, Network):
                self._rotate(setting, psi)
            else:
                kernels.rephase(psi, setting.rows, setting.columns, setting.mixed, 1.0)
                kept = psi.copy()
        return _Sweep(psi, kept, orbitals, settings, first)

    def _determinant(self, networks: Sequence[Network]) -> tuple[FloatArray, FloatArray]:
        """The vectors of both spins whose product is the rotated reference determinant."""
        found = []
        for spin, tables in enumerate(self._tables):
            vector = np.zeros((2, tables.strings.values.size, 1))
            vector[0, 0] = 1.0  # the first orbitals are those of the lowest string
            for network in networks:
                if spin in network.spins:
                    network.apply(vector, 0, tables, ONE_THREAD)
            found.append(vector[:, :, 0])
        return found[0], found[1]

    def _rotate(self, network: Network, psi: FloatArray, *, inverse: bool = False) -> None:
        for spin in network.spins:
            network.apply(psi, spin, self._tables[spin], self._threads, inverse)

    def _backward(self, sweep: _Sweep, bra: FloatArray) -> Vector:
        """The gradient; `bra` and the state are changed."""
        psi, gradient = sweep.state, np.zeros(self.traits.num_parameters)
        last = max(k for k, part in enumerate(sweep.settings) if isinstance(part, Phases))
        densities: dict[int, ComplexArray] = {}
        for place in range(len(self._blocks) - 1, sweep.first - 1, -1):
            block, setting, part = self._blocks[place], sweep.settings[place], self._parts[place]
            if isinstance(setting, Network):
                if not densities:  # rotations of the other spin do not change a spin's density
                    densities = {spin: self._transition(bra, psi, spin) for spin in self._spins}
                whole = np.sum([densities[spin] for spin in setting.spins], axis=0)
                gradient[part] = setting.slopes(whole)
                self._rotate(setting, bra, inverse=True)
                if place < last:
                    self._rotate(setting, psi, inverse=True)
                continue
            assert isinstance(block, JastrowFactor)
            densities = {}
            psi = sweep.kept if place == last else psi
            weights = np.empty(self._shape)
            kernels.phase_slopes(bra, psi, weights)
            gradient[part] = self._jastrow.slopes(block, weights)
            for vector in (bra, psi):
                kernels.rephase(vector, setting.rows, setting.columns, setting.mixed, -1.0)
        self._determinant_slopes(sweep, bra, gradient)
        return gradient

    def _transition(self, bra: FloatArray, psi: FloatArray, spin: int) -> ComplexArray:
        return transition_density(bra, psi, spin, self._tables[spin], self._threads)

    def _determinant_slopes(self, sweep: _Sweep, bra: FloatArray, gradient: Vector) -> None:
        """Write the derivatives by the angles of the rotated reference determinant.

        ``⟨bra|a†_p a_q|φ_α φ_β⟩`` needs only the overlap of `bra` with one spin's vector.
        """
        alpha, beta = (real + 1j * imaginary for real, imaginary in sweep.orbitals)
        whole = bra[0] - 1j * bra[1]
        partial = (whole @ beta, alpha @ whole)  # complex conjugates of vectors of each spin
        for setting, part in zip(sweep.settings[: sweep.first], self._parts, strict=False):
            assert isinstance(setting, Network)
            total = np.zeros((self._problem.norb,) * 2, dtype=np.complex128)
            for spin in setting.spins:
                one = np.array([partial[spin].real, -partial[spin].imag])[:, :, None]
                ket = sweep.orbitals[spin][:, :, None]
                total += transition_density(one, ket, 0, self._tables[spin], ONE_THREAD)
            gradient[part] = setting.slopes(total)


@dataclass(eq=False)
class _Sweep:
    """A state, and what the way back needs.

    Args:
        state: The state, shape (2, alpha strings, beta strings).
        kept: The state after the last Jastrow factor, of the same shape.
        orbitals: The vectors of both spins whose product is the rotated reference determinant.
        settings: Networks and phases at the parameters, in the order in which they act.
        first: Number of the first Jastrow factor.
    """

    state: FloatArray
    kept: FloatArray
    orbitals: tuple[FloatArray, FloatArray]
    settings: list[Network | Phases]
    first: int


ONE_THREAD = Threads(1)


def _outer(alpha: FloatArray, beta: FloatArray) -> FloatArray:
    """The product of two complex vectors, shape (2, alpha strings, beta strings)."""
    (a, ai), (b, bi) = alpha, beta
    return np.array([np.outer(a, b) - np.outer(ai, bi), np.outer(a, bi) + np.outer(ai, b)])


def _overlap(bra: FloatArray, psi: FloatArray) -> complex:
    """The overlap of two states."""
    (a, ai), (b, bi) = bra, psi
    return complex(np.vdot(a, b) + np.vdot(ai, bi), np.vdot(a, bi) - np.vdot(ai, b))
