"""The choice of the site of a reaction in a molecule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vqe_cli._core.units import HARTREE_IN_KCAL_PER_MOL
from vqe_cli.chemistry.geometry.structures.bonds import Bonded
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.properties import Case, Finding
from vqe_cli.properties.differences.difference import difference, mean_field_differences
from vqe_cli.properties.differences.levels import Species

UNIT = "kcal_per_mol"

Reaction = Callable[[], Sequence[Species]]


@dataclass(frozen=True)
class Site:
    """A possible site of a reaction.

    Args:
        computed: Function that makes the species with matching active spaces, if possible.
        compared: Function that makes the species for the comparison by Hartree-Fock, where active
            spaces do not matter; None for the same.
    """

    computed: Reaction
    compared: Reaction | None = None


def at_best_site(
    case: Case,
    name: str,
    sites: Mapping[str, Site],
    limit: int,
    most_operations: float,
    best: Callable[[Iterable[float]], float] = min,
) -> Finding:
    """Compute the energy of a reaction at the site that Hartree-Fock prefers.

    Args:
        case: Case of the candidate, with the record of its energy.
        name: Name of the property, with which its columns begin.
        sites: Sites by label.
        limit: Largest number of sites to compare.
        most_operations: Largest cost of CCSD(T), floating-point operations.
        best: `min` for reactions that cost energy, `max` for those that release it.

    Returns:
        The computed values.

    Raises:
        ResourceLimitError: There are more sites.
    """
    if len(sites) > limit:
        raise ResourceLimitError(
            f"{len(sites)} sites are possible, at most {limit} are compared",
            hint="choose one, or raise 'max_sites'",
        )
    compared = mean_field_differences(
        {label: (at.compared or at.computed)() for label, at in sites.items()}
    )
    preferred = best(compared.values())
    site = next(label for label, energy in compared.items() if energy == preferred)
    found = difference(case, sites[site].computed(), most_operations)
    values = {f"{name}_site": site, **found.values(name, UNIT, HARTREE_IN_KCAL_PER_MOL)}
    energies = {label: HARTREE_IN_KCAL_PER_MOL * energy for label, energy in compared.items()}
    record: dict[str, Any] = {"site": site, "hartree_fock_kcal_per_mol": energies}
    return Finding(values, {**record, **found.record()}, found.notes(case.spec))


def atom_index(molecule: Bonded, number: int) -> int:
    """The index of an atom, from 0.

    Args:
        molecule: The molecule.
        number: Number of the atom in the input, from 1.

    Raises:
        InputError: There is no such atom.
    """
    if not 1 <= number <= len(molecule.atoms):
        raise InputError(f"there is no atom {number}: they run from 1 to {len(molecule.atoms)}")
    return number - 1
