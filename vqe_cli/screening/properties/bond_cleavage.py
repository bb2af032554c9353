"""What holds a bond together."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from pydantic import Field, field_validator

from vqe_cli.chemistry.structures.bonds import Bond, Bonded, Part
from vqe_cli.errors import InputError
from vqe_cli.screening.properties import Case, Column, Finding, Property
from vqe_cli.screening.properties._classical import molecule_of
from vqe_cli.screening.properties._fragments import Fragment, bonds_of, fragment_runs
from vqe_cli.screening.properties._reaction import Species, columns
from vqe_cli.screening.properties._sites import UNIT, at_best_site, atom_index
from vqe_cli.screening.properties._species import low_spin

NAME = "bond_cleavage"


class BondCleavage(Property):
    """The energy to break a bond into radicals, each as it stands in the molecule.

    The fragments are not relaxed, nor are vibrations in it: a vertical, electronic energy. A bond
    of order n leaves n unpaired electrons on either side, as far as their parity allows. Without
    `bond` it is the one whose Hartree-Fock energy of cleavage is the lowest. The active space is
    shared out between the fragments. Rings are not opened.

    Reference:
        Blanksby and Ellison, Acc. Chem. Res. 36, 255 (2003), for bond dissociation energies.
    """

    bond: tuple[int, int] | None = Field(
        None, description="Numbers of two bonded atoms, from 1. Default: the weakest bond."
    )
    smarts: str | None = Field(
        None, description="Or a pattern whose first two atoms are it; of several the weakest."
    )
    max_sites: int = Field(8, ge=1, description="Refuse to compare more bonds than this.")

    columns: ClassVar[tuple[Column, ...]] = (
        Column(f"{NAME}_site", "text", "The bond that was broken: atoms, numbered from 1."),
        *columns(NAME, UNIT, "vertical energy to break the bond"),
    )
    needs: ClassVar[tuple[str, ...]] = ("energy",)

    @field_validator("bond", mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    def compute(self, case: Case) -> Finding:
        """Find the bond and run both fragments."""
        molecule = bonds_of(case.spec)
        sites = {
            f"{molecule.named(bond.first)}-{molecule.named(bond.second)}": partial(
                _cleavage, case, molecule, bond
            )
            for bond in self._bonds(molecule)
        }
        return at_best_site(case, NAME, sites, self.max_sites)

    def _bonds(self, molecule: Bonded) -> tuple[Bond, ...]:
        """Those that come into question."""
        if self.bond is not None:
            first, second = (atom_index(molecule, number) for number in self.bond)
            return (molecule.bond(first, second),)
        if self.smarts is not None:
            pairs = molecule.matches(self.smarts, 2)
            found = [molecule.bond(min(pair), max(pair)) for pair in pairs]
            return tuple(dict.fromkeys(found))
        if not molecule.chain_bonds:
            raise InputError("there is no bond outside rings to break")
        return molecule.chain_bonds


def _cleavage(case: Case, molecule: Bonded, bond: Bond) -> tuple[Species, ...]:
    """Both radicals less the molecule."""
    neutral = molecule_of(case.spec).charge == 0
    pieces = [_radical(part, bond.order, neutral) for part in molecule.cut(bond)]
    runs = fragment_runs(case.spec, pieces)
    labels = [run.title.rsplit(", ", 1)[-1] for run in runs]
    products = (Species(label, 1, run) for label, run in zip(labels, runs, strict=True))
    return (*products, Species("candidate", -1, case.spec))


def _radical(part: Part, order: int, neutral: bool) -> Fragment:
    """Neutral molecules break into neutral parts, even where formal charges are drawn in CO."""
    charge = 0 if neutral else part.charge
    fits = low_spin(part.protons - charge) % 2 == (order + 1) % 2
    return Fragment(part.atoms, charge, order + 1 if fits else order)
