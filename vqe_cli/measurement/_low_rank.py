"""The Hamiltonian as a sum of squares of one-body operators, each measured in its own orbitals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import NORMAL_KURTOSIS, BoolArray, MeasurementBasis, MeasurementPlan
from vqe_cli.measurement._correlations import Correlations
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.orbital_rotations import OrbitalRotation

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

NEGLIGIBLE = 1e-9
"""Hartree: upper bound on the energy of all squares that are left out."""

SMALLEST_DEVIATION = 0.02
"""Smallest predicted deviation, as a share of the mean deviation."""


@dataclass(frozen=True, eq=False)
class Fragment:
    """``Σ linear_p n_p + ½ sign (Σ levels_p n_p)²`` in orbitals of its own, spin-summed n.

    Args:
        orbitals: U, one orbital in each column, shape (norb, norb).
        linear: Linear coefficients, Hartree; shape (norb,).
        levels: Coefficients in the square, Hartree^½; shape (norb,).
        sign: Sign of the square, 1 or −1.
    """

    orbitals: FloatArray
    linear: FloatArray
    levels: FloatArray
    sign: float

    def variance(self, known: Correlations) -> float:
        """Variance of one shot, Hartree²."""
        weights = np.append(self.linear, self.sign)
        covariance = known.of_square(self.orbitals, self.levels)
        return max(float(weights @ covariance @ weights), 0.0)

    def kurtosis(self, known: Correlations) -> float | None:
        """Kurtosis of one shot; None where it is not known."""
        return known.kurtosis(self.orbitals, self.linear, self.levels, self.sign)


@dataclass(frozen=True, eq=False)
class Factorisation:
    """``H = constant + Σ f_pq E_pq + ½ Σ_l sign_l (Σ levels_p n_p)_l²``.

    Args:
        constant: Constant term, Hartree.
        one_body: f, symmetric, Hartree; shape (norb, norb).
        squares: The fragments with squares.
    """

    constant: float
    one_body: FloatArray
    squares: tuple[Fragment, ...]

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """The one-body part in its own orbitals, and the squares."""
        levels, orbitals = np.linalg.eigh(self.one_body)
        first = Fragment(orbitals, levels, np.zeros_like(levels), 1.0)
        return (first, *self.squares)


def factorise(problem: ElectronicProblem) -> Factorisation:
    """Factorise the two-electron integrals, a matrix over pairs of orbitals, by its eigenvectors.

    ``½ Σ (pq|rs) (E_pq E_rs − δ_qr E_ps)``: each eigenvector is a one-body operator, and its
    eigenvectors are the orbitals in which it is diagonal.

    Args:
        problem: The electronic problem.

    Returns:
        The constant, the one-body part and the squares, Hartree.

    Reference:
        Berry et al., Quantum 3, 208 (2019); Huggins et al., npj Quantum Inf. 7, 23 (2021).
    """
    norb = problem.norb
    values, vectors = np.linalg.eigh(problem.h2.reshape(norb**2, norb**2))
    squares = []
    bounds = []
    for value, vector in sorted(zip(values, vectors.T, strict=True), key=lambda p: -abs(p[0])):
        matrix = vector.reshape(norb, norb)
        levels, orbitals = np.linalg.eigh(np.sqrt(abs(value)) * 0.5 * (matrix + matrix.T))
        bounds.append(0.5 * float(np.sum(2 * np.abs(levels))) ** 2)
        sign = 1.0 if value > 0 else -1.0
        squares.append(Fragment(orbitals, np.zeros(norb), levels, sign))
    left_out = np.cumsum(bounds[::-1])[::-1] < NEGLIGIBLE
    kept = tuple(part for part, out in zip(squares, left_out, strict=True) if not out)
    one_body = problem.h1 - 0.5 * np.einsum("prrs->ps", problem.h2)
    return Factorisation(problem.core_energy, one_body, kept)


def shifted(parts: Factorisation, density: FloatArray) -> Factorisation:
    """``½L² = ½(L − ⟨L⟩)² + ⟨L⟩L − ½⟨L⟩²``: linear terms take most of the fluctuation away.

    The square keeps its eigenvalues and gets a linear part ``−⟨L⟩L``; what it loses goes to the
    one-body part.

    Args:
        parts: The factorisation.
        density: Spin-summed one-body density that gives ⟨L⟩; shape (norb, norb).
    """
    linear = []
    for part in parts.squares:
        occupations = np.einsum("qp,qr,rp->p", part.orbitals, density, part.orbitals)
        linear.append(-part.sign * float(part.levels @ occupations) * part.levels)
    return moved(parts, linear)


def moved(parts: Factorisation, linear: Sequence[FloatArray]) -> Factorisation:
    """Give every square a linear part and take it from the one-body part; the sum stays.

    Args:
        parts: The factorisation.
        linear: For every square, its linear part in its own orbitals, Hartree; shape (norb,).

    Returns:
        The equivalent factorisation.
    """
    one_body = parts.one_body.copy()
    squares = []
    for part, extra in zip(parts.squares, linear, strict=True):
        one_body -= (part.orbitals * extra) @ part.orbitals.T
        squares.append(replace(part, linear=part.linear + extra))
    return Factorisation(parts.constant, one_body, tuple(squares))


@dataclass(frozen=True, eq=False)
class OccupationBasis(MeasurementBasis):
    """Occupation numbers of rotated orbitals.

    Args:
        encoding: The encoding whose qubits are read.
        fragment: The fragment of the Hamiltonian that is measured.
    """

    encoding: Encoding
    fragment: Fragment

    @cached_property
    def orbital_rotation(self) -> OrbitalRotation:
        """The rotation to the fragment's orbitals."""
        return OrbitalRotation.to_orbitals(self.fragment.orbitals)

    def circuit(self) -> QuantumCircuit:
        """A network of Givens rotations."""
        return self.orbital_rotation.circuit(self.encoding)

    def values(self, outcomes: IntArray) -> FloatArray:
        """The fragment's energies for outcomes, Hartree; shape (outcomes,)."""
        alpha, beta = self._strings(outcomes)
        orbitals = np.arange(self.orbital_rotation.norb)
        occupations = (alpha[:, None] >> orbitals & 1) + (beta[:, None] >> orbitals & 1)
        part = self.fragment
        square = 0.5 * part.sign * (occupations @ part.levels) ** 2
        return np.asarray(occupations @ part.linear + square)

    def allowed(self, outcomes: IntArray) -> BoolArray:
        """Whether the number of electrons of each spin is right; shape (outcomes,)."""
        return self.encoding.has_right_electrons(outcomes)

    def _strings(self, outcomes: IntArray) -> tuple[IntArray, IntArray]:
        norb = self.orbital_rotation.norb
        occupied = self.encoding.occupation_map.occupations(outcomes)
        return occupied & ((1 << norb) - 1), occupied >> norb


def electronic(encoding: Encoding, name: str) -> ElectronicProblem:
    """The electronic problem of an encoding.

    Args:
        encoding: The problem, and its mapping to qubits.
        name: Name of the measurement method, for the message.

    Raises:
        InputError: The problem is a qubit Hamiltonian, qubits are tapered by irreps, or alpha and
            beta orbitals differ.
    """
    if not encoding.can_rotate_orbitals:
        raise InputError(
            f"measurement '{name}' rotates orbitals of different irreps into one another, and their"
            " parities are those by which qubits are tapered",
            path=("backend", "measurement"),
            hint="use qubit-wise or fully-commuting, or mapper.taper: parities",
        )
    if not isinstance(encoding.problem, ElectronicProblem):
        raise InputError(
            f"measurement '{name}' rotates orbitals, and a qubit Hamiltonian has none",
            path=("backend", "measurement"),
            hint="use qubit-wise or fully-commuting",
        )
    if encoding.problem.beta is not None:
        raise InputError(
            f"measurement '{name}' rotates the orbitals of both spins alike, and they differ",
            path=("backend", "measurement"),
            hint="use qubit-wise or fully-commuting",
        )
    return encoding.problem


def occupation_plan(
    encoding: Encoding, parts: Factorisation, known: Correlations
) -> MeasurementPlan:
    """The measurement plan of a sum of squares.

    Args:
        encoding: The problem, and its mapping to qubits.
        parts: The one-body part and the squares.
        known: Correlations that predict the fluctuations.
    """
    fragments = parts.fragments
    found = np.sqrt([fragment.variance(known) for fragment in fragments])
    least = max(SMALLEST_DEVIATION * float(found.mean()), 1e-8)
    bases = tuple(OccupationBasis(encoding, fragment) for fragment in fragments)
    kurtosis = np.array([fragment.kurtosis(known) or NORMAL_KURTOSIS for fragment in fragments])
    return MeasurementPlan(parts.constant, bases, np.maximum(found, least), kurtosis)
