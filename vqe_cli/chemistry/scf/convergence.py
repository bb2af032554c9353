"""Convergence of a mean field from one guess, with fallbacks that are recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.instabilities import second_order
from vqe_cli.chemistry.symmetry.irreps import adapted
from vqe_cli.errors import NotConvergedError


def converged_anew(mole: Any, method: HartreeFock) -> tuple[Any, list[str]]:
    """The solution from PySCF's default guess, and the steps that were needed.

    Plain DIIS; damping and level shift, then DIIS again; second order (Newton).

    Args:
        mole: A built `pyscf.gto.Mole`.
        method: The method.

    Raises:
        NotConvergedError: No step converged.
    """
    plain = method.new(mole)
    plain.kernel()
    if plain.converged:
        return plain, ["DIIS"]
    damped = method.new(mole)
    damped.damp, damped.level_shift, damped.max_cycle = 0.5, 0.5, 3 * damped.max_cycle
    damped.kernel()
    again = method.new(mole)
    again.kernel(dm0=damped.make_rdm1())
    if again.converged:
        return again, ["DIIS: not converged", "damping 0.5 and level shift 0.5, then DIIS"]
    newton = method.new(mole).newton()
    newton.kernel(again.mo_coeff, again.mo_occ)
    steps = ["DIIS: not converged", "damping and level shift: not converged", "second order"]
    if not newton.converged:
        raise NotConvergedError(
            "Hartree-Fock did not converge: " + "; ".join([*steps[:2], "second order: neither"]),
            hint="check the geometry, the multiplicity and the basis",
        )
    return newton, steps


def continued(
    mole: Any, method: HartreeFock, orbitals: FloatArray, origin: str
) -> tuple[Any, list[str]]:
    """The solution near given orbitals, and the steps that were needed.

    Args:
        mole: A built `pyscf.gto.Mole`.
        method: The method.
        orbitals: Orbitals, of which the first are occupied, shape (nao, nmo).
        origin: Where they come from.

    Raises:
        NotConvergedError: No step converged.
    """
    places = np.arange(orbitals.shape[1])
    alpha, beta = mole.nelec
    occupations = (places < alpha).astype(float) + (places < beta)
    coefficients, irreps = adapted(mole, orbitals)
    newton = second_order(lambda: method.new(mole), coefficients, occupations)
    steps = [f"second order from {origin}"]
    if newton.converged:
        return newton, steps
    if irreps is not None:
        held = method.new(mole)
        held.irrep_nelec = _electrons_by_irrep(mole, irreps, occupations)
        held.kernel(dm0=newton.make_rdm1())
        if held.converged:
            return held, [*steps, "DIIS with the electrons of each irrep"]
    raise NotConvergedError(f"Hartree-Fock from {origin} did not converge")


def _electrons_by_irrep(
    mole: Any, irreps: Sequence[int], occupations: FloatArray
) -> dict[str, Any]:
    """The electrons of each irrep as PySCF expects them: alpha and beta of open shells."""
    found: dict[str, Any] = {}
    for name, irrep in zip(mole.irrep_name, mole.irrep_id, strict=True):
        own = occupations[np.asarray(irreps) == irrep]
        alpha, beta = int((own > 0).sum()), int((own == 2).sum())
        found[name] = (alpha, beta) if mole.spin else alpha + beta
    return found
