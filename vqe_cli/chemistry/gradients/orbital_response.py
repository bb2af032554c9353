"""The response of Hartree-Fock orbitals to moving nuclei, for energies that depend on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli.errors import NotConvergedError, VqeError

DEGENERATE = 1e-5
"""Difference of orbital energies below which the orbitals of a pair are degenerate, Hartree."""

STATIONARY = 1e-6
"""Derivative by the rotation of a degenerate pair that counts as zero, Hartree."""

TOLERANCE = 1e-10
"""Convergence threshold of the response equations, relative."""

MAX_ITERATIONS = 500


class UndefinedForcesError(VqeError):
    """The energy has no derivative by the positions of the nuclei."""


@dataclass(frozen=True, eq=False)
class FockOperators:
    """The operators that Hartree-Fock orbitals make diagonal, over these orbitals.

    Args:
        scf: PySCF's RHF or ROHF object.
        mo_coeff: Orbital coefficients, shape (nao, nmo).
        mo_occ: Number of electrons in each orbital, 2, 1 or 0, shape (nmo,).
    """

    scf: Any
    mo_coeff: FloatArray
    mo_occ: FloatArray

    @property
    def occupations(self) -> FloatArray:
        """Occupations of alpha and beta orbitals, 1 or 0, shape (2, nmo)."""
        return np.array([self.mo_occ > 0, self.mo_occ == 2], dtype=float)

    @property
    def weights(self) -> FloatArray:
        """Weights of the two spins in each element of the effective operator, shape (2, nmo, nmo).

        It is the mean of both, but that of beta electrons between closed and open shells and that
        of alpha electrons between open and empty ones: Roothaan, Rev. Mod. Phys. 32, 179 (1960).
        """
        half_open = np.add.outer(self.mo_occ, self.mo_occ)
        different = self.mo_occ[:, None] != self.mo_occ
        alpha = np.full(half_open.shape, 0.5)
        alpha[different & (half_open == 3)] = 0.0
        alpha[different & (half_open == 1)] = 1.0
        return np.array([alpha, 1.0 - alpha])

    def densities(self) -> FloatArray:
        """Densities of both spins over atomic orbitals, shape (2, nao, nao)."""
        return np.array([(self.mo_coeff * n) @ self.mo_coeff.T for n in self.occupations])

    def of_spins(self) -> FloatArray:
        """Fock operators of both spins, Hartree, shape (2, nmo, nmo)."""
        core = self.mo_coeff.T @ self.scf.get_hcore() @ self.mo_coeff
        return np.asarray(core + self.repulsion(self.densities()))

    def effective(self) -> FloatArray:
        """The effective operator, diagonal over canonical orbitals, Hartree, shape (nmo, nmo)."""
        return np.asarray((self.weights * self.of_spins()).sum(axis=0))

    def repulsion(self, densities: FloatArray) -> FloatArray:
        """Coulomb operator of both densities, minus the exchange operator of each.

        Args:
            densities: Symmetric densities of both spins over atomic orbitals, (2, nao, nao).

        Returns:
            The operators over the orbitals, Hartree, shape (2, nmo, nmo).
        """
        coulomb, exchange = self.scf.get_jk(self.scf.mol, densities, hermi=1)
        return np.array(
            [self.mo_coeff.T @ (sum(coulomb) - one) @ self.mo_coeff for one in exchange]
        )


@dataclass(frozen=True, eq=False)
class OrbitalResponse:
    """The Lagrangian term ``Σ_σ Tr(Z^σ F^σ)`` that makes an energy stationary in all orbitals.

    F^σ are the Fock operators, and Z is the solution of the Z-vector equation: Handy and Schaefer,
    J. Chem. Phys. 81, 5031 (1984). Its derivative at fixed orbitals is the response.

    Args:
        multipliers: Z of both spins over the orbitals, shape (2, nmo, nmo).
        generalised_fock: The generalised Fock matrix of the term, Hartree, shape (nmo, nmo).
        degenerate: Pairs of degenerate orbitals (from 0) that were taken to stay as they are.
    """

    multipliers: FloatArray
    generalised_fock: FloatArray
    degenerate: tuple[tuple[int, int], ...]


def orbital_response(operators: FockOperators, generalised_fock: FloatArray) -> OrbitalResponse:
    """Solve for the multipliers of the conditions that define canonical orbitals.

    Every pair of orbitals counts: those of different occupation, whose rotations lower no energy of
    Hartree-Fock, and those of equal occupation, between which the Fock operator is diagonal.

    Args:
        operators: The Fock operators.
        generalised_fock: The generalised Fock matrix of the energy, Hartree, shape (nmo, nmo);
            twice its antisymmetric part times two is the derivative by rotations of orbitals.

    Returns:
        The response.

    Raises:
        UndefinedForcesError: The energy depends on the choice among degenerate orbitals.
        NotConvergedError: The equations did not converge.
    """
    equations = _Equations(operators)
    slope = generalised_fock - generalised_fock.T
    same, degenerate = _of_equal_occupation(operators.mo_occ, equations.levels, slope)
    known = equations.term(same)
    between = np.subtract.outer(operators.mo_occ, operators.mo_occ) < 0
    found = same + equations.solve(slope + known - known.T, between)
    return OrbitalResponse(operators.weights * found, equations.term(found), degenerate)


def _of_equal_occupation(
    mo_occ: FloatArray, levels: FloatArray, slope: FloatArray
) -> tuple[FloatArray, tuple[tuple[int, int], ...]]:
    """Multipliers of pairs of equal occupation, shape (nmo, nmo), and the degenerate pairs."""
    gaps = np.subtract.outer(levels, levels)
    equal = mo_occ[:, None] == mo_occ
    np.fill_diagonal(equal, False)
    close = equal & (np.abs(gaps) < DEGENERATE)
    if (np.abs(slope[close]) > STATIONARY).any():
        row, column = np.argwhere(close & (np.abs(slope) > STATIONARY))[0]
        raise UndefinedForcesError(
            "the energy depends on the choice among degenerate orbitals"
            f" ({levels[row]:.4f} and {levels[column]:.4f} Hartree), so it has no derivative",
            hint="use orbitals: optimised",
        )
    found = np.zeros_like(slope)
    apart = equal & ~close
    found[apart] = -slope[apart] / gaps[apart]
    pairs = tuple((int(p), int(q)) for p, q in np.argwhere(np.triu(close)))
    return found, pairs


class _Equations:
    """The linear equations of the multipliers between orbitals of different occupation."""

    def __init__(self, operators: FockOperators) -> None:
        self.operators = operators
        self.weights, self.fock = operators.weights, operators.of_spins()
        self.levels = np.diag((self.weights * self.fock).sum(axis=0))

    def term(self, multipliers: FloatArray) -> FloatArray:
        """The generalised Fock matrix of ``Σ_σ Tr(Z^σ F^σ)``, Hartree, shape (nmo, nmo)."""
        coefficients = self.operators.mo_coeff
        spins = self.weights * multipliers
        changed = self.operators.repulsion(
            np.array([coefficients @ z @ coefficients.T for z in spins])
        )
        occupied = changed * self.operators.occupations[:, None, :]
        return np.asarray((self.fock @ spins + occupied).sum(axis=0))

    def solve(self, slope: FloatArray, between: npt.NDArray[np.bool_]) -> FloatArray:
        """Multipliers that make the energy stationary for the given pairs, shape (nmo, nmo)."""
        from scipy.sparse.linalg import LinearOperator, gmres

        rows, columns = np.nonzero(between)
        gaps = self.levels[rows] - self.levels[columns]
        count = len(rows)

        def spread(values: FloatArray) -> FloatArray:
            matrix = np.zeros_like(slope)
            matrix[rows, columns] = matrix[columns, rows] = values / gaps
            return matrix

        def product(values: FloatArray) -> FloatArray:
            found = self.term(spread(np.asarray(values)))
            return np.asarray((found - found.T)[rows, columns])

        right = -slope[rows, columns]
        if np.abs(right).max(initial=0.0) < TOLERANCE:
            return np.zeros_like(slope)
        operator = LinearOperator((count, count), matvec=product, dtype=float)
        values, failed = gmres(
            operator, right, rtol=TOLERANCE, atol=TOLERANCE, restart=min(count, 100),
            maxiter=MAX_ITERATIONS,
        )  # fmt: skip
        if failed:
            raise NotConvergedError(
                "the response of the orbitals did not converge",
                hint="use orbitals: optimised",
            )
        return spread(values)
