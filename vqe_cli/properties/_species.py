"""Specs derived from a candidate's: ions, fragments, and conjugate acids and bases."""

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
        electrons: Number of all electrons, or of the active ones, which has the same parity.
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
    """The spec of a run on another species with the settings of a run.

    Args:
        parent: Spec of the run whose settings are used.
        label: Name of the species, added to the title.
        charge: Charge in units of e.
        multiplicity: Spin multiplicity, 2S+1.
        space: Active space of the species.
        atoms: Atoms of the species; None for those of the parent.
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
    """The initial parameters; given values fit only the parent's parameterised state."""
    given = parent.initial.values is not None or parent.initial.file is not None
    return InitialSpec(name="auto") if given else parent.initial


def space_of(case: Case) -> Selection:
    """The candidate's active space with its actual numbers of electrons and orbitals.

    With `at_most` they may be smaller than requested, and another species may have room for more:
    hydrogen fluoride has three orbitals in STO-3G, its conjugate acid four.

    Args:
        case: Case of the candidate, with the record of its energy.
    """
    problem = RunRecord.model_validate(case.records["energy"]).problem
    if problem.electrons is None or problem.orbitals is None:
        return case.spec.selection("active_space")
    return sized(case.spec.selection("active_space"), sum(problem.electrons), problem.orbitals)


def sized(space: Selection, electrons: int, orbitals: int) -> Selection:
    """An active space with other numbers, if its options state numbers.

    Args:
        space: Active space of a run.
        electrons: Number of active electrons.
        orbitals: Number of active orbitals.

    Raises:
        InputError: There is no such space.
    """
    chosen = ACTIVE_SPACES.create(space.as_dict(), ("active_space",))
    if chosen.size is None:
        return space
    found = chosen.matched(electrons - chosen.size[0], orbitals - chosen.size[1])
    return Selection.model_validate(found.selection())


def matched(space: Selection, electrons: int) -> Selection:
    """An active space for a molecule with more or fewer electrons.

    Args:
        space: Active space of a run.
        electrons: Number of additional electrons; negative for fewer.

    Raises:
        InputError: No electrons are left, or there is no such space.
    """
    chosen = ACTIVE_SPACES.create(space.as_dict(), ("active_space",)).matched(electrons)
    return Selection.model_validate(chosen.selection())
