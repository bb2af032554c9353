"""Specs derived from a candidate's: ions, fragments, and conjugate acids and bases."""

from __future__ import annotations

from typing import Any

from vqe_cli.chemistry.geometry.coordinates import as_geometry
from vqe_cli.errors import InputError
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.properties import Case
from vqe_cli.properties._classical import molecule_of
from vqe_cli.schema import InitialSpec, RunSpec, Selection
from vqe_cli.schema.records import RunRecord

COMPLETE = ("full", "frozen-core")
"""Active spaces that hold all valence orbitals, and so always match."""

NATURAL = "mp2-natural"
"""The active space of the orbitals that MP2 correlates most."""


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
    """The spec of a run on another species with the settings of a run, but without forces.

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
            "forces": False,
            "states": None,
        }
    )


def _initial(parent: RunSpec) -> InitialSpec:
    """The initial parameters; given values fit only the parent's parameterised state."""
    given = parent.initial.values is not None or parent.initial.file is not None
    return InitialSpec(name="auto") if given else parent.initial


def related_space(
    case: Case, *, shared: bool = False, size: tuple[int, int] | None = None
) -> Selection:
    """The active space of a related molecule: the candidate's active orbitals, found again.

    A space of all orbitals, or of all but the core's, is that of the molecule itself.

    Args:
        case: Case of the candidate, with the record of its energy.
        shared: Whether the candidate's orbitals themselves are used, and not those that overlap
            most with them.
        size: Numbers of active electrons and orbitals; None for those of the candidate, with the
            difference in all electrons.
    """
    own = case.spec.selection("active_space")
    if own.name in COMPLETE:
        return own
    options = _carried(case.spec)
    if shared:
        options["orbitals_of"] = "origin"
    if size is not None:
        options |= {"electrons": size[0], "orbitals": size[1]}
    return Selection.model_validate(options)


def _carried(origin: RunSpec) -> dict[str, Any]:
    """The options of the active space `carried` from a species, the same elsewhere."""
    return {
        "name": "carried",
        "molecule": molecule_of(origin).model_dump(mode="json", exclude_none=True),
        "active_space": origin.selection("active_space").as_dict(),
    }


def is_chosen_by_correlation(case: Case) -> bool:
    """Whether the active orbitals of the candidate are those that MP2 correlates most."""
    return case.spec.selection("active_space").name == NATURAL


def natural_space(case: Case, more: int) -> Selection:
    """The MP2 natural orbitals of an ion, as many as are active in the candidate.

    Args:
        case: Case of the candidate, with the record of its energy.
        more: Number of active electrons that the ion has more.
    """
    electrons, orbitals = active_size(case)
    space = {"name": NATURAL, "electrons": electrons + more, "orbitals": orbitals}
    return Selection.model_validate(space)


def in_space_of(parent: RunSpec, origin: RunSpec, label: str) -> RunSpec:
    """The spec of a run on the same molecule in the active space of another species.

    Args:
        parent: Spec of the run.
        origin: Spec of the species whose active orbitals are found again.
        label: Name of the molecule, added to the title.
    """
    molecule, space = molecule_of(parent), Selection.model_validate(_carried(origin))
    charge, multiplicity = molecule.charge, molecule.multiplicity
    return species(parent, label, charge=charge, multiplicity=multiplicity, space=space)


def active_size(case: Case) -> tuple[int, int]:
    """The numbers of active electrons and orbitals of the candidate.

    Args:
        case: Case of the candidate, with the record of its energy.

    Raises:
        InputError: The candidate has no electrons.
    """
    problem = RunRecord.model_validate(case.records["energy"]).problem
    if problem.electrons is None or problem.orbitals is None:
        raise InputError("this property needs electrons; the input is a qubit Hamiltonian")
    return sum(problem.electrons), problem.orbitals
