"""Densities and orbitals on a grid, in the cube format."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from vqe_cli._core.validation import SpecError
from vqe_cli._core.version import __version__
from vqe_cli.analysis.exports import Exportable, TextExport
from vqe_cli.analysis.exports.in_space import molecule_in_space, selection_of
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.density.cube_file import Grid, density_cube, orbital_cube
from vqe_cli.chemistry.density.density_in_space import DensityInSpace, determinant_density
from vqe_cli.chemistry.density.natural_orbitals import molecular_orbitals, natural_orbitals
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.errors import InputError
from vqe_cli.schema import RunSpec

OF_ORBITALS = ("orbital", "natural-orbital")


class Cube(TextExport):
    """A density or an orbital on a grid in Gaussian's cube format, which viewers show as surfaces.

    Densities are those of a run's final state; before a problem is solved, those of the
    Hartree-Fock determinant. They are in electrons per cubic bohr, orbitals in bohr^(-3/2).

    Reference:
        Gaussian's utility cubegen; written by PySCF, Sun et al., J. Chem. Phys. 153, 024109 (2020).
    """

    show: Literal["density", "spin-density", "orbital", "natural-orbital"] = Field(
        default="density",
        description="density, spin-density (alpha minus beta), orbital (of those that `vqe inspect "
        "--orbitals` shows) or natural-orbital (of a run, by descending occupation).",
    )
    number: int | None = Field(default=None, ge=1, description="Number of the orbital, from 1.")
    spacing: float = Field(
        default=0.1, ge=0.01, le=2.0, description="Largest distance of neighbouring points in Å."
    )
    margin: float = Field(
        default=2.5, ge=0.5, le=50.0, description="Space around the outermost atoms in Å."
    )

    suffix: ClassVar[str] = ".cube"

    @model_validator(mode="after")
    def _orbitals_have_numbers(self) -> Self:
        if (self.number is None) == (self.show in OF_ORBITALS):
            form = "{name: cube, show: orbital, number: 5}"
            verb = "needs" if self.number is None else "has no"
            raise SpecError(f"'{self.show}' {verb} 'number'", f"as in {form}")
        return self

    def refuse(self, spec: RunSpec) -> None:
        """Refuse integrals without positions."""
        molecule_in_space(spec, "a cube file")

    def check(self, selection: OrbitalSelection | UnrestrictedSelection) -> None:
        """Refuse a grid that is too large, and an orbital that does not exist."""
        field = selection.field
        if self.number is not None and self.number > field.num_orbitals:
            raise InputError(
                f"there is no orbital {self.number}: they run from 1 to {field.num_orbitals}"
            )
        self._grid.refuse_if_too_large(field.mole, field.memory)

    def uses_state(self, *, solved: bool) -> bool:
        """Whether a natural orbital, or the density of a run, is written."""
        return self.show == "natural-orbital" or (self.show != "orbital" and solved)

    def text(self, source: Exportable) -> str:
        """The grid as written by PySCF."""
        if self.show in OF_ORBITALS:
            return self._orbital(source)
        return self._density(source)

    @property
    def _grid(self) -> Grid:
        return Grid(spacing=self.spacing, margin=self.margin)

    def _orbital(self, source: Exportable) -> str:
        selection = selection_of(source)
        assert self.number is not None
        column = self.number - 1
        if self.show == "natural-orbital":
            assert source.density is not None
            found = natural_orbitals(selection, source.density)
            measured = f"occupation {found.occupations[column]:.5f}"
        else:
            found = molecular_orbitals(selection, source.density)
            measured = f"energy {found.energies[column]:.5f} Hartree"
        titles = _titles(source, f"{self.show} {self.number}, {measured}, in bohr^(-3/2)")
        return orbital_cube(found.mole, found.coefficients[:, column], self._grid, *titles)

    def _density(self, source: Exportable) -> str:
        selection = selection_of(source)
        found = DensityInSpace.of(selection, source.density or determinant_density(selection))
        spin = self.show == "spin-density"
        matrix = found.spin_density if spin else found.spin_summed
        state = "Hartree-Fock determinant" if source.density is None else "final state"
        what = f"{self.show} of the {state}, in electrons per cubic bohr"
        return density_cube(found.mole, matrix, self._grid, *_titles(source, what))


def _titles(source: Exportable, what: str) -> tuple[str, str]:
    """The two comments at the beginning of the file."""
    return f"{source.spec.title}: {what}", f"vqe {__version__}"
