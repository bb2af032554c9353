"""Refusal of molecules that do not go with the parts of a run, before orbitals are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vqe_cli.chemistry.early_refusals import before_geometry, before_orbitals
from vqe_cli.chemistry.molecule import composed_molecule
from vqe_cli.chemistry.scf.surroundings import refuse_impossible
from vqe_cli.schema import RunSpec
from vqe_cli.variational.size_checks import check_before_orbitals, needs_of_spec

if TYPE_CHECKING:
    from vqe_cli.parts import Parts


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
    space, needs = parts.active_space, needs_of_spec(spec, parts)
    further = check_before_orbitals(spec, parts)
    if molecule.geometry.is_structure:
        before_geometry(space, needs, molecule, memory, further, spec.surroundings)
        return
    mole = composed_molecule(molecule, memory)
    before_orbitals(space, needs, memory, further)(mole)
    refuse_impossible(mole, spec.surroundings)
