"""The surroundings of a molecule in the input: an implicit solvent, or point charges."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli._core.validation import Frozen, InputPart, SpecError
from vqe_cli.schema.length_units import length_unit
from vqe_cli.schema.point_charges import (
    CHARGE_FIRST,
    CHARGE_LAST,
    ChargesError,
    PointCharge,
    read_table,
)

_WITH_CAPITALS = (
    "E-1,2-dichloroethene",
    "E-2-pentene",
    "N,N-dimethylacetamide",
    "N,N-dimethylformamide",
    "N-methylaniline",
    "N-methylformamide(E/Zmixture)",
    "Z-1,2-dichloroethene",
    "tetrahydrothiophene-S,S-dioxide",
)
"""Names of the Minnesota solvent database that are not in small letters."""

SolventModel = Literal["ddcosmo", "c-pcm", "smd"]


class SolventSpec(InputPart):
    """An implicit solvent: a polarisable continuum outside a cavity around the molecule."""

    name: str = Field(description="Name in the Minnesota solvent database, such as water.")
    model: SolventModel = Field(
        default="ddcosmo",
        description="ddcosmo and c-pcm are electrostatic; smd adds cavity, dispersion and structure"
        " of the solvent.",
    )
    dielectric_constant: float | None = Field(
        default=None,
        gt=1,
        le=1e6,
        description="Static dielectric constant in place of the named solvent's; not for smd.",
    )
    self_consistent: bool = Field(
        default=False,
        description="false: the solvent is polarised by the mean field. true: by the density of "
        "the ansatz in the active space, until both agree.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    @field_validator("name", mode="after")
    @classmethod
    def _in_any_case(cls, value: str) -> str:
        return next((one for one in _WITH_CAPITALS if one.lower() == value.lower()), value.lower())

    @model_validator(mode="after")
    def _smd_has_its_own_constants(self) -> SolventSpec:
        if self.model == "smd" and self.dielectric_constant is not None:
            raise SpecError(
                "smd takes its constants from the solvent's name",
                "leave out dielectric_constant, or use ddcosmo or c-pcm",
                ("dielectric_constant",),
            )
        return self


class EnvironmentSpec(InputPart):
    """Point charges around the molecule."""

    charges: str = Field(
        description="A file (.pqr, .xyz with charges, .pdb, or a table), lines of 'q x y z', or a "
        "list of [q, x, y, z]; charges in units of e."
    )
    units: Literal["angstrom", "bohr"] = Field(
        default="angstrom", description="Unit of the coordinates of a table."
    )
    columns: Literal["q x y z", "x y z q"] = Field(
        default="q x y z", description="Order of the numbers in a table of four columns."
    )
    pdb_charges: Literal["occupancy", "b-factor"] | None = Field(
        default=None, description="The column of a .pdb file that holds charges."
    )
    file: str | None = Field(default=None, description="The file that was read, filled in.")
    sha256: str | None = Field(default=None, description="Its SHA-256 checksum, filled in.")

    @field_validator("units", mode="before")
    @classmethod
    def _by_its_name(cls, value: Any) -> Any:
        return length_unit(value)

    @model_validator(mode="before")
    @classmethod
    def _from_charges(cls, value: Any) -> Any:
        found = {"charges": value} if isinstance(value, (str, list)) else value
        if isinstance(found, dict) and isinstance(found.get("charges"), (list, tuple)):
            columns = found.get("columns", CHARGE_FIRST)
            return {**found, "charges": _lines(found["charges"], columns)}
        return found

    @model_validator(mode="after")
    def _is_a_table(self) -> EnvironmentSpec:
        if "\n" not in self.charges:
            raise SpecError("the file was not read", "use vqe_cli.load", ("charges",))
        try:
            read_table(self.charges, self.columns)
        except ChargesError as error:
            message = f"line {error.line}: {error.message}"
            raise SpecError(message, error.hint, ("charges",)) from None
        return self

    @property
    def points(self) -> tuple[PointCharge, ...]:
        """The charges in units of e, and their positions in Ångström."""
        scale = BOHR_IN_ANGSTROM if self.units == "bohr" else 1.0
        found = read_table(self.charges, self.columns)
        return tuple((q, x * scale, y * scale, z * scale) for q, x, y, z in found)


class Surroundings(Frozen):
    """What is around a molecule; the default is vacuum."""

    solvent: SolventSpec | None = None
    environment: EnvironmentSpec | None = None

    @property
    def are_empty(self) -> bool:
        """Whether the molecule is in vacuum."""
        return self.solvent is None and self.environment is None

    @property
    def key(self) -> str:
        """A text that is the same for surroundings with the same mean field."""
        return self.model_dump_json(exclude={"solvent": {"self_consistent"}})


VACUUM = Surroundings()


def _lines(rows: Any, columns: str) -> str:
    """A list of rows of four numbers as a table."""
    for index, row in enumerate(rows):
        numbers = isinstance(row, (list, tuple)) and len(row) == 4 and all(map(_is_real, row))
        if not numbers:
            form = "[q, x, y, z]" if columns != CHARGE_LAST else "[x, y, z, q]"
            raise SpecError(f"{row!r} is not {form}"[:80], None, ("charges", index))
    return "".join(" ".join(map(repr, row)) + "\n" for row in rows)


def _is_real(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
