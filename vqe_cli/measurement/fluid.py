"""Squares of one-body operators, with the one-body part distributed among them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.linalg import solve

from vqe_cli._core.arrays import FloatArray
from vqe_cli.measurement import Measurement, MeasurementPlan
from vqe_cli.measurement._correlations import Correlations, DeterminantCorrelations, correlations
from vqe_cli.measurement._low_rank import (
    Factorisation,
    electronic,
    factorise,
    moved,
    occupation_plan,
    shifted,
)
from vqe_cli.qubits.encoding import Encoding

ROUNDS = 30
"""Largest number of linear solves; their weights converge within a few."""

NOTHING_TO_GAIN = 1e-20
"""Hartree²: the state is an eigenstate of all squares."""

RIDGE = 1e-7
"""Regularisation as a share of the mean variance; directions without fluctuation stay unchanged."""


class Fluid(Measurement):
    """Low-rank squares with one-body terms moved between them to minimise the error.

    What moves is diagonal in a square's own orbitals, so that no further basis is needed.

    Reference:
        Choi, Loaiza and Izmaylov, Quantum 7, 889 (2023), arXiv:2208.14490.
    """

    needs_restricted_orbitals: ClassVar[bool] = True

    def plan(self, encoding: Encoding) -> MeasurementPlan:
        """Factorise, shift, then distribute the one-body part by the covariances of CISD.

        Returns:
            The measurement plan.
        """
        problem = electronic(encoding, self.name)
        known = correlations(problem, encoding.memory)
        density = DeterminantCorrelations(problem).density()
        parts = shifted(factorise(problem), density)
        return occupation_plan(encoding, shared_out(parts, known), known)


def shared_out(parts: Factorisation, known: Correlations) -> Factorisation:
    """Move one-body terms so that ``(Σ σ)²``, the number of shots needed, becomes small.

    With shots in proportion to σ, their number is ``Σ Var/σ`` up to a factor, quadratic in the
    moved terms; each round minimises it and then updates σ.

    Args:
        parts: The one-body part and the squares.
        known: Covariances of the classical state.

    Returns:
        The equivalent factorisation with the moved terms.
    """
    if not parts.squares:
        return parts
    problem = _Shares(parts, known)
    best, moves = problem.cost(problem.nothing), problem.nothing
    if best < NOTHING_TO_GAIN:
        return parts
    trial = problem.nothing
    for _ in range(ROUNDS):
        trial = problem.improved(trial)
        cost = problem.cost(trial)
        if cost < best:
            best, moves = cost, trial
        if cost > (1.0 - 1e-4) * best and trial is not moves:
            break
    return moved(parts, list(moves))


class _Shares:
    """Variances as functions of the one-body terms moved to each square.

    Args:
        parts: The one-body part and the squares.
        known: Covariances of the classical state.
    """

    def __init__(self, parts: Factorisation, known: Correlations) -> None:
        norb, count = len(parts.one_body), len(parts.squares)
        self.nothing = np.zeros((count, norb))
        root = _root(known.one_body_covariance())
        self._one_body = root @ parts.one_body.ravel()
        operators = [
            np.einsum("rp,sp->prs", part.orbitals, part.orbitals) for part in parts.squares
        ]
        self._moved = np.stack([op.reshape(norb, -1) @ root.T for op in operators])
        self._quadratic = np.empty((count, norb, norb))
        self._linear = np.empty((count, norb))
        self._constant = np.empty(count)
        for index, part in enumerate(parts.squares):
            covariance = known.of_square(part.orbitals, part.levels)
            occupations, square = covariance[:-1, :-1], part.sign * covariance[-1, :-1]
            self._quadratic[index] = occupations
            self._linear[index] = square + occupations @ part.linear
            weights = np.append(part.linear, part.sign)
            self._constant[index] = weights @ covariance @ weights

    def variances(self, moves: FloatArray) -> FloatArray:
        """Variances of the one-body part and of the squares, Hartree²; shape (squares + 1,)."""
        left = self._one_body - np.einsum("lp,lpk->k", moves, self._moved)
        squares = self._constant + 2 * np.einsum("lp,lp->l", moves, self._linear)
        squares = squares + np.einsum("lp,lpq,lq->l", moves, self._quadratic, moves)
        return np.asarray(np.maximum(np.append(left @ left, squares), 0.0))

    def cost(self, moves: FloatArray) -> float:
        """``(Σ σ)²``, Hartree²."""
        return float(np.sqrt(self.variances(moves)).sum() ** 2)

    def improved(self, moves: FloatArray) -> FloatArray:
        """The moves that minimise ``Σ Var/σ`` at the present σ; shape (squares, norb).

        The squares are coupled only through the one-body part, whose matrix has a small rank, so
        that the inverse follows from those of the blocks (Woodbury).
        """
        deviations = np.sqrt(self.variances(moves))
        deviations = np.maximum(deviations, 1e-3 * deviations.mean())
        ridge = RIDGE * float(np.einsum("lpp->l", self._quadratic).mean()) + 1e-14
        scaled = self._quadratic / deviations[1:, None, None]
        blocks = np.linalg.inv(scaled + ridge / deviations.mean() * np.eye(moves.shape[1]))
        coupling = self._moved / np.sqrt(deviations[0])
        target = np.einsum("lpk,k->lp", coupling, self._one_body / np.sqrt(deviations[0]))
        target = target - self._linear / deviations[1:, None]
        alone = np.einsum("lpq,lq->lp", blocks, target)
        spread = np.einsum("lpq,lqk->lpk", blocks, coupling)
        inner = np.eye(coupling.shape[2]) + np.einsum("lpk,lpm->km", coupling, spread)
        shared = solve(inner, np.einsum("lpk,lp->k", coupling, alone), assume_a="pos")
        return np.asarray(alone - np.einsum("lpk,k->lp", spread, shared))


def _root(matrix: FloatArray) -> FloatArray:
    """R with ``RᵀR`` the positive semidefinite matrix, without its null space."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > 1e-12 * values.max(initial=1e-300)
    return np.asarray((vectors[:, kept] * np.sqrt(values[kept])).T)
