"""The problem that a run is about, from its molecule, its FCIDUMP file or its qubit Hamiltonian."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vqe_cli._core.sizes import Needs
from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.early_refusals import before_geometry, before_orbitals, integral_needs
from vqe_cli.chemistry.remarks import with_remarks
from vqe_cli.fermions.problem import Problem, QubitProblem
from vqe_cli.schema import RunSpec

if TYPE_CHECKING:
    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection


def build_problem(spec: RunSpec, space: ActiveSpace, needs: Needs = integral_needs) -> Problem:
    """Integrals from a molecule or a file, or the qubit Hamiltonian as it was given.

    Args:
        spec: The run.
        space: The active space, which a qubit Hamiltonian does not need.
        needs: What has to fit; it is asked before the self-consistent field begins.

    Raises:
        InputError: The molecule is impossible.
        ResourceLimitError: It is too large.
        NotConvergedError: Hartree-Fock did not converge.
    """
    if spec.hamiltonian is not None:
        return QubitProblem(tuple(spec.hamiltonian.paulis.items()))
    if spec.fcidump is not None:
        from vqe_cli.chemistry.fcidump.orbitals import problem_of_selection

        return with_remarks(problem_of_selection(select_orbitals(spec, space, needs)), spec)
    from vqe_cli.chemistry.integrals import electronic_problem

    return with_remarks(electronic_problem(select_orbitals(spec, space, needs)), spec)


def select_orbitals(
    spec: RunSpec, space: ActiveSpace, needs: Needs = integral_needs
) -> OrbitalSelection:
    """The orbitals of a molecule or an FCIDUMP file, and which of them are correlated.

    Args:
        spec: The run; not of a qubit Hamiltonian.
        space: The active space.
        needs: What has to fit, as in `build_problem`.

    Raises:
        InputError: The molecule or the file is impossible.
        ResourceLimitError: It is too large.
        NotConvergedError: Hartree-Fock did not converge.
    """
    check = before_orbitals(space, needs)
    if spec.fcidump is not None:
        from vqe_cli.chemistry.fcidump.orbitals import select_from_file

        path = spec.relative_to_source(spec.fcidump.file)
        return select_from_file(path, spec.fcidump.orbitals, space, check)
    from vqe_cli.chemistry.scf.mean_field import mean_field_of

    assert spec.molecule is not None
    before_geometry(space, needs, spec.molecule)
    return space.select(mean_field_of(spec.molecule, check))
