"""⟨S²⟩ of a packed vector."""

from __future__ import annotations

import numba
import numpy as np

from vqe_cli.backends.exact_simulator.space import SectorSpace
from vqe_cli.backends.exact_simulator.strings import IntArray, Strings
from vqe_cli.chemistry.problem import FloatArray


def spin_squared(space: SectorSpace, psi: FloatArray) -> float:
    """``⟨S²⟩ = Sz(Sz + 1) + N_β − Σ_pq ⟨E_pq^α E_qp^β⟩`` (Szabo and Ostlund, section 2.5).

    Args:
        space: The determinants.
        psi: Amplitudes in the packed layout, normalised.
    """
    alpha, beta = space.nelec
    sz = (alpha - beta) / 2
    targets = [_moves(strings, space.norb) for strings in space.strings]
    exchange = _exchange(
        psi,
        space.row_start,
        space.column,
        *space.irreps,
        space.target,
        *targets[0],
        *targets[1],
    )
    return float(sz * (sz + 1) * (psi @ psi) + beta * (psi @ psi) - exchange)


def _moves(strings: Strings, norb: int) -> tuple[IntArray, FloatArray]:
    """For each string and each pq the string ``a†_p a_q`` leads to (−1 for none), and its sign."""
    size = strings.values.size
    target = np.full((size, norb, norb), -1, dtype=np.int32)
    sign = np.zeros((size, norb, norb))
    for p in range(norb):
        for q in range(norb):
            found = strings.transition(((p, True), (q, False)))
            target[found.source, p, q] = found.target
            sign[found.source, p, q] = found.sign
    return target, sign


@numba.njit(cache=True)
def _exchange(
    psi, row_start, column, irrep_a, irrep_b, wanted, target_a, sign_a, target_b, sign_b
):
    total = 0.0
    norb = target_a.shape[1]
    for i in range(irrep_a.size):
        for p in range(norb):
            for q in range(norb):
                j = target_a[i, p, q]
                if j < 0:
                    continue
                partial = 0.0
                for k in range(irrep_b.size):
                    m = target_b[k, q, p]
                    if m < 0 or irrep_a[i] ^ irrep_b[k] != wanted:
                        continue
                    product = psi[row_start[j] + column[m]] * psi[row_start[i] + column[k]]
                    partial += sign_b[k, q, p] * product
                total += sign_a[i, p, q] * partial
    return total
