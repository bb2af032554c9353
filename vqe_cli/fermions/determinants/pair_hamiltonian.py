"""The Hamiltonian among determinants of electron pairs, and its square, which leaves them."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.fermions.determinants import pair_kernels
from vqe_cli.fermions.determinants.pairs import PairSpace
from vqe_cli.fermions.determinants.strings import Strings
from vqe_cli.fermions.determinants.tables import listed
from vqe_cli.fermions.problem import ElectronicProblem


class PairHamiltonian:
    """The Hamiltonian without the core energy among determinants of pairs.

    ``Σ_i N_i (2h_ii + (ii|ii)) + Σ_i≠j N_i N_j (2(ii|jj) − (ij|ij)) + Σ_i≠a (ia|ia) P†_a P_i``
    (Weinhold and Wilson, J. Chem. Phys. 46, 2752 (1967)).

    Args:
        problem: The problem with its integrals.
        space: The determinants.
    """

    kind = "pairs"

    def __init__(self, problem: ElectronicProblem, space: PairSpace) -> None:
        self._problem, self._space = problem, space
        coulomb = np.einsum("iijj->ij", problem.h2)
        exchange = np.einsum("ijij->ij", problem.h2)
        self._diagonal = np.empty(space.dimension)
        for part, occupied in space.occupations():
            fields = 2 * np.diag(problem.h1) + occupied @ (2 * coulomb - exchange)
            self._diagonal[part] = (occupied * fields).sum(axis=1)
        moves = list(space.all_moves())
        self._start, self._source, self._target = listed([space.moves(i, a) for i, a in moves])
        self._integrals = np.array([exchange[i, a] for i, a in moves])

    def times(self, psi: FloatArray) -> FloatArray:
        """The part of ``Hψ`` among determinants of pairs, a new vector, shape (dimension,)."""
        out = self._diagonal * psi
        pair_kernels.exchange(psi, out, self._start, self._source, self._target, self._integrals)
        return np.asarray(out)

    def squared_outside(self, psi: FloatArray) -> float:
        """The squared norm of the part of ``Hψ`` in which one or two pairs are broken, Hartree².

        H breaks no more than two pairs, and keeps the spin, so that broken pairs are singlets.

        Args:
            psi: Amplitudes, shape (dimension,).
        """
        h1, h2, space = self._problem.h1, self._problem.h2, self._space
        ranks = _ranks(space)
        total = 0.0
        if space.count >= 1:
            coulomb = np.ascontiguousarray(np.einsum("pqkk->pqk", h2))
            exchange = np.ascontiguousarray(np.einsum("pkqk->pqk", h2))
            strings = Strings(space.norb, space.count - 1).values
            total += pair_kernels.one_broken_pair(strings, psi, ranks, h1, coulomb, exchange)
        if space.count >= 2:
            strings = Strings(space.norb, space.count - 2).values
            total += pair_kernels.two_broken_pairs(strings, psi, ranks, h2)
        return float(total)

    def exchanges(self, psi: FloatArray) -> FloatArray:
        """The expectation values ``⟨P†_p P_q⟩`` of two different orbitals, shape (norb, norb).

        Args:
            psi: Amplitudes, shape (dimension,).
        """
        found = np.zeros((self._space.norb,) * 2)
        for move, (p, q) in enumerate(self._space.all_moves()):
            part = slice(int(self._start[move]), int(self._start[move + 1]))
            found[p, q] = found[q, p] = psi[self._source[part]] @ psi[self._target[part]]
        return found


def _ranks(space: PairSpace) -> tuple[int, IntArray, IntArray]:
    """Tables by which the place of a string is the sum of those of its halves.

    Returns:
        The number of orbitals in the lower half, the places of lower halves among those of as many
        pairs, and the place of the first string of each upper half.
    """
    low_bits = space.norb // 2
    lower, upper = (np.arange(1 << bits) for bits in (low_bits, space.norb - low_bits))
    counts = np.bitwise_count(lower)
    rank = np.empty(lower.size, dtype=np.int64)
    for count in range(low_bits + 1):
        members = np.flatnonzero(counts == count)
        rank[members] = np.arange(members.size)
    sizes = np.bincount(counts, minlength=space.count + 1)
    wanted = space.count - np.bitwise_count(upper).astype(np.int64)
    own = np.where(wanted >= 0, sizes[np.maximum(wanted, 0)], 0)
    return low_bits, rank, np.concatenate([[0], np.cumsum(own)])[:-1]
