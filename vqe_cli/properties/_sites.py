"""Which place of a molecule is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vqe_cli._core.units import HARTREE_IN_KCAL_PER_MOL
from vqe_cli.chemistry.geometry.structures.bonds import Bonded
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.properties import Case, Finding
from vqe_cli.properties._reaction import Species, difference, mean_field_differences

UNIT = "kcal_per_mol"

Reaction = Callable[[], Sequence[Species]]


@dataclass(frozen=True)
class Site:
    """A place where a reaction may happen.

    Args:
        computed: The species with active spaces that match, which there may not be.
        compared: The species that Hartree-Fock compares, whose active spaces do not count; None
            for the same.
    """

    computed: Reaction
    compared: Reaction | None = None


def at_best_site(
    case: Case,
    name: str,
    sites: Mapping[str, Site],
    limit: int,
    best: Callable[[Iterable[float]], float] = min,
) -> Finding:
    """The energy of a reaction at the site that Hartree-Fock prefers.

    Args:
        case: The candidate, with the record of its energy.
        name: Of the reaction's columns.
        sites: By what each is called.
        limit: How many may be compared.
        best: `min` for what costs energy, `max` for what gives it.

    Raises:
        ResourceLimitError: There are more.
    """
    if len(sites) > limit:
        raise ResourceLimitError(
            f"{len(sites)} sites come into question, at most {limit} are compared",
            hint="name one, or raise 'max_sites'",
        )
    compared = mean_field_differences(
        {label: (at.compared or at.computed)() for label, at in sites.items()}
    )
    preferred = best(compared.values())
    site = next(label for label, energy in compared.items() if energy == preferred)
    found = difference(case, sites[site].computed())
    values = {f"{name}_site": site, **found.values(name, UNIT, HARTREE_IN_KCAL_PER_MOL)}
    energies = {label: HARTREE_IN_KCAL_PER_MOL * energy for label, energy in compared.items()}
    record: dict[str, Any] = {"site": site, "hartree_fock_kcal_per_mol": energies}
    return Finding(values, {**record, **found.record()}, found.notes(case.spec))


def atom_index(molecule: Bonded, number: int) -> int:
    """An atom that the input counts from 1, counted from 0.

    Args:
        molecule: It is part of.
        number: From 1.

    Raises:
        InputError: There is none.
    """
    if not 1 <= number <= len(molecule.atoms):
        raise InputError(f"there is no atom {number}: they run from 1 to {len(molecule.atoms)}")
    return number - 1
