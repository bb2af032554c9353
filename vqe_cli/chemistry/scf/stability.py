"""Is a self-consistent field a minimum? The lowest eigenvalue of its orbital Hessian.

Čížek and Paldus, J. Chem. Phys. 47, 3976 (1967). Rotations of every symmetry are admitted, also
those that the molecule's point group forbids, unless only those are asked for that keep it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.seeds import guesses
from vqe_cli.errors import NotConvergedError

NEGATIVE = -1e-5
"""An eigenvalue below this (Hartree) is an instability; above it, round-off."""

_DENSE = 40

ROOTS = 3
"""Eigenvalues that are looked for, so that the lowest is not missed."""

NOISE = 0.3
"""Of a start, so that no symmetry is left out."""

TOLERANCE = 1e-9
"""Hartree, between iterations; errors of eigenvectors are its root."""

MAX_CYCLES = 300


Rotation = Callable[[float], FloatArray]
"""Orbitals rotated by a length in radians."""


def internal_instability(scf: Any, operations: FloatArray | None = None) -> Rotation | None:
    """A direction of descent within RHF or ROHF, or None at a minimum.

    Args:
        scf: A converged `pyscf.scf.RHF` or `ROHF`.
        operations: Symmetry operations over its orbitals, shape (operations, nmo, nmo), a group;
            only rotations that they leave alone are then admitted.
    """
    from pyscf.scf import hf
    from pyscf.soscf import newton_ah

    generate = newton_ah.gen_g_hop_rhf if scf.mol.spin == 0 else newton_ah.gen_g_hop_rohf
    _, hessian, diagonal = generate(scf, scf.mo_coeff, scf.mo_occ, with_symmetry=False)
    kept = None if operations is None else _symmetric_part(operations, scf.mo_occ)
    value, direction = lowest(hessian, diagonal, kept)
    if value > NEGATIVE:
        return None
    generator = hf.unpack_uniq_var(direction, scf.mo_occ)
    return lambda size: np.asarray(scf.mo_coeff @ newton_ah.expmat(size * generator))


def _symmetric_part(
    operations: FloatArray, occupations: FloatArray
) -> Callable[[FloatArray], FloatArray]:
    """Projects rotations to those that commute with all operations: their mean over the group."""
    from pyscf.scf import hf

    def project(rotation: FloatArray) -> FloatArray:
        generator = hf.unpack_uniq_var(rotation, occupations)
        images = operations @ generator @ operations.transpose(0, 2, 1)
        return np.asarray(hf.pack_uniq_var(images.mean(axis=0), occupations))

    return project


def is_externally_stable(scf: Any) -> bool:
    """Whether no unrestricted determinant nearby lies lower.

    Args:
        scf: A converged `pyscf.scf.RHF`.
    """
    from pyscf.soscf import newton_ah

    free = scf.to_uhf()
    _, hessian, diagonal = newton_ah.gen_g_hop_uhf(
        free, free.mo_coeff, free.mo_occ, with_symmetry=False
    )
    value, _ = lowest(hessian, diagonal)
    return value > NEGATIVE


def lowest(
    hessian: Callable[[FloatArray], FloatArray],
    diagonal: FloatArray,
    project: Callable[[FloatArray], FloatArray] | None = None,
) -> tuple[float, FloatArray]:
    """Lowest eigenvalue and its vector of a Hessian given by its product with a vector.

    Davidson's method, preconditioned by differences of orbital energies: the spectrum reaches from
    tenths of a Hartree to the thousands of heavy atoms' cores, where Lanczos iterations without a
    preconditioner need thousands of products.

    Args:
        hessian: Its product with a vector, in Hartree.
        diagonal: About its diagonal, shape (rotations,).
        project: To the subspace that is looked at, which the Hessian does not leave; None for all.
            An eigenvalue above zero may then be given as zero.

    Raises:
        NotConvergedError: The iterations did not converge.
    """
    size = diagonal.size
    kept = project or (lambda vector: vector)
    if size == 0:
        return 0.0, np.zeros(0)
    if size <= _DENSE:
        matrix = np.array([kept(np.asarray(hessian(kept(row))).real) for row in np.eye(size)])
        values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
        return float(values[0]), vectors[:, 0]
    from pyscf import lib

    precondition = lib.make_diag_precond(diagonal)
    converged, values, vectors = lib.davidson1(
        lambda many: [kept(np.asarray(hessian(x)).real) for x in many],
        [kept(start) for start in _starts(diagonal)],
        lambda residual, *rest: kept(precondition(residual, *rest)),
        tol=TOLERANCE,
        max_cycle=MAX_CYCLES,
        max_space=12 * ROOTS,
        nroots=ROOTS,
        verbose=0,
    )
    if not converged[0]:
        raise NotConvergedError(
            f"the test of Hartree-Fock's stability did not converge in {MAX_CYCLES} iterations"
        )
    return float(values[0]), np.asarray(vectors[0])


def _starts(diagonal: FloatArray) -> list[FloatArray]:
    """The rotations that cost least, with something of all others."""
    random = guesses().normal(size=(ROOTS, diagonal.size))
    starts = NOISE * random / np.linalg.norm(random, axis=1, keepdims=True)
    starts[np.arange(ROOTS), np.argsort(diagonal, kind="stable")[:ROOTS]] += 1.0
    return list(starts)
