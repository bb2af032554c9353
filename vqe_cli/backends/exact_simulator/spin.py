"""⟨S²⟩ of a packed vector."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vqe_cli.backends.exact_simulator import kernels
from vqe_cli.backends.exact_simulator.space import SectorSpace
from vqe_cli.backends.exact_simulator.strings import Strings
from vqe_cli.chemistry.problem import FloatArray


def spin_squared(space: SectorSpace, psi: FloatArray) -> float:
    """``⟨S²⟩ = Sz(Sz + 1) + N_β − Σ_pq ⟨E_pq^α E_qp^β⟩`` (Szabo and Ostlund, section 2.5).

    Args:
        space: The determinants.
        psi: Amplitudes in the packed layout, normalised.
    """
    alpha, beta = space.nelec
    sz = (alpha - beta) / 2
    alpha_moves, beta_moves = (_moves(strings, space.norb) for strings in space.strings)
    exchange = kernels.exchange(
        psi, space.row_start, space.column, space.irreps, space.target, alpha_moves, beta_moves
    )
    return float(sz * (sz + 1) * (psi @ psi) + beta * (psi @ psi) - exchange)


def _moves(strings: Strings, norb: int) -> tuple[npt.NDArray[np.int32], FloatArray]:
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
