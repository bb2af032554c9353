"""Products of excitations that only move electron pairs, among determinants of pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.seeds import stream
from vqe_cli.backends.exact.sampling import Distribution
from vqe_cli.backends.exact.sweeps import FlatSweep, Sweep
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.determinants.pair_density import one_body_density, two_body_density
from vqe_cli.fermions.determinants.pair_hamiltonian import PairHamiltonian
from vqe_cli.fermions.determinants.pairs import PairMoves, PairSpace
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement.estimates import Counts
from vqe_cli.qubits.encoding import Encoding


class PairSector:
    """Determinants of pairs and their Hamiltonian, for products that only move pairs.

    Args:
        problem: The electronic problem, with a closed shell.
    """

    threads = 1

    def __init__(self, problem: ElectronicProblem) -> None:
        self.space = PairSpace(problem.norb, problem.nelec[0])
        self.hamiltonian = PairHamiltonian(problem, self.space)
        self._moves = PairMoves(self.space)
        self._pools: dict[tuple[Excitation, ...], Sweep] = {}

    @property
    def reference(self) -> FloatArray:
        """The reference determinant, whose string is the lowest."""
        psi = np.zeros(self.space.dimension)
        psi[0] = 1.0
        return psi

    def sweep(self, excitations: Sequence[Excitation]) -> Sweep:
        """Rotations by these excitations, in order."""
        return FlatSweep(self._moves, excitations)

    def sweep_of_pool(self, excitations: tuple[Excitation, ...]) -> Sweep:
        """Rotations by the excitations of a pool, cached."""
        if excitations not in self._pools:
            self._pools[excitations] = self.sweep(excitations)
        return self._pools[excitations]

    def spin_squared(self, psi: FloatArray) -> float:
        """The expectation value of S², zero for pairs."""
        return 0.0

    def squared_hamiltonian(self, psi: FloatArray, sigma: FloatArray) -> float:
        """The expectation value of the squared Hamiltonian without the core energy, Hartree².

        Args:
            psi: Normalised amplitudes, shape (dimension,).
            sigma: The part of ``Hψ`` among determinants of pairs, shape (dimension,).
        """
        return float(sigma @ sigma) + self.hamiltonian.squared_outside(psi)

    def density(self, psi: FloatArray, two_body: bool) -> Density:
        """Reduced density matrices.

        Args:
            psi: Normalised amplitudes, shape (dimension,).
            two_body: Whether to compute the two-body density matrix, too.
        """
        pairs = two_body_density(self.space, self.hamiltonian, psi) if two_body else None
        return Density(one_body_density(self.space, psi), pairs)

    def samples(self, encoding: Encoding, psi: FloatArray, shots: int, seed: int) -> Counts:
        """Counts of determinants drawn by their probabilities, as bits of the qubits.

        Args:
            encoding: The encoding, which maps determinants to qubits.
            psi: Normalised amplitudes, shape (dimension,).
            shots: Number of shots.
            seed: Random seed.
        """
        rng = stream(seed, "shots").generator
        places, repetitions = Distribution(np.square(psi)).draw(shots, rng)
        strings = self.space.strings[0].values[places]
        outcomes = encoding.occupation_map.qubits(strings | strings << self.space.norb)
        return Counts(outcomes, repetitions)
