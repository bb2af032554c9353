"""Plausibility of a mean field: numbers that point to a misread input."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vqe_cli._core.threads import threads_for
from vqe_cli._core.units import DEBYE_PER_ATOMIC_UNIT, HARTREE_IN_EV
from vqe_cli.chemistry.basis.basis_sets import basis_notes
from vqe_cli.chemistry.basis.core_potentials import potentials_for
from vqe_cli.chemistry.geometry.bond_lengths import bond_lengths
from vqe_cli.chemistry.geometry.structures import unit_is_open
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_field_properties import frontier_gap, hf_dipole
from vqe_cli.chemistry.scf.scf_objects import semicanonical_scf
from vqe_cli.chemistry.scf.surroundings import doubtful_charges
from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.check_records import Check, doubt

LARGEST_DIPOLE = 100.0
"""Largest plausible dipole moment, debye: that of two unit charges 21 Å apart."""


def with_findings(field: MeanField, molecule: MoleculeSpec, atoms: Atoms) -> MeanField:
    """A mean field with checks and notes on its potentials, basis, distances and plausibility.

    Args:
        field: The converged mean field.
        molecule: The molecule section of the input.
        atoms: The atoms of the molecule.
    """
    potentials = potentials_for(molecule, atoms.elements)
    stated = not unit_is_open(molecule)
    of_lengths, on_lengths = bond_lengths(field.mole, unit_is_stated=stated)
    return replace(
        field,
        checks=(
            *field.checks,
            *potentials.checks,
            *of_lengths,
            *implausible(field),
            *doubtful_charges(field.mole, field.method.surroundings),
        ),
        assumed={**field.assumed, **potentials.assumptions},
        notes=(
            *field.notes,
            *basis_notes(molecule.basis, atoms.elements),
            *on_lengths,
            *_on_anions(field),
        ),
    )


def with_input_findings(
    field: UnrestrictedField, molecule: MoleculeSpec, atoms: Atoms
) -> UnrestrictedField:
    """An unrestricted mean field with checks and notes on its potentials, basis and distances.

    Args:
        field: The converged mean field.
        molecule: The molecule section of the input.
        atoms: The atoms of the molecule.
    """
    potentials = potentials_for(molecule, atoms.elements)
    of_lengths, on_lengths = bond_lengths(field.mole, unit_is_stated=not unit_is_open(molecule))
    structure = field.placed.structure if field.placed else None
    return replace(
        field,
        checks=(
            *(structure.checks if structure else ()),
            *field.checks,
            *potentials.checks,
            *of_lengths,
            *doubtful_charges(field.mole, field.method.surroundings),
        ),
        assumed={**field.assumed, **potentials.assumptions},
        notes=(
            *(field.placed.remarks if field.placed else ()),
            *field.notes,
            *basis_notes(molecule.basis, atoms.elements),
            *on_lengths,
        ),
    )


def implausible(field: MeanField) -> tuple[Check, ...]:
    """The failed checks of unbound electrons and of charges far apart.

    Args:
        field: The mean field of a molecule.
    """
    return (*_unbound(field), *_torn_apart(field))


def _unbound(field: MeanField) -> Iterator[Check]:
    """The failed check of an occupied orbital above zero, unbound by Koopmans; not for anions.

    For high multiplicities only paired electrons are checked: triplet H2 is unbound in STO-3G.
    """
    if field.mole.charge < 0:
        return
    homo = _highest_occupied(field)
    if homo > 0:
        detail = "eV, the highest occupied orbital; electrons are bound below zero"
        yield _warning("electrons-bound", homo * HARTREE_IN_EV, detail)


def _on_anions(field: MeanField) -> Iterator[str]:
    """A remark on unbound anions: small bases bind few, and energy differences may be useful."""
    if field.mole.charge >= 0:
        return
    homo = _highest_occupied(field)
    if homo > 0:
        yield (
            f"the highest occupied orbital lies {homo * HARTREE_IN_EV:.2f} eV above zero: in this"
            " basis the anion would lose an electron"
        )


def _highest_occupied(field: MeanField) -> float:
    """Energy of the highest occupied orbital, Hartree; with two or more unpaired, of the pairs."""
    return frontier_gap(field).homo if field.mole.spin < 2 else _highest_pair(field)


def _highest_pair(field: MeanField) -> float:
    """Energy of the highest occupied orbital of beta spin, Hartree."""
    count = field.mole.nelec[1]
    if count == 0:
        return float("-inf")
    with threads_for(field.mole.nao**2):
        return float(semicanonical_scf(field, core=0).mo_energy[1][count - 1])


def _torn_apart(field: MeanField) -> Iterator[Check]:
    """The failed check of a large dipole moment, which is not defined for ions."""
    if field.mole.charge != 0:
        return
    dipole = float(np.linalg.norm(hf_dipole(field))) * DEBYE_PER_ATOMIC_UNIT
    if dipole > LARGEST_DIPOLE:
        detail = f"Debye, the dipole moment; that of a neutral molecule is below {LARGEST_DIPOLE:g}"
        yield _warning("dipole-moment", dipole, detail)


def _warning(name: str, value: float, detail: str) -> Check:
    return doubt(name=name, value=value, detail=detail)
