"""The problem of a run, from its molecule, FCIDUMP file or qubit Hamiltonian."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vqe_cli._core.sizes import Needs
from vqe_cli._core.units import HARTREE
from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.early_refusals import before_geometry, before_orbitals, integral_needs
from vqe_cli.chemistry.remarks import with_remarks
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem, Problem, QubitProblem
from vqe_cli.models import ElectronModel, QubitModel, model_of
from vqe_cli.schema import HamiltonianSpec, RunSpec
from vqe_cli.schema.readers.content import is_hdf5, is_molden

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyscf.gto import Mole

    from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
    from vqe_cli.chemistry.unrestricted import UnrestrictedSelection


def build_problem(
    spec: RunSpec,
    space: ActiveSpace,
    needs: Needs = integral_needs,
    mean_fields: MeanFields | None = None,
) -> Problem:
    """The problem of a run: integrals from a molecule or file, or a given qubit Hamiltonian.

    Args:
        spec: The run's specification.
        space: The active space; not used for a qubit Hamiltonian.
        needs: The needs that must fit, checked before the self-consistent field begins.
        mean_fields: Mean fields that are already known; None for none.

    Raises:
        InputError: The molecule is invalid.
        ResourceLimitError: The problem is too large.
        NotConvergedError: Hartree-Fock did not converge.
    """
    if spec.hamiltonian is not None and spec.of_qubits:
        return qubit_problem(spec.hamiltonian)
    problem = problem_over(select_any_orbitals(spec, space, needs, mean_fields), spec)
    if spec.orbitals.name == "mean-field":
        return problem
    return replace(problem, notes=(*problem.notes, "orbitals are not optimised for this"))


def qubit_problem(spec: HamiltonianSpec) -> QubitProblem:
    """The problem of given Pauli terms, or of a model.

    Args:
        spec: The Hamiltonian of the input, not of electrons.

    Raises:
        InputError: The model or one of its options is invalid.
    """
    if spec.paulis is not None:
        return QubitProblem(tuple(spec.paulis.items()), unit=spec.unit or HARTREE)
    model = model_of(spec)
    assert isinstance(model, QubitModel)
    return model.problem(spec.unit or model.unit)


def refuse_unrestricted(spec: RunSpec) -> None:
    """Refuse orbitals of their own for alpha and beta electrons, of a molecule or in a file.

    Args:
        spec: The run's specification.

    Raises:
        InputError: The molecule is to have such orbitals, or the file has them.
    """
    if not is_unrestricted(spec):
        return
    message = "this needs one set of orbitals for alpha and beta electrons, not unrestricted"
    if spec.fcidump is not None:
        from vqe_cli.chemistry.fcidump.header import UNRESTRICTED_HINT

        message += " orbitals (IUHF), which the file holds"
        raise InputError(message, path=("fcidump", "file"), hint=UNRESTRICTED_HINT)
    path = ("molecule", "scf", "unrestricted")
    raise InputError(f"{message} orbitals", path=path, hint="leave out 'unrestricted'")


def is_unrestricted(spec: RunSpec) -> bool:
    """Whether alpha and beta electrons have orbitals of their own, in the input or in its file.

    Files in HDF5 (TREXIO) are read with one set of orbitals only.

    Args:
        spec: The run's specification.

    Raises:
        InputError: The header of the file is invalid.
    """
    if spec.fcidump is not None:
        from vqe_cli.chemistry.fcidump.reading import has_unrestricted_orbitals
        from vqe_cli.chemistry.molden.file import has_beta_orbitals

        path = spec.relative_to_source(spec.fcidump.file)
        if is_molden(path):
            return has_beta_orbitals(path)
        return not is_hdf5(path) and has_unrestricted_orbitals(path)
    return spec.molecule is not None and spec.molecule.scf.unrestricted


def select_unrestricted_orbitals(
    spec: RunSpec,
    space: ActiveSpace,
    needs: Needs = integral_needs,
    mean_fields: MeanFields | None = None,
    further_check: Callable[[Mole], None] | None = None,
) -> UnrestrictedSelection:
    """The active orbitals of both spins; arguments and errors as for `select_orbitals`."""
    from vqe_cli.chemistry.unrestricted import select_unrestricted

    check = before_orbitals(space, needs, spec.memory, further_check)
    if spec.fcidump is not None:
        from vqe_cli.chemistry.fcidump.unrestricted import unrestricted_field_of_file

        path = spec.relative_to_source(spec.fcidump.file)
        field = unrestricted_field_of_file(path, spec.fcidump.orbitals, check, spec.memory)
        return select_unrestricted(field, space)
    assert spec.molecule is not None
    around = spec.surroundings
    before_geometry(space, needs, spec.molecule, spec.memory, further_check, around)
    known = mean_fields or MeanFields()
    field = known.unrestricted(spec.molecule, check, spec.memory, around)
    return select_unrestricted(field, space)


def select_any_orbitals(
    spec: RunSpec,
    space: ActiveSpace,
    needs: Needs = integral_needs,
    mean_fields: MeanFields | None = None,
) -> OrbitalSelection | UnrestrictedSelection:
    """The active orbitals, of both spins if they differ; arguments as for `select_orbitals`."""
    select = select_unrestricted_orbitals if is_unrestricted(spec) else select_orbitals
    return select(spec, space, needs, mean_fields)


def problem_over(
    selection: OrbitalSelection | UnrestrictedSelection, spec: RunSpec
) -> ElectronicProblem:
    """The problem of the electrons in the active orbitals.

    Args:
        selection: The active orbitals, of both spins if they differ.
        spec: The run's specification.
    """
    from vqe_cli.chemistry.unrestricted import UnrestrictedSelection, unrestricted_problem

    if isinstance(selection, UnrestrictedSelection):
        return with_remarks(unrestricted_problem(selection), spec)
    if spec.molecule is None:
        from vqe_cli.chemistry.fcidump.orbitals import problem_of_selection

        problem = problem_of_selection(selection)
        if spec.hamiltonian is not None:
            unit = spec.hamiltonian.unit or model_of(spec.hamiltonian).unit
            problem = replace(problem, unit=unit)
        return with_remarks(problem, spec)
    from vqe_cli.chemistry.integrals import electronic_problem

    return with_remarks(electronic_problem(selection), spec)


def select_orbitals(
    spec: RunSpec,
    space: ActiveSpace,
    needs: Needs = integral_needs,
    mean_fields: MeanFields | None = None,
    further_check: Callable[[Mole], None] | None = None,
) -> OrbitalSelection:
    """The active orbitals of a molecule, an FCIDUMP file or a model of electrons.

    Args:
        spec: The run's specification, without a qubit Hamiltonian.
        space: The active space.
        needs: The needs that must fit, as in `build_problem`.
        mean_fields: Mean fields that are already known; None for none.
        further_check: Callback that may refuse the molecule before its orbitals are computed.

    Raises:
        InputError: The molecule or file is invalid.
        ResourceLimitError: The problem is too large.
        NotConvergedError: Hartree-Fock did not converge.
    """
    refuse_unrestricted(spec)
    check = before_orbitals(space, needs, spec.memory, further_check)
    if spec.fcidump is not None:
        from vqe_cli.chemistry.fcidump.orbitals import select_from_file

        path = spec.relative_to_source(spec.fcidump.file)
        return select_from_file(path, spec.fcidump.orbitals, space, check, spec.memory)
    if spec.hamiltonian is not None:
        from vqe_cli.chemistry.site_orbitals import select_from_sites

        model = model_of(spec.hamiltonian)
        assert isinstance(model, ElectronModel)
        return select_from_sites(model.integrals(), space, check, spec.memory)
    assert spec.molecule is not None
    around = spec.surroundings
    before_geometry(space, needs, spec.molecule, spec.memory, further_check, around)
    known = mean_fields or MeanFields()
    field = known.of(spec.molecule, check, spec.memory, spec.surroundings)
    return space.select_from(field, known)
