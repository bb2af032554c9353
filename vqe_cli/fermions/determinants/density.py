"""Reduced density matrices of a packed vector."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.threads import pyscf_threads_for
from vqe_cli.fermions.determinants import kernels
from vqe_cli.fermions.determinants.space import SectorSpace, rank_in_irrep

PANEL = 64
"""Number of columns processed at a time, so that frequently used rows stay in the cache."""

UNPACKED = 4
"""Maximum number of arrays over all alpha and beta strings that a two-body density needs."""


def one_body_density(space: SectorSpace, psi: FloatArray) -> FloatArray:
    """The one-body density ``γ^σ_pq = ⟨a†_pσ a_qσ⟩``, shape (2, norb, norb).

    A block of the vector is a matrix of alpha by beta strings. The density of alpha electrons pairs
    its rows, that of beta electrons its columns; strings of different irreps do not mix.

    Args:
        space: The determinants.
        psi: Normalised amplitudes in the packed layout, shape (dimension,).
    """
    norb = space.norb
    found = np.zeros((2, norb * norb))
    moves = [_lower_moves(space, spin) for spin in (0, 1)]
    overlaps = kernels.overlaps.for_steps(space.dimension)
    for irrep in range(space.num_irreps):
        rows = np.flatnonzero(space.irreps[0] == irrep)
        if rows.size == 0 or space.columns[irrep] == 0:
            continue
        start, size = space.row_start[rows[0]], rows.size * space.columns[irrep]
        block = psi[start : start + size].reshape(rows.size, -1)
        for spin, matrix in enumerate((block, block.T)):
            pairs = _within(moves[spin], irrep ^ (spin * space.target))
            for column in range(0, matrix.shape[1], PANEL):
                panel = np.ascontiguousarray(matrix[:, column : column + PANEL])
                overlaps(panel, *pairs, found[spin])
    lower = found.reshape(2, norb, norb)
    return np.asarray(lower + np.tril(lower, -1).transpose(0, 2, 1))


def two_body_density(space: SectorSpace, psi: FloatArray, memory: Memory = MACHINE) -> FloatArray:
    """The two-body density ``Γ_pqrs = Σ_στ ⟨a†_pσ a†_rτ a_sτ a_qσ⟩``, by PySCF, shape (norb,)*4.

    Args:
        space: The determinants.
        psi: Normalised amplitudes in the packed layout, shape (dimension,).
        memory: The memory limit.

    Raises:
        ResourceLimitError: The density would not fit into memory.
    """
    from pyscf.fci import direct_spin1

    size = space.irreps[0].size * space.irreps[1].size
    memory.refuse_if_larger(
        8 * UNPACKED * size,
        f"the two-body density of {size:,} determinants without their irreps",
        "choose a smaller active space: --active-space '{name: frontier, ...}'",
    )
    with pyscf_threads_for(size):
        _, found = direct_spin1.make_rdm12(space.unpack(psi), space.norb, space.nelec)
    return np.asarray(found)


def opposite_spin_density(
    space: SectorSpace, psi: FloatArray, memory: Memory = MACHINE
) -> tuple[FloatArray, FloatArray]:
    """Densities ``⟨a†_pσ a_qσ⟩``, shape (2, norb, norb), and ``⟨a†_pα a_qα a†_rβ a_sβ⟩``, by PySCF.

    Args:
        space: The determinants.
        psi: Normalised amplitudes in the packed layout, shape (dimension,).
        memory: The memory limit.

    Raises:
        ResourceLimitError: The density would not fit into memory.
    """
    from pyscf.fci import direct_spin1

    size = space.irreps[0].size * space.irreps[1].size
    memory.refuse_if_larger(
        8 * UNPACKED * size,
        f"the spin of {size:,} determinants of unrestricted orbitals",
        "choose a smaller active space: --active-space '{name: frontier, ...}'",
    )
    with pyscf_threads_for(size):
        one_body, (_, opposite, _) = direct_spin1.make_rdm12s(
            space.unpack(psi), space.norb, space.nelec
        )
    # PySCF's one-body matrix is ⟨q†p⟩, symmetric for real states.
    return np.array(one_body), np.asarray(opposite)


def _lower_moves(space: SectorSpace, spin: int) -> tuple[Any, ...]:
    """Tabulate all ``a†_p a_q`` with p ≥ q that keep the irrep of a string.

    Returns:
        For every move: irrep of the strings, ranks of the initial and the final string in the
        irrep, position of pq, and sign; each of shape (moves,).
    """
    strings, irreps, norb = space.strings[spin], space.irreps[spin], space.norb
    rank = rank_in_irrep(irreps)
    parts = []
    for p in range(norb):
        for q in range(p + 1):
            if space.orbsym[p] == space.orbsym[q]:
                found = strings.transition(((p, True), (q, False)))
                place = np.full(found.source.size, p * norb + q)
                source, target = rank[found.source], rank[found.target]
                parts.append((irreps[found.source], source, target, place, found.sign))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def _within(moves: tuple[Any, ...], irrep: int) -> tuple[IntArray, ...]:
    """The moves of strings of one irrep, without the irrep's own array."""
    chosen = moves[0] == irrep
    return tuple(column[chosen] for column in moves[1:])
