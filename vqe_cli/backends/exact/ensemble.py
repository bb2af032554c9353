"""Several states of one product of excitations: the same unitary on orthogonal references.

The unitary that minimises the weighted mean of the energies spans the space of the lowest states,
and the Hamiltonian is diagonalised in it (Nakanishi, Mitarai and Fujii, Phys. Rev. Research 1,
033062 (2019); Parrish, Hohenstein, McMahon and Martínez, Phys. Rev. Lett. 122, 230401 (2019)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vqe_cli._core.arrays import BoolArray, FloatArray, IntArray, Vector
from vqe_cli._core.wording import counted
from vqe_cli.backends.exact.sector import SectorObjective
from vqe_cli.backends.objective import PointByPoint
from vqe_cli.errors import InputError
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.spin import SpinSquared
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement.estimates import Estimate

SPIN_SHIFT = 1.0
"""Energy by which other spins are raised for each unit of S², Hartree."""

SPIN_TOLERANCE = 0.5
"""Largest deviation of ⟨S²⟩ with which a reference still counts as one of the requested spin."""


class EnsembleObjective(PointByPoint):
    """The weighted mean energy of several references after the same product of excitations.

    Args:
        single: The objective of the product on the reference determinant.
        references: Orthonormal references, shape (states, dimension).
        weights: Weights of the states, shape (states,).
        spin_squared: S² of the states.
    """

    def __init__(
        self,
        single: SectorObjective,
        references: FloatArray,
        weights: Sequence[float],
        spin_squared: float,
    ) -> None:
        self._single = single
        self._spin, self._spin_squared = SpinSquared(_determinants(single)), spin_squared
        self._references = references
        self._weights = np.asarray(weights, dtype=float)
        self.traits = replace(single.traits, curvature=None, from_reference=False)
        self.record = single.record

    def energy(self, x: Vector, seed: int = 0, shot_multiplier: float = 1.0) -> Estimate:
        """The weighted mean of the total energies, Hartree."""
        return Estimate(self.energy_and_gradient(x)[0])

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The weighted mean of the total energies, and its derivatives.

        Higher spins are raised by `SPIN_SHIFT` for each unit of S²: an ansatz may mix them in.
        """
        energy, gradient = self._single.core_energy, np.zeros(len(x))
        for weight, reference in zip(self._weights, self._references, strict=True):
            psi = self._single.state_from(reference, x)
            bra = self._single.hamiltonian.times(psi)
            bra += SPIN_SHIFT * (self._spin.times(psi) - self._spin_squared * psi)
            energy += weight * float(psi @ bra)
            gradient += weight * self._single.slopes(psi, bra, x)
        return energy, gradient

    def observables(self, x: Vector, seed: int = 0) -> dict[str, Estimate]:
        """None: they belong to single states."""
        return {}

    def states(self, x: Vector) -> tuple[FloatArray, FloatArray]:
        """The states of the space that the references span after the product.

        Args:
            x: Parameters, shape (num_parameters,).

        Returns:
            Total energies in Hartree, ascending, shape (states,); and the states, shape (states,
            dimension).
        """
        spanning = np.array([self._single.state_from(psi, x) for psi in self._references])
        products = np.array([self._single.hamiltonian.times(psi) for psi in spanning])
        energies, vectors = np.linalg.eigh(spanning @ products.T)
        return energies + self._single.core_energy, vectors.T @ spanning

    def residual(self, energies: FloatArray, states: FloatArray) -> float:
        """The largest norm of (H - E)ψ, Hartree: zero for eigenstates.

        Args:
            energies: Total energies, shape (states,).
            states: The states, shape (states, dimension).
        """
        electronic = energies - self._single.core_energy
        return max(
            float(np.linalg.norm(self._single.hamiltonian.times(psi) - energy * psi))
            for energy, psi in zip(electronic, states, strict=True)
        )


def reference_states(
    objective: SectorObjective,
    problem: ElectronicProblem,
    count: int,
    irreps: IntArray | None = None,
) -> FloatArray:
    """The lowest states of the requested spin among few excitations, shape (count, dimension).

    The reference determinant and its single excitations; with doubles, triples ... where these are
    too few.

    Args:
        objective: The objective, with the determinants and the Hamiltonian.
        problem: The problem.
        count: Number of states.
        irreps: Irreps of the orbitals, numbered so that products are their exclusive or, shape
            (norb,): only states of the reference determinant's symmetry count.

    Raises:
        InputError: There are fewer states.
    """
    ranks, spin = _ranks(objective, problem), SpinSquared(_determinants(objective))
    if irreps is not None:
        ranks = np.where(_symmetric(objective, problem, irreps), ranks, np.inf)
    for rank in range(1, int(ranks[np.isfinite(ranks)].max(initial=0)) + 1):
        members = np.flatnonzero(ranks <= rank)
        unit = np.zeros((members.size, objective.space.dimension))
        unit[np.arange(members.size), members] = 1.0
        products = np.array([objective.hamiltonian.times(psi) for psi in unit])
        _, vectors = np.linalg.eigh(products[:, members])
        found = [
            psi
            for psi in vectors.T @ unit
            if abs(spin.expectation(psi) - problem.spin_squared) < SPIN_TOLERANCE
        ]
        if len(found) >= count:
            return np.array(found[:count])
    raise InputError(
        f"the active space has fewer than {counted(count, 'state')} of multiplicity"
        f" {problem.multiplicity}"
        + ("" if irreps is None else " and of the reference determinant's symmetry"),
        hint="ask for fewer states, or enlarge the active space",
    )


def _ranks(objective: SectorObjective, problem: ElectronicProblem) -> FloatArray:
    """Number of electrons that each determinant has excited, shape (dimension,)."""
    alpha, beta = (
        np.bitwise_count(strings.values & ~((1 << count) - 1))
        for strings, count in zip(objective.space.strings, problem.nelec, strict=True)
    )
    return _determinants(objective).pack(alpha[:, None] + beta[None, :] + 0.0)


def _symmetric(
    objective: SectorObjective, problem: ElectronicProblem, irreps: IntArray
) -> BoolArray:
    """Which determinants have the symmetry of the reference determinant, shape (dimension,)."""
    alpha, beta = (
        np.bitwise_xor.reduce(
            np.where(strings.values[:, None] >> np.arange(irreps.size) & 1, irreps, 0), axis=1
        )
        ^ np.bitwise_xor.reduce(irreps[:count], initial=0)
        for strings, count in zip(objective.space.strings, problem.nelec, strict=True)
    )
    return np.equal(_determinants(objective).pack((alpha[:, None] ^ beta[None, :]) + 0.0), 0.0)


def _determinants(objective: SectorObjective) -> SectorSpace:
    """The determinants of a whole sector, or of one irrep."""
    assert isinstance(objective.space, SectorSpace)
    return objective.space
