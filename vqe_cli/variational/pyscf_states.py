"""What PySCF's solvers choose states by, an irrep or a spin, and an ansatz does not."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyscf import symm

from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem

IRREPS_OF_D2H = 10
"""PySCF's numbers of irreps of linear molecules are those of D2h modulo 10."""

SPIN_TOLERANCE = 1e-6
"""Largest difference between values of S² of the same spin."""


def refuse_other_states(solver: Any, problem: ElectronicProblem) -> None:
    """Refuse a state other than that of the reference determinant.

    With `mol.symmetry` PySCF sets `orbsym` and `wfnsym` itself.

    Args:
        solver: A solver of PySCF.
        problem: Its problem.

    Raises:
        InputError: The solver asks for another irrep or spin.
    """
    wanted, has = _irrep_wanted(solver), _irrep_of_reference(solver, problem)
    if solver.wfnsym is not None and (wanted is None or wanted != has):
        named = "" if has is None else f", {_irrep_name(solver, has)}"
        raise InputError(
            f"wfnsym {_irrep_name(solver, solver.wfnsym)} cannot be chosen: the state has the "
            f"symmetry of the reference determinant{named}",
            path=("wfnsym",),
            hint="leave wfnsym out, and choose active orbitals whose lowest determinant has "
            "this symmetry (mc.sort_mo)",
        )
    asked = getattr(solver, "ss_value", None)  # of PySCF's fix_spin_
    if asked is not None and abs(asked - problem.spin_squared) > SPIN_TOLERANCE:
        raise InputError(
            f"fix_spin_ asks for S² = {asked:g}; the reference determinant has "
            f"S² = {problem.spin_squared:g}",
            path=("ss",),
            hint="give the numbers of alpha and beta electrons: "
            "mcscf.CASSCF(mf, ncas, (nalpha, nbeta)), or fcisolver.spin = nalpha - nbeta",
        )


def irreps_of(solver: Any) -> Any:
    """The irreps of the active orbitals, in D2h or its subgroup, shape (norb,).

    Args:
        solver: A solver of PySCF with `orbsym`.
    """
    return np.asarray(solver.orbsym) % IRREPS_OF_D2H


def _irrep_wanted(solver: Any) -> int | None:
    """The irrep that `wfnsym` asks for, in D2h or its subgroup; None if it is unknown."""
    if not isinstance(solver.wfnsym, str):
        return None if solver.wfnsym is None else int(solver.wfnsym) % IRREPS_OF_D2H
    try:
        number = symm.irrep_name2id(solver.mol.groupname, solver.wfnsym)
    except (AttributeError, KeyError, ValueError):
        return None
    return int(number) % IRREPS_OF_D2H


def _irrep_name(solver: Any, irrep: Any) -> str:
    """An irrep in words."""
    try:
        return str(symm.irrep_id2name(solver.mol.groupname, int(irrep)))
    except (AttributeError, KeyError, ValueError):
        return str(irrep)


def _irrep_of_reference(solver: Any, problem: ElectronicProblem) -> int | None:
    """The irrep of the reference determinant, in D2h or its subgroup."""
    if np.size(solver.orbsym) != problem.norb:
        return None
    singly = irreps_of(solver)[min(problem.nelec) : max(problem.nelec)]
    return int(np.bitwise_xor.reduce(singly, initial=0))
