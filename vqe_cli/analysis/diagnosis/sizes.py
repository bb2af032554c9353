"""Smaller and larger versions of a problem: hydrogen chains, or growing active spaces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from vqe_cli.chemistry.geometry.coordinates import as_geometry
from vqe_cli.chemistry.problem import build_problem, is_unrestricted
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.parts import Parts
from vqe_cli.schema import RunSpec

LARGEST_BY_DEFAULT = 6
"""The largest default number of hydrogen atoms or orbitals: twelve qubits in a minimal basis."""

CHAIN_DECIMALS = 12
"""Decimals of positions in a chain, Å: equal distances must not differ by round-off."""


@dataclass(frozen=True, eq=False)
class System:
    """A problem of some size.

    Args:
        label: Name of the system.
        problem: The problem.
    """

    label: str
    problem: Problem


def systems(
    spec: RunSpec,
    parts: Parts,
    own: Problem,
    sizes: tuple[int, ...] | None,
    mean_fields: MeanFields,
) -> Iterator[System]:
    """Problems like that of the input in several sizes, built one at a time.

    Molecules of hydrogen atoms become chains H2, H4, … with the molecule's shortest distance,
    unless there are point charges around them; others keep their atoms, and more and more orbitals
    around the Fermi level are correlated.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        own: The problem of the input.
        sizes: Numbers of hydrogen atoms or orbitals, ascending; None for a default.
        mean_fields: The cache of mean fields.

    Raises:
        InputError: A size is impossible for the problem.
    """
    if spec.molecule is None or not isinstance(own, ElectronicProblem):
        if sizes is not None:
            raise InputError("--sizes: only molecules have other sizes", hint="omit --sizes")
        return
    free = parts.active_space.name == "full" and spec.environment is None
    spacing = chain_spacing(own) if free else None
    if spacing is not None:
        lengths = sizes or range(2, LARGEST_BY_DEFAULT + 1, 2)
        yield from _chains(spec, parts, spacing, lengths, mean_fields)
        return
    first = max(2, own.multiplicity + 1)
    last = min(own.norb, LARGEST_BY_DEFAULT)
    yield from _active_spaces(spec, own, sizes or range(first, last + 1, 2), mean_fields)


def chain_spacing(problem: ElectronicProblem) -> float | None:
    """The shortest distance in a neutral singlet of hydrogen atoms, Å; None for other molecules.

    Args:
        problem: The problem with all electrons and orbitals of a molecule.
    """
    atoms = problem.atoms
    if atoms is None or len(atoms) < 2 or set(atoms.labels) != {"H"}:
        return None
    if sum(problem.nelec) != len(atoms) or problem.multiplicity != 1:
        return None
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(atoms.positions, 2))


def _chains(
    spec: RunSpec,
    parts: Parts,
    spacing: float,
    sizes: tuple[int, ...] | range,
    mean_fields: MeanFields,
) -> Iterator[System]:
    assert spec.molecule is not None
    for size in sizes:
        if size < 2 or size % 2:
            raise InputError(f"--sizes: a chain of {size} hydrogen atoms is not a closed shell")
        line = [(0.0, 0.0, round(index * spacing, CHAIN_DECIMALS)) for index in range(size)]
        geometry = as_geometry(Atoms(("H",) * size, np.array(line)))
        changes = {"geometry": geometry, "units": "angstrom", "structure": None}
        molecule = spec.molecule.model_copy(update={**changes, "name": f"H{size}"})
        chain = spec.model_copy(update={"molecule": molecule})
        problem = build_problem(chain, parts.active_space, mean_fields=mean_fields)
        yield System(f"H{size}", problem)


def _active_spaces(
    spec: RunSpec,
    own: ElectronicProblem,
    sizes: tuple[int, ...] | range,
    mean_fields: MeanFields,
) -> Iterator[System]:
    """More and more orbitals around the Fermi level, of both spins if they differ."""
    from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES

    assert spec.molecule is not None
    known = mean_fields.unrestricted if is_unrestricted(spec) else mean_fields.of
    field = known(spec.molecule, memory=spec.memory, surroundings=spec.surroundings)
    count = electrons_in(own, field.num_orbitals, sum(field.mole.nelec))
    for size in sizes:
        _refuse_impossible(size, own)
        electrons = count(size)
        option = {"name": "frontier", "electrons": electrons, "orbitals": size}
        space = ACTIVE_SPACES.create(option)
        problem = build_problem(spec, space, mean_fields=mean_fields)
        yield System(f"{electrons}e in {size}", problem)


def _refuse_impossible(size: int, own: ElectronicProblem) -> None:
    unpaired = own.multiplicity - 1
    if unpaired < size <= own.norb and size >= 2:
        return
    raise InputError(
        f"--sizes: {size} orbitals, but the active space must have {max(2, unpaired + 1)} to"
        f" {own.norb}",
        hint="sizes are numbers of orbitals; a larger active_space or basis allows more",
    )


def electrons_in(own: ElectronicProblem, num_orbitals: int, total: int) -> Callable[[int], int]:
    """A function from active orbitals to active electrons, as near to half filling as possible.

    Args:
        own: The problem of the input, whose electrons are the most that are active.
        num_orbitals: Number of orbitals of the molecule.
        total: Number of electrons of the molecule.
    """
    most, unpaired = sum(own.nelec), own.multiplicity - 1

    def count(size: int) -> int:
        found = max(min(most, size - (size - most) % 2), unpaired)
        missing = (total - found) // 2 + size - num_orbitals
        return found + 2 * max(missing, 0)

    return count
