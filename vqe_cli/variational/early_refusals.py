"""Refusal of molecules that do not go with the parts of a run, before orbitals are computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vqe_cli._core.resources import Memory
from vqe_cli.chemistry.early_refusals import before_geometry, before_orbitals
from vqe_cli.chemistry.molecule import composed_molecule
from vqe_cli.chemistry.scf.surroundings import refuse_impossible
from vqe_cli.schema import RunSpec
from vqe_cli.variational.corrections import Extent
from vqe_cli.variational.feasibility import needs_of_run

if TYPE_CHECKING:
    from vqe_cli.parts import Parts


def check_of_molecule(parts: Parts, memory: Memory) -> Callable[[Any], None]:
    """A callback that refuses molecules by their numbers of electrons and basis functions.

    Args:
        parts: The parts of the run.
        memory: The memory limit.
    """

    def check(mole: Any) -> None:
        parts.ansatz.check_spin(mole.spin)
        parts.solver.check_spin(mole.spin)
        extent = Extent(int(mole.nao), mole.nelec, parts.active_space.extent(mole))
        for correction in parts.corrections:
            correction.check(extent, memory)

    return check


def refuse_early(spec: RunSpec, parts: Parts) -> None:
    """Refuse a molecule as far as its composition tells, and its positions if they are given.

    A run refuses the same by itself; this is for runs that others go before.

    Args:
        spec: The run's spec.
        parts: The parts of the run.

    Raises:
        InputError: The molecule, its active space or its place in the surroundings is impossible.
        ResourceLimitError: The problem is too large.
    """
    molecule, memory = spec.molecule, spec.memory
    if molecule is None:
        return
    space, needs = parts.active_space, needs_of_run(parts, memory)
    further = check_of_molecule(parts, memory)
    if molecule.geometry.is_structure:
        before_geometry(space, needs, molecule, memory, further, spec.surroundings)
        return
    mole = composed_molecule(molecule, memory)
    before_orbitals(space, needs, memory, further)(mole)
    refuse_impossible(mole, spec.surroundings)
