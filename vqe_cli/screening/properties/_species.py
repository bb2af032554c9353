"""Runs made from a run: an ion, a fragment, a molecule with an atom more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.geometry import Atom
from vqe_cli.errors import InputError
from vqe_cli.screening.properties._classical import molecule_of
from vqe_cli.spec import Geometry, InitialSpec, RunSpec, Selection

COMPLETE = ("full", "frozen-core")
"""Active spaces that hold all valence orbitals there are: they match by what they are."""


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
    geometry: str | None = None,
) -> RunSpec:
    """A run on something else with the settings of a run.

    Args:
        parent: The run whose settings are taken.
        label: What it is, added to the name.
        charge: In units of e.
        multiplicity: 2S+1.
        space: Its active space.
        geometry: Its atoms as lines in Ångström; None for those of the parent.
    """
    molecule = molecule_of(parent)
    changes: dict[str, Any] = {
        "name": f"{parent.title}, {label}"[:200],
        "charge": charge,
        "multiplicity": multiplicity,
    }
    if geometry is not None:
        changes |= {"geometry": Geometry(cartesian=geometry), "units": "angstrom"}
    return parent.model_copy(
        update={
            "molecule": molecule.model_copy(update=changes),
            "active_space": space,
            "initial": _initial(parent),
        }
    )


def cartesian(found: Sequence[Atom]) -> str:
    """Atoms as lines of a geometry in Ångström, every digit kept.

    Args:
        found: The atoms, ghosts among them or not.
    """
    return "\n".join(f"{atom.label} {' '.join(map(repr, atom.position))}" for atom in found)


def _initial(parent: RunSpec) -> InitialSpec:
    """Given parameters are those of the parent's trial state; others would mean nothing."""
    given = parent.initial.values is not None or parent.initial.file is not None
    return InitialSpec(name="auto") if given else parent.initial


def with_electrons(space: Selection, added: int) -> Selection:
    """The same choice of orbitals for a molecule with electrons more or fewer.

    Where the choice states a number of active electrons it changes, where it goes by orbitals or
    their kinds it stays.

    Args:
        space: The neutral molecule's.
        added: Electrons more; negative for fewer.

    Raises:
        InputError: No electrons are left.
    """
    given = space.as_dict()
    if given.get("electrons") is None:
        return space
    return sized(space, given["electrons"] + added, given["orbitals"])


def sized(space: Selection, electrons: int, orbitals: int) -> Selection:
    """The same choice with other numbers.

    Args:
        space: One that states them.
        electrons: Active ones.
        orbitals: Active ones.

    Raises:
        InputError: There is nothing to correlate.
    """
    if electrons < 1 or orbitals < 1:
        raise InputError(
            f"an active space with {electrons} electrons in {orbitals} orbitals is empty",
            path=("active_space",),
            hint="choose more active electrons and orbitals",
        )
    return Selection.model_validate(
        {**space.as_dict(), "electrons": electrons, "orbitals": orbitals}
    )


def is_complete(space: Selection) -> bool:
    """Whether the space holds all orbitals but those of cores.

    Args:
        space: Of a run.
    """
    ACTIVE_SPACES.get(space.name, ("active_space",))
    return space.name in COMPLETE
