"""The energy to break a bond."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, ClassVar

from pydantic import Field, field_validator

from vqe_cli.chemistry.geometry.structures.bonds import Bond, Bonded, Part
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.properties import Case, Column, Finding
from vqe_cli.properties._classical import mean_field, molecule_of
from vqe_cli.properties._fragments import Fragment, bonds_of, fragment_run, fragment_runs, room_in
from vqe_cli.properties._sites import UNIT, Site, at_best_site, atom_index
from vqe_cli.properties._species import low_spin
from vqe_cli.properties.differences.columns import EnergyDifference, columns
from vqe_cli.properties.differences.levels import Species
from vqe_cli.schema import RunSpec

NAME = "bond_cleavage"


class BondCleavage(EnergyDifference):
    """The vertical electronic energy to break a bond into two unrelaxed radicals.

    Vibrations are not included. A bond of order n leaves up to n unpaired electrons on either
    side, besides those of a radical; the multiplicities that Hartree-Fock prefers are used: carbon
    dioxide leaves CO as a singlet, O as a triplet. Without `bond` or `smarts` it is the single bond
    (of the lowest order, if there are none) whose Hartree-Fock energy of cleavage is the lowest;
    multiple bonds, which Hartree-Fock makes far too weak, are not compared with single ones. The
    active space is divided between the fragments. Rings are not opened.

    Reference:
        Blanksby and Ellison, Acc. Chem. Res. 36, 255 (2003), for bond dissociation energies.
    """

    bond: tuple[int, int] | None = Field(
        default=None, description="Numbers of two bonded atoms, from 1. Default: the weakest bond."
    )
    smarts: str | None = Field(
        default=None,
        description="SMARTS pattern whose first two atoms form the bond; the weakest of several.",
    )
    max_sites: int = Field(default=8, ge=1, description="Largest number of bonds to compare.")

    columns: ClassVar[tuple[Column, ...]] = (
        *columns(NAME, UNIT, "vertical energy to break the bond"),
        Column(f"{NAME}_site", "text", "Atoms of the broken bond, numbered from 1."),
    )
    needs: ClassVar[tuple[str, ...]] = ("energy",)

    @field_validator("bond", mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    @property
    def numbered_atoms(self) -> tuple[int, ...]:
        """Numbers of the atoms that the options name."""
        return self.bond or ()

    def check_molecule(self, spec: RunSpec) -> None:
        """Refuse a molecule without such a bond."""
        self._bonds(bonds_of(spec))

    def compute(self, case: Case) -> Finding:
        """Find the bond and run both fragments.

        Returns:
            The values, the record and the notes of the property.
        """
        molecule = bonds_of(case.spec)
        sites = {
            f"{molecule.named(bond.first)}-{molecule.named(bond.second)}": _site(
                case, molecule, bond
            )
            for bond in self._bonds(molecule)
        }
        return at_best_site(case, NAME, sites, self.max_sites, self.max_operations)

    def _bonds(self, molecule: Bonded) -> tuple[Bond, ...]:
        """The possible bonds."""
        if self.bond is not None:
            first, second = (atom_index(molecule, number) for number in self.bond)
            return (molecule.bond(first, second),)
        if self.smarts is not None:
            pairs = molecule.matches(self.smarts, 2)
            found = [molecule.bond(min(pair), max(pair)) for pair in pairs]
            return tuple(dict.fromkeys(found))
        if not molecule.chain_bonds:
            raise InputError("there is no bond outside rings to break")
        lowest = min(bond.order for bond in molecule.chain_bonds)
        return tuple(bond for bond in molecule.chain_bonds if bond.order == lowest)


def _site(case: Case, molecule: Bonded, bond: Bond) -> Site:
    """The site of a bond; multiplicities are determined only when it is compared."""
    pieces = cache(partial(_radicals, case, molecule, bond))
    return Site(
        compared=lambda: _cleavage(
            case, [fragment_run(case.spec, molecule.atoms, one) for one in pieces()]
        ),
        computed=lambda: _cleavage(case, fragment_runs(case, molecule.atoms, pieces())),
    )


def _cleavage(case: Case, runs: Sequence[RunSpec]) -> tuple[Species, ...]:
    labels = [run.title.rsplit(", ", 1)[-1] for run in runs]
    products = (
        Species(label, 1, run, case.mean_fields) for label, run in zip(labels, runs, strict=True)
    )
    return (*products, Species("candidate", -1, case.spec, case.mean_fields))


def _radicals(case: Case, molecule: Bonded, bond: Bond) -> tuple[Fragment, ...]:
    """The fragments; neutral molecules break into neutral ones, whatever the formal charges."""
    whole = molecule_of(case.spec)
    # In radicals RDKit may assign too low a bond order: single bonds in NO and CN.
    most = whole.multiplicity + (bond.order if whole.multiplicity == 1 else 3)
    return tuple(
        _of_lowest_energy(
            partial(fragment_run, case.spec, molecule.atoms),
            part,
            0 if whole.charge == 0 else part.charge,
            most,
            case.mean_fields,
        )
        for part in molecule.cut(bond)
    )


def _of_lowest_energy(
    run_of: Callable[[Fragment], RunSpec],
    part: Part,
    charge: int,
    most: int,
    mean_fields: MeanFields,
) -> Fragment:
    """The fragment with the multiplicity, up to `most`, that Hartree-Fock prefers."""
    low = Fragment(part.atoms, charge, low_spin(part.protons - charge))
    room = room_in(run_of(low))
    most = min(most, low.multiplicity + 2 * min(room.pairs, room.empty))
    spins = [replace(low, multiplicity=spin) for spin in range(low.multiplicity, most + 1, 2)]
    if len(spins) < 2:
        return low
    return min(spins, key=lambda one: mean_field(run_of(one), mean_fields).report.energy)
