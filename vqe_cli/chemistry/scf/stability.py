"""Stability of a self-consistent field, by the lowest eigenvalue of its orbital Hessian.

Čížek and Paldus, J. Chem. Phys. 47, 3976 (1967). Rotations of every symmetry are allowed, even if
they break the molecule's point group, unless a group is given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.seeds import guesses
from vqe_cli.chemistry.scf.solvents import responding
from vqe_cli.errors import NotConvergedError

NEGATIVE = -1e-5
"""Largest eigenvalue of an instability, Hartree; above it is round-off."""

_DENSE = 40

ROOTS = 3
"""Number of eigenvalues that are computed, so that the lowest is not missed."""

NOISE = 0.3
"""Size of the random part of starting vectors, which covers every symmetry."""

TOLERANCE = 1e-9
"""Convergence threshold of eigenvalues, Hartree; eigenvectors are good to its square root."""

ROUGH = 1e-5
"""The same in a first attempt, Hartree; residuals are below its square root."""

CLEAR = 0.01
"""Lowest eigenvalue of a first attempt from which none is negative, Hartree: more than its residual
away from zero."""

MAX_CYCLES = 300


Rotation = Callable[[float], FloatArray]
"""Function of a length in radians that returns the rotated orbitals, shape (nao, nmo)."""


def internal_instability(scf: Any, operations: FloatArray | None = None) -> Rotation | None:
    """A direction of descent within RHF or ROHF; None at a minimum.

    Args:
        scf: A converged `pyscf.scf.RHF` or `ROHF`.
        operations: Symmetry operations over the orbitals, a group, shape (operations, nmo, nmo),
            which rotations must keep; None allows all rotations.
    """
    from pyscf.scf import hf
    from pyscf.soscf import newton_ah

    generate = newton_ah.gen_g_hop_rhf if scf.mol.spin == 0 else newton_ah.gen_g_hop_rohf
    _, hessian, diagonal = generate(scf, scf.mo_coeff, scf.mo_occ, with_symmetry=False)
    kept = None if operations is None else _symmetric_part(operations, scf.mo_occ)
    with responding(scf):
        value, direction = lowest(hessian, diagonal, kept, clear=CLEAR)
    if value > NEGATIVE:
        return None
    generator = hf.unpack_uniq_var(direction, scf.mo_occ)
    return lambda size: np.asarray(scf.mo_coeff @ newton_ah.expmat(size * generator))


def _symmetric_part(
    operations: FloatArray, occupations: FloatArray
) -> Callable[[FloatArray], FloatArray]:
    """The projector of rotations onto those that commute with all operations, their group mean."""
    from pyscf.scf import hf

    def project(rotation: FloatArray) -> FloatArray:
        generator = hf.unpack_uniq_var(rotation, occupations)
        images = operations @ generator @ operations.transpose(0, 2, 1)
        return np.asarray(hf.pack_uniq_var(images.mean(axis=0), occupations))

    return project


def is_externally_stable(scf: Any) -> bool:
    """Whether no nearby unrestricted determinant is lower.

    Args:
        scf: A converged `pyscf.scf.RHF` or `pyscf.dft.RKS`.
    """
    from pyscf.dft.rks import KohnShamDFT
    from pyscf.soscf import newton_ah

    free = scf.to_uks() if isinstance(scf, KohnShamDFT) else scf.to_uhf()
    _, hessian, diagonal = newton_ah.gen_g_hop_uhf(
        free, free.mo_coeff, free.mo_occ, with_symmetry=False
    )
    with responding(scf):
        value, _ = lowest(hessian, diagonal, clear=CLEAR)
    return value > NEGATIVE


def lowest(
    hessian: Callable[[FloatArray], FloatArray],
    diagonal: FloatArray,
    project: Callable[[FloatArray], FloatArray] | None = None,
    clear: float | None = None,
) -> tuple[float, FloatArray]:
    """The lowest eigenvalue and eigenvector of a Hessian.

    Davidson's method, preconditioned by differences of orbital energies: the spectrum reaches from
    tenths of a Hartree to thousands for heavy atoms' cores, where Lanczos iterations without a
    preconditioner need thousands of products.

    Args:
        hessian: Function that returns the Hessian's product with a vector, Hartree, shape
            (rotations,).
        diagonal: Approximate diagonal of the Hessian, Hartree, shape (rotations,).
        project: Projector onto an invariant subspace of the Hessian to search; None for the whole
            space. With it, a positive eigenvalue may be returned as zero.
        clear: A value above which the eigenvalue need be known only roughly; None for none.

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
    starts = [kept(start) for start in _starts(diagonal)]
    for tolerance in (TOLERANCE,) if clear is None else (ROUGH, TOLERANCE):
        converged, energies, starts = lib.davidson1(
            lambda many: [kept(np.asarray(hessian(x)).real) for x in many],
            starts,
            lambda residual, *rest: kept(precondition(residual, *rest)),
            tol=tolerance,
            max_cycle=MAX_CYCLES,
            max_space=12 * ROOTS,
            nroots=ROOTS,
            verbose=0,
        )
        if clear is not None and converged[0] and energies[0] > clear:
            break
    if not converged[0]:
        raise NotConvergedError(
            f"the test of Hartree-Fock's stability did not converge in {MAX_CYCLES} iterations"
        )
    return float(energies[0]), np.asarray(starts[0])


def _starts(diagonal: FloatArray) -> list[FloatArray]:
    """Starting vectors: the rotations of lowest energy, with a random part of all others."""
    random = guesses().normal(size=(ROOTS, diagonal.size))
    starts = NOISE * random / np.linalg.norm(random, axis=1, keepdims=True)
    starts[np.arange(ROOTS), np.argsort(diagonal, kind="stable")[:ROOTS]] += 1.0
    return list(starts)
