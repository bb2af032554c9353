"""Vertical energies of removing or adding an electron."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from vqe_cli._core.units import HARTREE_IN_EV
from vqe_cli.chemistry.molecule import composed_molecule
from vqe_cli.errors import InputError
from vqe_cli.parts import look_up_parts
from vqe_cli.properties import Case, Finding
from vqe_cli.properties._classical import Classical, molecule_of
from vqe_cli.properties._species import (
    in_space_of,
    is_chosen_by_correlation,
    low_spin,
    natural_space,
    related_space,
    species,
)
from vqe_cli.properties.differences.difference import Difference, difference
from vqe_cli.properties.differences.levels import Species
from vqe_cli.schema import RunSpec
from vqe_cli.schema.check_records import Check, doubt

CATION, ANION = 1, -1


def refuse_closed_shells(name: str, spec: RunSpec) -> None:
    """Refuse an ansatz for closed shells only: a molecule and its ion are not both closed.

    Args:
        name: Name of the property, for the message.
        spec: Spec of the run on the molecule.

    Raises:
        InputError: The ansatz does not support unpaired electrons.
    """
    try:
        look_up_parts(spec).ansatz.check_spin(1)
    except InputError as error:
        error.message = f"{name} needs the molecule and an ion, of which one is open: {error}"
        raise


def refuse_bare_nuclei(name: str, spec: RunSpec) -> None:
    """Refuse to ionise a molecule of one electron.

    Args:
        name: Name of the property, for the message.
        spec: Spec of the run on the molecule.

    Raises:
        InputError: The cation has no electrons.
    """
    if composed_molecule(molecule_of(spec), spec.memory).nelectron < 2:
        raise InputError(f"{name}: the cation has no electrons", hint="leave out this property")


def vertical(
    case: Case,
    name: str,
    ion: int,
    *,
    multiplicity: int | None,
    shared: bool,
    most_operations: float,
    from_ion: bool = False,
) -> Finding:
    """Compute the energy to remove an electron from the candidate, or from its anion.

    Args:
        case: Case of the candidate, with the record of its energy.
        name: Name of the property, with which its columns begin.
        ion: Charge of the ion relative to the candidate: `CATION` or `ANION`.
        multiplicity: Spin multiplicity of the ion; None for the lowest.
        shared: Whether the ion has the molecule's orbitals.
        most_operations: Largest cost of CCSD(T), floating-point operations.
        from_ion: Whether MP2 natural orbitals are chosen in the ion, and found again in the
            molecule, which is run once more.

    Returns:
        The computed values.
    """
    charge = molecule_of(case.spec).charge + ion
    spin = multiplicity or low_spin(Classical(case.spec, case.mean_fields).electrons - ion)
    label = "cation" if ion == CATION else "anion"
    from_ion = from_ion and is_chosen_by_correlation(case)
    space = natural_space(case, -ion) if from_ion else related_space(case, shared=shared)
    charged = species(case.spec, label, charge=charge, multiplicity=spin, space=space)
    neutral = in_space_of(case.spec, charged, "candidate") if from_ion else case.spec
    # Both are energies to remove an electron: products minus reactants.
    sides = (
        Species(label, ion, charged, case.mean_fields),
        Species("candidate", -ion, neutral, case.mean_fields),
    )
    found = difference(case, sides, most_operations, free_electrons=1)
    if ion == ANION:
        found = replace(found, further_checks=tuple(_unbound(found)))
    values = {
        **found.values(name, "ev", HARTREE_IN_EV),
        f"{name}_ion_multiplicity": spin,
    }
    chosen = "as asked for" if multiplicity else "the lowest for its number of electrons"
    record: dict[str, Any] = {
        **found.record(),
        "multiplicity": f"{spin}: {chosen}",
        "space_of": label if from_ion else "molecule",
    }
    return Finding(values, record, found.notes(case.spec))


def _unbound(found: Difference) -> Iterator[Check]:
    """The failed check of an anion above its molecule."""
    affinity = found.energy(found.levels.best)
    if affinity is not None and affinity < 0:
        yield doubt(
            name="anion-bound",
            value=HARTREE_IN_EV * affinity,
            detail="the anion lies above the molecule: only the basis holds its electron",
        )
