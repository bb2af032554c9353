"""Is a self-consistent field a minimum? The lowest eigenvalue of its orbital Hessian.

Čížek and Paldus, J. Chem. Phys. 47, 3976 (1967). Rotations of every symmetry are admitted, also
those that the molecule's point group forbids.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from vqe_cli.chemistry.problem import FloatArray

NEGATIVE = -1e-5
"""An eigenvalue below this (Hartree) is an instability; above it, round-off."""

_DENSE = 40


Rotation = Callable[[float], FloatArray]
"""Orbitals rotated by a length in radians."""


def internal_instability(scf: Any) -> Rotation | None:
    """A direction of descent within RHF or ROHF, or None at a minimum.

    Args:
        scf: A converged `pyscf.scf.RHF` or `ROHF`.
    """
    from pyscf.scf import hf
    from pyscf.soscf import newton_ah

    generate = newton_ah.gen_g_hop_rhf if scf.mol.spin == 0 else newton_ah.gen_g_hop_rohf
    gradient, hessian, _ = generate(scf, scf.mo_coeff, scf.mo_occ, with_symmetry=False)
    value, direction = _lowest(hessian, gradient.size)
    if value > NEGATIVE:
        return None
    generator = hf.unpack_uniq_var(direction, scf.mo_occ)
    return lambda size: np.asarray(scf.mo_coeff @ newton_ah.expmat(size * generator))


def is_externally_stable(scf: Any) -> bool:
    """Whether no unrestricted determinant nearby lies lower.

    Args:
        scf: A converged `pyscf.scf.RHF`.
    """
    from pyscf.soscf import newton_ah

    free = scf.to_uhf()
    gradient, hessian, _ = newton_ah.gen_g_hop_uhf(
        free, free.mo_coeff, free.mo_occ, with_symmetry=False
    )
    value, _ = _lowest(hessian, gradient.size)
    return value > NEGATIVE


def _lowest(hessian: Callable[[FloatArray], FloatArray], size: int) -> tuple[float, FloatArray]:
    """Lowest eigenvalue and its vector of a Hessian given by its product with a vector."""
    if size == 0:
        return 0.0, np.zeros(0)
    if size <= _DENSE:
        matrix = np.array([np.asarray(hessian(row)).real for row in np.eye(size)])
        values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
        return float(values[0]), vectors[:, 0]
    from scipy.sparse.linalg import LinearOperator, eigsh

    operator = LinearOperator(
        (size, size), matvec=lambda x: np.asarray(hessian(x.ravel())).real, dtype=float
    )
    start = np.random.default_rng(7).normal(size=size)
    values, vectors = eigsh(operator, k=1, which="SA", v0=start, tol=1e-6, maxiter=100 * size)
    return float(values[0]), vectors[:, 0]
