"""The Hamiltonian among determinants that a product carries, from measured energies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli.fermions.determinants.action import excited
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, Rotation
from vqe_cli.variational.state_methods import GroundState, MeasuredEnergy

Determinant = tuple[int, int]
"""Positions of an alpha and a beta string."""

PRESENT = 1e-10
"""Smallest amplitude of a determinant that counts."""


@dataclass(frozen=True, eq=False)
class MeasuredLevel:
    """An eigenvalue of a measured matrix.

    Args:
        energy: Total energy, Hartree.
        standard_error: Standard error to first order in the errors of the matrix, Hartree; None
            if these are exact.
        admixture: Weight of other eigenstates that these errors are expected to mix in, to second
            order.
        vector: Coefficients of the basis states, shape (n,).
    """

    energy: float
    standard_error: float | None
    admixture: float
    vector: FloatArray


@dataclass(frozen=True, eq=False)
class MeasuredMatrix:
    """The matrix ``H_kl = s_kl (E_kl − (E_k + E_l)/2)``, with energies ``E_k`` on the diagonal.

    Args:
        energies: Energies of the basis states on the diagonal, and of ``(|k⟩ + s_kl|l⟩)/√2``
            elsewhere; symmetric, Hartree, shape (n, n).
        variances: Squares of their standard errors, shape (n, n).
        signs: The signs s_kl, zero on the diagonal, shape (n, n).
    """

    energies: FloatArray
    variances: FloatArray
    signs: FloatArray

    @cached_property
    def matrix(self) -> FloatArray:
        """The Hamiltonian in the basis, Hartree, shape (n, n)."""
        own = np.diag(self.energies)
        means = 0.5 * (own[:, None] + own[None, :])
        return np.asarray(np.diag(own) + self.signs * (self.energies - means))

    def levels(self) -> Iterator[MeasuredLevel]:
        """The eigenvalues in ascending order, with their errors."""
        values, vectors = np.linalg.eigh(self.matrix)
        for place, value in enumerate(values):
            variances = self._variances(vectors, place)
            others = np.arange(len(values)) != place
            gaps = value - values[others]
            weights = np.divide(
                variances[others], gaps**2, out=0.0 * gaps, where=variances[others] > 0
            )
            yield MeasuredLevel(
                energy=float(value),
                standard_error=math.sqrt(variances[place]) if self.variances.any() else None,
                admixture=float(weights.sum()),
                vector=vectors[:, place],
            )

    def _variances(self, vectors: FloatArray, place: int) -> FloatArray:
        """Variances of the matrix elements between an eigenvector and all, shape (n,)."""
        one = vectors[:, place]
        single = one[:, None] * (vectors - 0.5 * self.signs @ vectors)
        single -= 0.5 * (self.signs @ one)[:, None] * vectors
        own = np.diag(self.variances)
        paired = one[:, None, None] * vectors[None] + vectors[:, None] * one[None, :, None]
        between = self.variances - np.diag(own)
        return np.asarray(own @ single**2 + 0.5 * np.einsum("kl,klb->b", between, paired**2))


def determinants_of(space: SectorSpace, vectors: Sequence[FloatArray]) -> list[Determinant]:
    """The determinants in the span of vectors.

    Args:
        space: The determinants.
        vectors: Vectors in the packed layout, each of shape (dimension,).
    """
    weights = space.unpack(np.abs(np.array(vectors)).sum(axis=0))
    return [(int(alpha), int(beta)) for alpha, beta in np.argwhere(weights > PRESENT)]


def measured_matrix(
    ground: GroundState,
    space: SectorSpace,
    determinants: Sequence[Determinant],
    energy: MeasuredEnergy,
) -> MeasuredMatrix:
    """The Hamiltonian among determinants that the product of a run carries.

    A determinant, or the sum of two, is prepared by one or two rotations that act before the
    product: by π/2 from the reference determinant, and by π/4 from one determinant to another.

    Args:
        ground: The state of the run.
        space: The determinants of one irrep.
        determinants: Those of the basis.
        energy: Function that measures the energy of a product.
    """
    reference = np.argwhere(ground.space.unpack(ground.objective.reference) != 0.0)[0]
    start = _occupied(ground.space, (int(reference[0]), int(reference[1])))
    occupied = [_occupied(space, one) for one in determinants]
    energies, variances, signs = (np.zeros((len(occupied),) * 2) for _ in range(3))
    for k, first in enumerate(occupied):
        there = [] if first == start else [(_moving(start, first), math.pi / 2)]
        for other in range(k, len(occupied)):
            steps = list(there)
            if other > k:
                move = _moving(first, occupied[other])
                steps.append((move, math.pi / 4))
                signs[k, other] = signs[other, k] = _sign(
                    space, move, determinants[k], determinants[other]
                )
            found = energy(*_after(steps, ground.product, ground.x))
            energies[k, other] = energies[other, k] = found.value
            variances[k, other] = variances[other, k] = (found.standard_error or 0.0) ** 2
    return MeasuredMatrix(energies, variances, signs)


def unit(space: SectorSpace, determinant: Determinant) -> FloatArray:
    """A determinant as a vector, shape (alpha strings, beta strings).

    Args:
        space: The determinants.
        determinant: The determinant.
    """
    vector = np.zeros([strings.values.size for strings in space.strings])
    vector[determinant] = 1.0
    return vector


def _occupied(space: SectorSpace, determinant: Determinant) -> tuple[int, int]:
    """Occupied orbitals of both spins as bits."""
    alpha, beta = (
        int(strings.values[place])
        for strings, place in zip(space.strings, determinant, strict=True)
    )
    return alpha, beta


def _moving(start: tuple[int, int], end: tuple[int, int]) -> Excitation:
    """The excitation from one determinant to another."""
    create, annihilate = (
        tuple(
            (orbital, spin)
            for spin in (0, 1)
            for orbital in range((there[spin] | here[spin]).bit_length())
            if there[spin] & ~here[spin] & 1 << orbital
        )
        for here, there in ((start, end), (end, start))
    )
    return Excitation(create=create, annihilate=annihilate)


def _sign(space: SectorSpace, move: Excitation, start: Determinant, end: Determinant) -> float:
    """The sign with which an excitation moves one determinant to another."""
    return float(excited(move, space.strings, unit(space, start))[end])


def _after(
    steps: Sequence[tuple[Excitation, float]], product: ExcitationProduct, x: Vector
) -> tuple[ExcitationProduct, Vector]:
    """The product after rotations by fixed angles, and its parameters."""
    count = product.num_parameters
    before = tuple(Rotation(move, count + place) for place, (move, _) in enumerate(steps))
    longer = replace(
        product, rotations=before + product.rotations, num_parameters=count + len(steps)
    )
    return longer, np.append(x, [angle for _, angle in steps])
