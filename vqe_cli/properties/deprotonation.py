"""The energy to remove a proton."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from pydantic import Field

from vqe_cli.chemistry.geometry.structures.bonds import Bonded
from vqe_cli.errors import InputError
from vqe_cli.properties import Case, Column, Finding
from vqe_cli.properties._fragments import bonds_of
from vqe_cli.properties._protons import proton_moved
from vqe_cli.properties._sites import UNIT, Site, at_best_site, atom_index
from vqe_cli.properties.differences.columns import EnergyDifference, columns
from vqe_cli.properties.differences.levels import Species
from vqe_cli.schema import RunSpec

NAME = "deprotonation"


class Deprotonation(EnergyDifference):
    """The vertical deprotonation energy: conjugate base minus molecule.

    Geometries are not relaxed, and vibrations and temperature are not included. Without `atom` or
    `smarts` the hydrogens on electronegative atoms, or those on carbon if there are no others, are
    compared by Hartree-Fock, and the most acidic one is used.

    Reference:
        Bartmess, Scott and McIver, J. Am. Chem. Soc. 101, 6046 (1979), for gas-phase acidities.
    """

    atom: int | None = Field(
        default=None, ge=1, description="Number of the hydrogen, from 1. Default: the most acidic."
    )
    smarts: str | None = Field(
        default=None,
        description="SMARTS pattern whose first atom is the hydrogen; the most acidic of several.",
    )
    max_sites: int = Field(default=8, ge=1, description="Largest number of hydrogens to compare.")

    columns: ClassVar[tuple[Column, ...]] = (
        *columns(NAME, UNIT, "vertical deprotonation energy"),
        Column(f"{NAME}_site", "text", "Removed hydrogen, numbered from 1."),
    )
    needs: ClassVar[tuple[str, ...]] = ("energy",)

    @property
    def numbered_atoms(self) -> tuple[int, ...]:
        """Numbers of the atoms that the options name."""
        return () if self.atom is None else (self.atom,)

    def check_molecule(self, spec: RunSpec) -> None:
        """Refuse a molecule without such a hydrogen."""
        self._sites(bonds_of(spec))

    def compute(self, case: Case) -> Finding:
        """Find the site and run the conjugate base.

        Returns:
            The values, the record and the notes of the property.
        """
        molecule = bonds_of(case.spec)
        sites = {
            molecule.named(site): Site(partial(_acidity, case, molecule, site))
            for site in self._sites(molecule)
        }
        return at_best_site(case, NAME, sites, self.max_sites, self.max_operations)

    def _sites(self, molecule: Bonded) -> tuple[int, ...]:
        if self.atom is not None:
            found: tuple[int, ...] = (atom_index(molecule, self.atom),)
        elif self.smarts is not None:
            found = tuple(site for (site,) in molecule.matches(self.smarts, 1))
        else:
            found = molecule.acidic_hydrogens()
        others = [molecule.named(site) for site in found if molecule.atoms.symbols[site] != "H"]
        if others:
            raise InputError(f"{', '.join(others)} is not a hydrogen", hint="as in '[H][OX2]'")
        if not found or len(molecule.atoms) < 2:
            raise InputError("there is no hydrogen to remove as a proton")
        return found


def _acidity(case: Case, molecule: Bonded, site: int) -> tuple[Species, ...]:
    """The conjugate base minus the molecule."""
    rest = [number for number in range(len(molecule.atoms)) if number != site]
    return proton_moved(case, molecule.atoms.at(rest), moved=-1, sign=1)
