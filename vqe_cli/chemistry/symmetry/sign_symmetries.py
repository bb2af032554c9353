"""Point groups found in integrals, as sign changes of orbitals that keep the integrals.

An abelian point group acts on symmetry-adapted real orbitals by signs. Signs s with
``s_p s_q h_pq = h_pq`` and ``s_p s_q s_r s_s (pq|rs) = (pq|rs)`` are the null space, over the
field of two elements, of the integrals that do not vanish. This needs no labels from a file, and
cannot find a symmetry that the integrals do not have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from scipy.optimize import minimize, root

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.seeds import guesses

FORBIDDEN = 1e-8
"""Largest integral that counts as vanishing by symmetry, Hartree."""

DEGENERATE = 1e-6
"""Largest difference between degenerate eigenvalues, Hartree."""

LARGEST_DEGENERACY = 6
"""Largest set of degenerate orbitals that is aligned; a larger one is not an atom's shell."""

MAX_ORBITALS = 60
"""Maximum number of orbitals, whose sets are stored as 64-bit integers."""

MAX_GENERATORS = 3
"""Number of generators of D2h, the largest abelian point group of PySCF's full CI."""

STARTS = 5


@dataclass(frozen=True, eq=False)
class AdaptedOrbitals:
    """Orthonormal orbitals, each of one irrep.

    Args:
        coefficients: Columns over the orbitals of the integrals, shape (norb, norb).
        irreps: Irreps of the orbitals, multiplied by exclusive or; all zero without symmetry.
    """

    coefficients: FloatArray
    irreps: tuple[int, ...]


def symmetry_adapted(h1: FloatArray, eri: FloatArray) -> AdaptedOrbitals:
    """Symmetry-adapted orbitals of given integrals.

    These are the integrals' own orbitals if they have as much symmetry as the eigenvectors of the
    one-electron Hamiltonian, which do not depend on the choice of orbitals.

    Args:
        h1: One-electron integrals in Hartree, shape (norb, norb).
        eri: Two-electron integrals, Hartree, eightfold packing.
    """
    norb = len(h1)
    own = AdaptedOrbitals(np.eye(norb), (0,) * norb)
    if norb > MAX_ORBITALS:
        return own
    own = AdaptedOrbitals(own.coefficients, irreps_of_integrals(h1, eri))
    aligned = [_aligned_eigenvectors(h1, eri, sign) for sign in (1.0, -1.0)]
    others = [
        AdaptedOrbitals(vectors, irreps_of_integrals(*transformed(h1, eri, vectors)))
        for vectors in aligned
        if vectors is not None
    ]
    return max(own, *others, key=lambda found: max(found.irreps).bit_length())


def transformed(
    h1: FloatArray, eri: FloatArray, coefficients: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The integrals over other orbitals.

    Args:
        h1: One-electron integrals, Hartree, shape (norb, norb).
        eri: Two-electron integrals, Hartree, eightfold packing.
        coefficients: The new orbitals as columns, shape (norb, n).
    """
    from pyscf import ao2mo

    count = coefficients.shape[1]
    packed = ao2mo.restore(8, ao2mo.incore.full(eri, coefficients, verbose=0), count)
    return coefficients.T @ h1 @ coefficients, np.asarray(packed)


def irreps_of_integrals(h1: FloatArray, eri: FloatArray) -> tuple[int, ...]:
    """Find irreps such that all integrals that these forbid vanish.

    Args:
        h1: One-electron integrals of at most 60 orbitals, Hartree, shape (norb, norb).
        eri: Two-electron integrals, Hartree, eightfold packing.

    Returns:
        The irreps of the orbitals; the first orbital's is zero.
    """
    norb = len(h1)
    generators = _null_space(_nonvanishing(h1, eri), norb)[:MAX_GENERATORS]
    return tuple(
        sum(((signs >> orbital) & 1) << place for place, signs in enumerate(generators))
        for orbital in range(norb)
    )


def _nonvanishing(h1: FloatArray, eri: FloatArray) -> list[int]:
    """Distinct sets, as bits, of orbitals that occur an odd number of times in an integral."""
    rows, columns = np.tril_indices(len(h1))
    pairs = (1 << rows) ^ (1 << columns)
    bra, ket = np.tril_indices(pairs.size)
    one = pairs[np.abs(h1[rows, columns]) > FORBIDDEN]
    strong = np.abs(eri) > FORBIDDEN
    two = pairs[bra[strong]] ^ pairs[ket[strong]]
    return [int(mask) for mask in np.unique(np.concatenate([one, two])) if mask]


def _null_space(masks: list[int], norb: int) -> list[int]:
    """Sets of orbitals that share an even number with every mask, without the first orbital.

    The trivial set of all orbitals is excluded by leaving out the first orbital.
    """
    echelon: dict[int, int] = {}
    for mask in [1, *masks]:
        rest = reduce(lambda left, pivot: _cleared(left, pivot, echelon), sorted(echelon), mask)
        if not rest:
            continue
        pivot = (rest & -rest).bit_length() - 1
        echelon = {other: row ^ rest if row >> pivot & 1 else row for other, row in echelon.items()}
        echelon[pivot] = rest
        if len(echelon) == norb:
            return []
    free = [orbital for orbital in range(norb) if orbital not in echelon]
    return [
        (1 << orbital) | sum(1 << pivot for pivot, row in echelon.items() if row >> orbital & 1)
        for orbital in free
    ]


def _cleared(mask: int, pivot: int, echelon: dict[int, int]) -> int:
    return mask ^ echelon[pivot] if mask >> pivot & 1 else mask


def _aligned_eigenvectors(h1: FloatArray, eri: FloatArray, sign: float) -> FloatArray | None:
    """Find eigenvectors of the one-electron Hamiltonian, with degenerate ones aligned.

    The field of one orbital of a shell splits this shell and all others in the same way, so that
    shells on different atoms, or of different energy, are aligned with the same axes.

    Returns:
        The eigenvectors as columns, shape (norb, norb); None if too many are degenerate.
    """
    energies, vectors = np.linalg.eigh(h1)
    shells = _split(vectors, energies)
    while any(shell.shape[1] > 1 for shell in shells):
        at, shell = next((i, shell) for i, shell in enumerate(shells) if shell.shape[1] > 1)
        if shell.shape[1] > LARGEST_DEGENERACY:
            return None
        orbital = _extreme(shell, eri, sign)
        rest = shell @ np.linalg.svd((shell.T @ orbital)[None, :])[2][1:].T
        shells[at : at + 1] = [orbital[:, None], rest]
        field = _coulomb(eri, orbital)
        shells = [part for whole in shells for part in _in_field(whole, field)]
    return np.hstack(shells)


def _in_field(shell: FloatArray, field: FloatArray) -> list[FloatArray]:
    """The parts of a shell with different energies in a field."""
    if shell.shape[1] == 1:
        return [shell]
    energies, rotation = np.linalg.eigh(shell.T @ field @ shell)
    return _split(shell @ rotation, energies)


def _split(vectors: FloatArray, energies: FloatArray) -> list[FloatArray]:
    """Groups of columns of equal energy."""
    bounds = np.flatnonzero(np.diff(energies) > DEGENERATE) + 1
    return [np.asarray(part) for part in np.split(vectors, bounds, axis=1)]


def _extreme(shell: FloatArray, eri: FloatArray, sign: float) -> FloatArray:
    """The orbital x of a shell for which ``Σ_a (xx|xa)²`` is lowest, or highest.

    The sum over all orbitals does not depend on their choice; if the shell's symmetry fixes
    directions, the extrema lie along them.

    Args:
        shell: The shell's orbitals as columns, shape (norb, size).
        eri: Two-electron integrals, Hartree, eightfold packing.
        sign: The sign of the extremum: 1 for the lowest, -1 for the highest.
    """
    from pyscf import ao2mo

    norb, size = shell.shape
    tensor = ao2mo.incore.general(eri, (shell, shell, shell, np.eye(norb)), compact=False)
    tensor = tensor.reshape(size, size, size, norb)
    tensor = (tensor + tensor.transpose(0, 2, 1, 3) + tensor.transpose(2, 1, 0, 3)) / 3

    def slope(x: FloatArray) -> FloatArray:
        """Half the gradient, a homogeneous polynomial of degree five."""
        cubic = np.einsum("pqra,p,q->ra", tensor, x, x)
        return np.asarray(sign * 3.0 * cubic @ (x @ cubic))

    def energy(x: FloatArray) -> tuple[float, FloatArray]:
        length = float(np.linalg.norm(x))
        unit = x / length
        along = float(slope(unit) @ unit)
        return along / 3.0, 2.0 * (slope(unit) - along * unit) / length

    starts = guesses().normal(size=(STARTS, size))
    found = [minimize(energy, start, jac=True, tol=1e-12) for start in starts]
    best = min(found, key=lambda result: float(result.fun)).x
    return np.asarray(shell @ _polished(slope, best / np.linalg.norm(best)))


def _polished(slope: Callable[[FloatArray], FloatArray], unit: FloatArray) -> FloatArray:
    """The stationary point on the unit sphere nearest to an approximate one.

    A minimiser finds it only to the square root of round-off.
    """

    def equations(z: FloatArray) -> FloatArray:
        x, multiplier = z[:-1], z[-1]
        return np.append(slope(x) - multiplier * x, x @ x - 1.0)

    solved = root(equations, np.append(unit, slope(unit) @ unit), tol=1e-15).x[:-1]
    near = np.linalg.norm(solved - unit) < 1e-3
    return np.asarray(solved / np.linalg.norm(solved)) if near else unit


def _coulomb(eri: FloatArray, orbital: FloatArray) -> FloatArray:
    from pyscf.scf import hf

    coulomb, _ = hf.dot_eri_dm(eri, np.outer(orbital, orbital), hermi=1, with_k=False)
    return np.asarray(coulomb)


def by_irreps(matrix: FloatArray, irreps: Any) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues and eigenvectors of the blocks of a symmetric matrix, in ascending order.

    Args:
        matrix: The symmetric matrix, shape (n, n).
        irreps: Irreps of the rows, shape (n,).
    """
    energies, vectors = np.zeros(len(matrix)), np.zeros_like(matrix)
    filled = 0
    for irrep in np.unique(irreps):
        rows = np.flatnonzero(irreps == irrep)
        columns = np.arange(filled, filled + rows.size)
        energies[columns], vectors[np.ix_(rows, columns)] = np.linalg.eigh(
            matrix[np.ix_(rows, rows)]
        )
        filled += rows.size
    order = np.argsort(energies, kind="stable")
    return energies[order], vectors[:, order]
