"""The proton affinity."""

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

NAME = "protonation"


class Protonation(EnergyDifference):
    """The vertical proton affinity: molecule minus its conjugate acid.

    The proton has the position of RDKit's ideal geometry, nothing is relaxed, and vibrations and
    temperature are not included: tabulated enthalpies are a few kcal/mol smaller. Without `atom`
    or `smarts` all atoms with lone pairs are compared by Hartree-Fock, and the best is used.

    Reference:
        Hunter and Lias, J. Phys. Chem. Ref. Data 27, 413 (1998), for definition and values.
    """

    atom: int | None = Field(
        default=None, ge=1, description="Number of the protonated atom, from 1. Default: the best."
    )
    smarts: str | None = Field(
        default=None,
        description="SMARTS pattern whose first atom is protonated; the best of several matches.",
    )
    max_sites: int = Field(default=8, ge=1, description="Largest number of atoms to compare.")

    columns: ClassVar[tuple[Column, ...]] = (
        *columns(NAME, UNIT, "vertical proton affinity"),
        Column(f"{NAME}_site", "text", "Protonated atom, numbered from 1."),
    )
    needs: ClassVar[tuple[str, ...]] = ("energy",)

    @property
    def numbered_atoms(self) -> tuple[int, ...]:
        """Numbers of the atoms that the options name."""
        return () if self.atom is None else (self.atom,)

    def check_molecule(self, spec: RunSpec) -> None:
        """Refuse a molecule without such a site."""
        self._sites(bonds_of(spec))

    def compute(self, case: Case) -> Finding:
        """Find the site and run the conjugate acid.

        Returns:
            The values, the record and the notes of the property.
        """
        molecule = bonds_of(case.spec)
        sites = {
            molecule.named(site): Site(partial(_affinity, case, molecule, site))
            for site in self._sites(molecule)
        }
        return at_best_site(case, NAME, sites, self.max_sites, self.max_operations, best=max)

    def _sites(self, molecule: Bonded) -> tuple[int, ...]:
        if self.atom is not None:
            return (atom_index(molecule, self.atom),)
        if self.smarts is not None:
            return tuple(site for (site,) in molecule.matches(self.smarts, 1))
        found = molecule.basic_atoms()
        if not found:
            raise InputError(
                "no atom with a lone pair was found to protonate",
                hint="choose an atom: {name: protonation, atom: 1}",
            )
        return found


def _affinity(case: Case, molecule: Bonded, site: int) -> tuple[Species, ...]:
    """The molecule minus the conjugate acid."""
    return proton_moved(case, molecule.with_proton(site), moved=1, sign=-1)
