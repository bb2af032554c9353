"""The Hartree-Fock determinant of all electrons, for single-reference methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli.chemistry.correlation.possible import correlation_is_possible
from vqe_cli.chemistry.scf.scf_objects import canonical_scf, restricted_scf, semicanonical_scf
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.errors import InputError, NotConvergedError
from vqe_cli.fermions.problem import BRILLOUIN, ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
    from vqe_cli.chemistry.scf.mean_field import MeanField


def whole_scf(field: MeanField) -> Any:
    """An RHF object with canonical orbitals, or a UHF object with semicanonical ones.

    Args:
        field: The mean field.
    """
    return canonical_scf(field) if field.mole.spin == 0 else semicanonical_scf(field, 0)


def refuse_other_determinants(selection: OrbitalSelection, label: str) -> None:
    """Refuse orbitals whose determinant of all electrons is not that of Hartree-Fock.

    Args:
        selection: The active orbitals.
        label: The method's name.

    Raises:
        InputError: Brillouin's condition does not hold.
    """
    violation = brillouin_violation(selection.field)
    if violation > BRILLOUIN:
        raise InputError(
            f"{label} builds on Hartree-Fock; the determinant of the first orbitals is not"
            f" stationary (Brillouin's condition is off by {violation:.2g} Ha)",
            path=("correction",),
            hint="fcidump: {orbitals: canonical}, or correction: nevpt2",
        )


def brillouin_violation(field: MeanField) -> float:
    """The largest element of a Fock matrix that vanishes for Hartree-Fock, Hartree.

    Args:
        field: The mean field.
    """
    unrestricted = restricted_scf(field).to_uhf()
    alpha, beta = (field.mo_coeff.T @ fock @ field.mo_coeff for fock in unrestricted.get_fock())
    na, nb = field.mole.nelec
    blocks = (0.5 * (alpha + beta)[na:, :nb], alpha[na:, nb:na], beta[nb:na, :nb])
    return max(float(np.abs(block).max(initial=0.0)) for block in blocks)


def active_correlation(method: str, encoding: Encoding) -> float:
    """The correlation energy of the active electrons alone, Hartree.

    Args:
        method: Name of the classical method.
        encoding: The problem of the active electrons.

    Raises:
        NotConvergedError: The method did not converge.
    """
    problem = encoding.problem
    assert isinstance(problem, ElectronicProblem)
    if not correlation_is_possible(problem.norb, problem.nelec):
        return 0.0
    found = CLASSICAL_METHODS.create(method).solve(encoding)
    if not found.converged:
        raise NotConvergedError(f"{method} of the active electrons did not converge")
    return found.energy - problem.hartree_fock_energy
