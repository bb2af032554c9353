"""Fluctuations of occupation numbers in a cheap classical state, from which shots are planned."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import Memory
from vqe_cli.fermions.determinants.density import one_body_density, two_body_density
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.orbital_rotations import OrbitalRotation

MOST_DETERMINANTS = 200_000
"""Largest sector in which CISD is used; above it, the reference determinant is."""


NO_FLUCTUATION = 1e-14
"""Hartree², below which a variance is round-off."""


class Correlations(ABC):
    """Moments of one-body operators and their squares in a state."""

    @abstractmethod
    def density(self) -> FloatArray:
        """Spin-summed one-body density, shape (norb, norb)."""

    @abstractmethod
    def one_body_covariance(self) -> FloatArray:
        """``Cov(E_pq, E_rs)``, symmetric part, shape (norb², norb²)."""

    @abstractmethod
    def of_square(self, orbitals: FloatArray, levels: FloatArray) -> FloatArray:
        """Covariances of ``½L²`` and all occupation numbers, where ``L = Σ level_p n_p``.

        Args:
            orbitals: U, whose columns are the orbitals of the n_p; shape (norb, norb).
            levels: Coefficients of the n_p in L; shape (norb,).

        Returns:
            Covariance matrix with ``½L²`` last; shape (norb + 1, norb + 1).
        """

    def kurtosis(
        self, orbitals: FloatArray, linear: FloatArray, levels: FloatArray, sign: float
    ) -> float | None:
        """Kurtosis of ``Σ linear_p n_p + ½ sign (Σ level_p n_p)²``; None where it is not known.

        Args:
            orbitals: U, whose columns are the orbitals of the n_p; shape (norb, norb).
            linear: Coefficients of the n_p, Hartree; shape (norb,).
            levels: Coefficients of the n_p in L; shape (norb,).
            sign: Sign of the square, 1 or −1.
        """
        return None


def correlations(problem: ElectronicProblem, memory: Memory) -> Correlations:
    """The correlations of CISD if the sector is small and CISD converges, else of the reference.

    Args:
        problem: The electronic problem.
        memory: The memory that may be used.
    """
    if problem.sector_dimension > MOST_DETERMINANTS:
        return DeterminantCorrelations(problem)
    from vqe_cli.chemistry.correlation.cisd import cisd_state

    state = cisd_state(problem)
    if state is None:
        return DeterminantCorrelations(problem)
    return StateCorrelations(problem, state, memory)


@dataclass(frozen=True, eq=False)
class StateCorrelations(Correlations):
    """Correlations of a state over all determinants of a sector.

    Args:
        problem: The electronic problem.
        state: Amplitudes, shape (alpha strings, beta strings).
        memory: The memory that may be used.
    """

    problem: ElectronicProblem
    state: FloatArray
    memory: Memory

    def _space(self) -> SectorSpace:
        norb = self.problem.norb
        return SectorSpace(norb, self.problem.nelec, (0,) * norb, 0)

    def density(self) -> FloatArray:
        """Spin-summed one-body density, shape (norb, norb)."""
        densities = one_body_density(self._space(), self.state.ravel())
        return np.asarray(densities.sum(axis=0))

    def one_body_covariance(self) -> FloatArray:
        """``⟨E_pq E_rs⟩ = Γ_pqrs + δ_qr γ_ps``."""
        norb, gamma = self.problem.norb, self.density()
        products = two_body_density(self._space(), self.state.ravel(), self.memory)
        products = products + np.einsum("qr,ps->pqrs", np.eye(norb), gamma)
        found = products.reshape(norb**2, norb**2) - np.outer(gamma, gamma)
        return np.asarray(0.5 * (found + found.T))

    def of_square(self, orbitals: FloatArray, levels: FloatArray) -> FloatArray:
        """Covariances from the probabilities of determinants in the rotated orbitals."""
        occupations, weights = self._distribution(orbitals)
        half_square = 0.5 * (occupations @ levels) ** 2
        features = np.column_stack([occupations, half_square])
        features = features - weights @ features
        return np.asarray(features.T @ (weights[:, None] * features))

    def kurtosis(
        self, orbitals: FloatArray, linear: FloatArray, levels: FloatArray, sign: float
    ) -> float | None:
        """Kurtosis from the probabilities of determinants in the rotated orbitals."""
        occupations, weights = self._distribution(orbitals)
        values = occupations @ linear + 0.5 * sign * (occupations @ levels) ** 2
        return kurtosis(values, weights)

    def _distribution(self, orbitals: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Occupations of the rotated orbitals in each determinant, and its probability."""
        strings = self._space().strings
        values = (strings[0].values, strings[1].values)
        rotated = OrbitalRotation.to_orbitals(orbitals).apply(self.state, values)
        bits = [(v[:, None] >> np.arange(self.problem.norb)) & 1 for v in values]
        occupations = (bits[0][:, None, :] + bits[1][None, :, :]).reshape(-1, self.problem.norb)
        return occupations.astype(float), np.square(rotated).ravel()


@dataclass(frozen=True, eq=False)
class DeterminantCorrelations(Correlations):
    """Correlations of the reference determinant, from the cumulants of one-body operators.

    For commuting one-body operators in a determinant with projector P the cumulants are the
    derivatives of ``K = log det(1 + P(e^X − 1))`` for each spin.

    Args:
        problem: The electronic problem.
    """

    problem: ElectronicProblem

    def _projectors(self) -> list[FloatArray]:
        orbitals = np.arange(self.problem.norb)
        return [np.diag((orbitals < count).astype(float)) for count in self.problem.nelec]

    def density(self) -> FloatArray:
        """Diagonal matrix of two, one or no electrons in each orbital, shape (norb, norb)."""
        return np.asarray(sum(self._projectors()))

    def one_body_covariance(self) -> FloatArray:
        """``Σ_σ P_ps (1 − P)_rq``, symmetrised, shape (norb², norb²)."""
        norb = self.problem.norb
        found = np.zeros((norb,) * 4)
        for projector in self._projectors():
            found += np.einsum("ps,rq->pqrs", projector, np.eye(norb) - projector)
        flat = found.reshape(norb**2, norb**2)
        return np.asarray(0.5 * (flat + flat.T))

    def of_square(self, orbitals: FloatArray, levels: FloatArray) -> FloatArray:
        """Covariances from the joint cumulants up to the fourth."""
        norb = self.problem.norb
        cumulants = np.zeros((4, norb))
        covariance = np.zeros((norb, norb))
        for projector in self._projectors():
            rotated = orbitals.T @ projector @ orbitals
            cumulants += _cumulants(rotated, levels)
            covariance += np.diag(np.diag(rotated)) - rotated**2
        mean = float(levels @ cumulants[0])
        second, third, fourth = (float(levels @ row) for row in cumulants[1:])
        found = np.zeros((norb + 1, norb + 1))
        found[:-1, :-1] = covariance
        found[-1, :-1] = found[:-1, -1] = 0.5 * cumulants[2] + mean * cumulants[1]
        found[-1, -1] = 0.25 * (fourth + 4 * mean * third + 4 * mean**2 * second + 2 * second**2)
        return found


def kurtosis(values: FloatArray, weights: FloatArray) -> float | None:
    """The fourth central moment over the squared variance; None without fluctuations.

    Args:
        values: Values of the outcomes; shape (outcomes,).
        weights: Probabilities of the outcomes; shape (outcomes,).
    """
    centred = values - weights @ values
    variance = float(weights @ centred**2)
    return float(weights @ centred**4) / variance**2 if variance > NO_FLUCTUATION else None


def _cumulants(projector: FloatArray, levels: FloatArray) -> FloatArray:
    """Joint cumulants of each n_p with zero to three times L, shape (4, norb).

    ``∂K/∂ε`` along n_p is ``[e^X (1 + P(e^X − 1))⁻¹ P]_pp``; its series in t for ``X = tL``.
    """
    norb = len(levels)
    powers = [np.eye(norb)] + [np.diag(levels**k) for k in (1, 2, 3)]
    growth = [powers[0], powers[1], powers[2] / 2, powers[3] / 6]
    inverse = [np.eye(norb)]
    for order in (1, 2, 3):
        terms = (projector @ growth[k] @ inverse[order - k] for k in range(1, order + 1))
        inverse.append(-sum(terms, np.zeros((norb, norb))))
    found = np.empty((4, norb))
    for order, factorial in enumerate((1, 1, 2, 6)):
        terms = (growth[k] @ inverse[order - k] @ projector for k in range(order + 1))
        found[order] = factorial * np.diag(sum(terms, np.zeros((norb, norb))))
    return found
