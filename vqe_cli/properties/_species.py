"""Runs made from a run: an ion, a fragment, a molecule with an atom more."""

from __future__ import annotations

from typing import Any

from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.geometry.coordinates import as_geometry
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.properties import Case
from vqe_cli.properties._classical import molecule_of
from vqe_cli.schema import InitialSpec, RunSpec, Selection
from vqe_cli.schema.records import RunRecord


def low_spin(electrons: int) -> int:
    """The lowest multiplicity for a number of electrons.

    Args:
        electrons: All of them, or the active ones: the parity counts.
    """
    return 1 + electrons % 2


def species(
    parent: RunSpec,
    label: str,
    *,
    charge: int,
    multiplicity: int,
    space: Selection,
    atoms: Atoms | None = None,
) -> RunSpec:
    """A run on something else with the settings of a run.

    Args:
        parent: The run whose settings are taken.
        label: What it is, added to the name.
        charge: In units of e.
        multiplicity: 2S+1.
        space: Its active space.
        atoms: Its atoms; None for those of the parent.
    """
    molecule = molecule_of(parent)
    changes: dict[str, Any] = {
        "name": f"{parent.title}, {label}"[:200],
        "charge": charge,
        "multiplicity": multiplicity,
    }
    if atoms is not None:
        changes |= {"geometry": as_geometry(atoms), "units": "angstrom"}
    return parent.model_copy(
        update={
            "molecule": molecule.model_copy(update=changes),
            "active_space": space,
            "initial": _initial(parent),
        }
    )


def _initial(parent: RunSpec) -> InitialSpec:
    """Given parameters are those of the parent's trial state; others would mean nothing."""
    given = parent.initial.values is not None or parent.initial.file is not None
    return InitialSpec(name="auto") if given else parent.initial


def space_of(case: Case) -> Selection:
    """The candidate's active space with the numbers that it came out with.

    With `at_most` they may be smaller than those asked for, and what it is compared with might
    have room for more: hydrogen fluoride has three orbitals in STO-3G, its conjugate acid four.

    Args:
        case: The candidate, with the record of its energy.
    """
    problem = RunRecord.model_validate(case.records["energy"]).problem
    if problem.electrons is None or problem.orbitals is None:
        return case.spec.selection("active_space")
    return sized(case.spec.selection("active_space"), sum(problem.electrons), problem.orbitals)


def sized(space: Selection, electrons: int, orbitals: int) -> Selection:
    """The same choice of orbitals with other numbers, where its options fix any.

    Args:
        space: That of a run.
        electrons: Active ones.
        orbitals: Active ones.

    Raises:
        InputError: There is no such space.
    """
    chosen = ACTIVE_SPACES.create(space.as_dict(), ("active_space",))
    if chosen.size is None:
        return space
    found = chosen.matched(electrons - chosen.size[0], orbitals - chosen.size[1])
    return Selection.model_validate(found.selection())


def matched(space: Selection, electrons: int) -> Selection:
    """The same choice of orbitals for a molecule with electrons more or fewer.

    Args:
        space: That of a run.
        electrons: How many more; negative for fewer.

    Raises:
        InputError: None are left, or there is no such space.
    """
    chosen = ACTIVE_SPACES.create(space.as_dict(), ("active_space",)).matched(electrons)
    return Selection.model_validate(chosen.selection())
