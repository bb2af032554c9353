"""The same problem smaller and larger: chains of hydrogen, or active spaces that grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from vqe_cli._core.resources import Memory
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.pipeline import build_problem
from vqe_cli.registries import Parts
from vqe_cli.schema import Geometry, MoleculeSpec, RunSpec

LARGEST_BY_DEFAULT = 6
"""Hydrogen atoms or orbitals: twelve qubits in a minimal basis."""


@dataclass(frozen=True, eq=False)
class System:
    """A problem of some size.

    Args:
        label: What to call it.
        problem: The problem.
    """

    label: str
    problem: Problem


def systems(
    spec: RunSpec, parts: Parts, own: Problem, sizes: tuple[int, ...] | None
) -> Iterator[System]:
    """Problems like the input's, of several sizes, each made when it is asked for.

    Molecules of hydrogen atoms become chains H2, H4, … with the molecule's shortest distance;
    others keep their atoms and correlate more and more orbitals around the Fermi level.

    Args:
        spec: The run.
        parts: Its parts.
        own: The problem of the input.
        sizes: Hydrogen atoms or orbitals, in ascending order; None for a default.

    Raises:
        InputError: There is no such size.
    """
    if spec.molecule is None or not isinstance(own, ElectronicProblem):
        if sizes is not None:
            raise InputError(
                "only a molecule can be made smaller or larger", hint="leave out --sizes"
            )
        return
    spacing = chain_spacing(spec.molecule) if parts.active_space.name == "full" else None
    if spacing is not None:
        yield from _chains(spec, parts, spacing, sizes or range(2, LARGEST_BY_DEFAULT + 1, 2))
        return
    first = max(2, own.multiplicity + 1)
    last = min(own.norb, LARGEST_BY_DEFAULT)
    yield from _active_spaces(spec.molecule, own, sizes or range(first, last + 1, 2), spec.memory)


def chain_spacing(molecule: MoleculeSpec) -> float | None:
    """The shortest distance in a neutral singlet of hydrogen atoms, Ångström; else None."""
    from vqe_cli.chemistry.geometry.coordinates import atoms
    from vqe_cli.chemistry.geometry.structures import settled

    molecule, _ = settled(molecule)
    found = atoms(molecule)
    hydrogens = len(found) > 1 and all(atom.label == "H" for atom in found)
    if not hydrogens or molecule.charge or molecule.multiplicity != 1:
        return None
    places = [np.array(atom.position) for atom in found]
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(places, 2))


def _chains(
    spec: RunSpec, parts: Parts, spacing: float, sizes: tuple[int, ...] | range
) -> Iterator[System]:
    assert spec.molecule is not None
    for size in sizes:
        if size < 2 or size % 2:
            raise InputError(f"--sizes: a chain of {size} hydrogen atoms is no closed shell")
        lines = "\n".join(f"H 0.0 0.0 {index * spacing:.12f}" for index in range(size))
        changes = {"geometry": Geometry(cartesian=lines), "units": "angstrom", "structure": None}
        molecule = spec.molecule.model_copy(update={**changes, "name": f"H{size}"})
        chain = spec.model_copy(update={"molecule": molecule})
        yield System(f"H{size}", build_problem(chain, parts))


def _active_spaces(
    molecule: MoleculeSpec, own: ElectronicProblem, sizes: tuple[int, ...] | range, memory: Memory
) -> Iterator[System]:
    from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
    from vqe_cli.chemistry.integrals import electronic_problem
    from vqe_cli.chemistry.scf.mean_field import mean_field_of

    field = mean_field_of(molecule, memory=memory)
    count = electrons_in(own, field.num_orbitals, sum(field.mole.nelec))
    for size in sizes:
        _refuse_impossible(size, own)
        electrons = count(size)
        option = {"name": "frontier", "electrons": electrons, "orbitals": size}
        selection = ACTIVE_SPACES.create(option).select(field)
        yield System(f"{electrons}e in {size}", electronic_problem(selection))


def _refuse_impossible(size: int, own: ElectronicProblem) -> None:
    unpaired = own.multiplicity - 1
    if unpaired < size <= own.norb and size >= 2:
        return
    raise InputError(
        f"--sizes: an active space of {size} orbitals, but it has to have from"
        f" {max(2, unpaired + 1)} to {own.norb} here",
        hint="these are numbers of orbitals; a larger active_space or basis allows more",
    )


def electrons_in(own: ElectronicProblem, num_orbitals: int, total: int) -> Callable[[int], int]:
    """How many electrons go with how many orbitals: as near to half filling as may be.

    Args:
        own: No more electrons than it has; its others stay frozen.
        num_orbitals: Of the molecule.
        total: Electrons of the molecule.
    """
    most, unpaired = sum(own.nelec), own.multiplicity - 1

    def count(size: int) -> int:
        found = max(min(most, size - (size - most) % 2), unpaired)
        missing = (total - found) // 2 + size - num_orbitals
        return found + 2 * max(missing, 0)

    return count
