"""Is a mean field plausible? Some numbers say that the input was read as another question."""

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
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.records import Check, doubt

LARGEST_DIPOLE = 100.0
"""Debye: two unit charges 21 Å apart."""


def with_findings(field: MeanField, molecule: MoleculeSpec, atoms: Atoms) -> MeanField:
    """A mean field with what is to be said of its potentials, basis, distances and plausibility.

    Args:
        field: As it was solved.
        molecule: What the user wrote.
        atoms: Its atoms.
    """
    potentials = potentials_for(molecule, atoms.elements)
    stated = not unit_is_open(molecule)
    of_lengths, on_lengths = bond_lengths(field.mole, unit_is_stated=stated)
    return replace(
        field,
        checks=(*field.checks, *potentials.checks, *of_lengths, *implausible(field)),
        assumed={**field.assumed, **potentials.assumptions},
        notes=(
            *field.notes,
            *basis_notes(molecule.basis, atoms.elements),
            *on_lengths,
            *_on_anions(field),
        ),
    )


def implausible(field: MeanField) -> tuple[Check, ...]:
    """Warnings about electrons that are not bound and about charges far apart.

    Args:
        field: Of a molecule.
    """
    return (*_unbound(field), *_torn_apart(field))


def _unbound(field: MeanField) -> Iterator[Check]:
    """By Koopmans, an orbital above zero gives its electron away; only anions may have one.

    Of high multiplicities only paired electrons are looked at: triplet H2 is not bound in STO-3G.
    """
    if field.mole.charge < 0:
        return
    homo = _highest_occupied(field)
    if homo > 0:
        detail = "eV, the highest occupied orbital; electrons are bound below zero"
        yield _warning("electrons-bound", homo * HARTREE_IN_EV, detail)


def _on_anions(field: MeanField) -> Iterator[str]:
    """Of anions it is a remark: small bases bind few of them, and differences may still serve."""
    if field.mole.charge >= 0:
        return
    homo = _highest_occupied(field)
    if homo > 0:
        yield (
            f"the highest occupied orbital lies {homo * HARTREE_IN_EV:.2f} eV above zero: in this"
            " basis the anion would lose an electron"
        )


def _highest_occupied(field: MeanField) -> float:
    """In Hartree; the highest pair where electrons are unpaired by two or more."""
    return frontier_gap(field).homo if field.mole.spin < 2 else _highest_pair(field)


def _highest_pair(field: MeanField) -> float:
    """The highest occupied orbital of beta spin in Hartree."""
    count = field.mole.nelec[1]
    if count == 0:
        return float("-inf")
    with threads_for(field.mole.nao**2):
        return float(semicanonical_scf(field, core=0).mo_energy[1][count - 1])


def _torn_apart(field: MeanField) -> Iterator[Check]:
    """The dipole moment of an ion depends on the origin and says nothing."""
    if field.mole.charge != 0:
        return
    dipole = float(np.linalg.norm(hf_dipole(field))) * DEBYE_PER_ATOMIC_UNIT
    if dipole > LARGEST_DIPOLE:
        detail = f"Debye, the dipole moment; that of a neutral molecule is below {LARGEST_DIPOLE:g}"
        yield _warning("dipole-moment", dipole, detail)


def _warning(name: str, value: float, detail: str) -> Check:
    return doubt(name=name, value=value, detail=detail)
