"""Whether a run fits a molecule and its active orbitals, before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from vqe_cli._core.sizes import Need, Needs, Size, refuse_what_does_not_fit
from vqe_cli.backends.exact.cost import sector_need
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.early_refusals import MOST_IRREPS
from vqe_cli.chemistry.pyscf_memory import casscf_bytes, gradient_bytes
from vqe_cli.fermions.determinants.density import UNPACKED
from vqe_cli.schema import RunSpec
from vqe_cli.variational.corrected_energies import check_of_orbitals
from vqe_cli.variational.corrections import Extent
from vqe_cli.variational.excited_states import refuse_spin_of_states
from vqe_cli.variational.feasibility import needs_of_run

if TYPE_CHECKING:
    from vqe_cli.parts import Parts

HINT = "choose a smaller basis or active space"


def needs_of_spec(spec: RunSpec, parts: Parts) -> Needs:
    """The needs of all parts of a run, and those of optimised orbitals and forces.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
    """
    return partial(_needs, spec, parts, needs_of_run(parts, spec.memory))


def _needs(spec: RunSpec, parts: Parts, of_parts: Needs, size: Size) -> Iterator[Need]:
    yield from of_parts(size)
    if spec.orbitals.name == "optimised" or spec.has_responding_solvent:
        need = sector_need(replace(size, irreps=1))  # orbitals lose their irreps
        yield replace(need, what=f"{need.what} without their irreps")
    if spec.forces and parts.ansatz.form != "pairs":  # their density is a few numbers
        count = size.sector_dimension
        what = f"the two-body density of {count:,} determinants"
        yield Need(what, 8 * (UNPACKED * count + size.norb**4))


def check_before_orbitals(spec: RunSpec, parts: Parts) -> Callable[[Any], None]:
    """A callback that refuses molecules by their spin and their numbers of electrons and functions.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
    """

    def check(mole: Any) -> None:
        parts.ansatz.check_spin(mole.spin)
        parts.solver.check_spin(mole.spin)
        refuse_spin_of_states(spec, mole.spin)
        extent = parts.active_space.extent(mole)
        for correction in parts.corrections:
            correction.check(Extent(int(mole.nao), mole.nelec, extent), spec.memory)
        if extent is not None:
            _refuse_large_molecule(spec, int(mole.nao), int(mole.nelectron), extent)

    return check


def check_selection(spec: RunSpec, parts: Parts, selection: OrbitalSelection) -> None:
    """Refuse active orbitals for which the run does not fit, or a correction does not apply.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        selection: The active orbitals.

    Raises:
        InputError: A correction does not apply.
        ResourceLimitError: The run would take too long or too much memory.
    """
    check_of_orbitals(parts.corrections, selection, spec.memory)
    field, nelec, norb = selection.field, selection.nelec, len(selection.active)
    size = Size(norb, nelec, MOST_IRREPS if field.orbsym else 1)
    refuse_what_does_not_fit(size, needs_of_spec(spec, parts), spec.memory)
    electrons = int(field.mole.nelectron)
    _refuse_large_molecule(spec, field.num_orbitals, electrons, (sum(nelec), norb))


def _refuse_large_molecule(
    spec: RunSpec, functions: int, electrons: int, active: tuple[int, int]
) -> None:
    """Refuse a molecule whose integrals for optimised orbitals or forces do not fit."""
    core, norb = (electrons - active[0]) // 2, active[1]
    where = f"{functions} functions, {norb} orbitals active,"
    if spec.orbitals.name == "optimised" and norb < functions:
        needed = casscf_bytes(core, norb, functions)
        spec.memory.refuse_if_larger(needed, f"optimising orbitals with {where}", HINT)
    if spec.forces:
        needed = gradient_bytes(norb, functions)
        spec.memory.refuse_if_larger(needed, f"forces with {where}", HINT)
