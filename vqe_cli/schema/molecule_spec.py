"""The molecule section of the input: atoms, electrons, basis set and mean field."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from vqe_cli._core.validation import Frozen, InputPart, SpecError
from vqe_cli.errors import Path
from vqe_cli.schema.basis import AUTO, Basis, CorePotentials, name_or_word
from vqe_cli.schema.elements import with_capitals
from vqe_cli.schema.length_units import length_unit

OF_ELECTRONS: tuple[Path, ...] = (
    ("molecule", "charge"),
    ("molecule", "multiplicity"),
    ("molecule", "geometry"),
)
"""Keys that the numbers of electrons depend on."""


def _printable(name: str | None) -> str | None:
    """The name, if it has no control characters, which terminals and files must not get."""
    if name is not None and not (name.isprintable() and name.strip()):
        raise SpecError("has characters that cannot be printed, or none that can")
    return name


Name = Annotated[str, AfterValidator(_printable), Field(max_length=200)]


class Geometry(Frozen):
    """The atoms, in one of five notations."""

    cartesian: str | None = Field(
        default=None, description="Lines of 'symbol x y z'; '@H' is a ghost atom."
    )
    zmatrix: str | None = Field(default=None, description="A Z-matrix with angles in degrees.")
    smiles: str | None = Field(
        default=None, description="A SMILES text; `structure` sets how it gets coordinates."
    )
    molfile: str | None = Field(
        default=None,
        description="The text of a molfile; three-dimensional coordinates are used unchanged.",
    )
    file: str | None = Field(
        default=None,
        description="An .xyz, .mol or .sdf file, or another program's output, relative to the "
        "input file.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"cartesian": value}
        if not isinstance(value, dict):
            raise SpecError(
                "must be lines of 'symbol x y z', or a mapping with file, zmatrix, smiles"
                " or molfile",
                "write 'geometry: |' and below it a line 'H 0 0 0' for each atom",
            )
        return value

    @field_validator("cartesian")
    @classmethod
    def _symbols_as_in_formulas(cls, text: str | None) -> str | None:
        return None if text is None else with_capitals(text)

    @model_validator(mode="after")
    def _exactly_one(self) -> Geometry:
        given = [key for key, text in self if text is not None]
        if len(given) != 1:
            raise SpecError(
                f"needs exactly one notation, not {' and '.join(given) or 'none'}",
                "give cartesian, zmatrix, smiles, molfile or file",
            )
        return self

    @property
    def is_structure(self) -> bool:
        """Whether the notation gives charge and bonds, not only coordinates."""
        return self.smiles is not None or self.molfile is not None


class StructureSpec(InputPart):
    """Options of making coordinates from a structure."""

    conformers: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="Number of geometries embedded by ETKDGv3; the lowest is kept.",
    )
    rank_by: Literal["mmff94", "gfn2-xtb"] = Field(
        default="mmff94",
        description="Method that finds the lowest conformer; UFF if MMFF94 has no parameters.",
    )
    optimize: Literal["auto", "none", "mmff94", "gfn2-xtb"] = Field(
        default="auto",
        description="Method that relaxes coordinates. auto: mmff94 for embedded structures, none "
        "for given coordinates. gfn2-xtb relaxes the kept conformer after mmff94.",
    )
    seed: int = Field(default=7, ge=0, lt=2**31, description="Random seed of the embedding.")
    timeout_s: float = Field(
        default=60.0,
        gt=0,
        le=86400,
        description="Time limit of embedding and force field, seconds.",
    )


class ScfSpec(InputPart):
    """Options of the mean field."""

    symmetry: Literal["keep", "break"] = Field(
        default="keep",
        description="keep: orbitals keep the point group, and lower solutions that break it are "
        "only reported; break: every instability is followed.",
    )
    guesses: Literal["auto", "one", "many"] = Field(
        default="auto",
        description="Number of initial guesses; the lowest solution is kept. auto: many for open "
        "shells, ions, transition metals and stretched bonds; one with a functional.",
    )
    unrestricted: bool = Field(
        default=False,
        description="Whether alpha and beta electrons have orbitals of their own (UHF, UKS); "
        "without a point group.",
    )
    functional: str | None = Field(
        default=None,
        min_length=1,
        description="Density functional of the orbitals by PySCF's name, such as pbe0. Default: "
        "none, Hartree-Fock.",
    )

    @field_validator("functional", mode="before")
    @classmethod
    def _name_of_functional(cls, value: Any) -> Any:
        """The name in small letters without blanks; None for the name none."""
        if not isinstance(value, str):
            return value
        name = "".join(value.lower().split())
        return None if name == "none" else name

    @model_serializer(mode="wrap")
    def _without_new_defaults(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out the defaults of other references, so that fingerprints stay what they were."""
        data: dict[str, Any] = handler(self)
        if not self.unrestricted:
            data.pop("unrestricted", None)
        if self.functional is None:
            data.pop("functional", None)
        return data


class MoleculeSpec(InputPart):
    """A molecule, its electrons and its basis set."""

    ambiguous_if_empty: ClassVar[frozenset[str]] = frozenset({"ecp"})

    name: Name | None = Field(default=None, description="The name in tables.")
    geometry: Geometry = Field(
        description="The atoms: text, or {file|zmatrix|smiles|molfile: ...}."
    )
    structure: StructureSpec | None = Field(
        default=None,
        description="Options of making coordinates from a SMILES or molfile, and of relaxing.",
    )
    units: Literal["angstrom", "bohr"] = Field(
        default="angstrom", description="Unit of the coordinates."
    )
    charge: int = Field(
        default=0,
        ge=-50,
        le=200,
        description="Total charge in units of e; by default that of a SMILES or molfile, else 0.",
    )
    multiplicity: int = Field(
        default=1, ge=1, le=50, description="2S+1; by default that of a SMILES or molfile, else 1."
    )
    basis: Basis = Field(
        default="sto-3g",
        description="Name of a basis set of PySCF, a basis set written out ({file: ...} or text), "
        "or a mapping from element to basis set.",
    )
    ecp: CorePotentials = Field(
        default=AUTO,
        description="Core potentials. auto: those that belong to the basis set; or none, a name, "
        "{file: ...}, or a mapping from element to these.",
    )
    density_fitting: bool | str = Field(
        default=AUTO,
        description="Whether two-electron integrals are fitted, or the name of the auxiliary basis "
        "set. auto: only if the integrals would not fit into memory.",
    )
    relativity: Literal["none", "x2c"] = Field(
        default="none",
        description="Scalar relativity. x2c: exact two-component, spin-free and one-electron.",
    )
    symmetry: bool = Field(default=True, description="Whether to find and use the point group.")
    scf: ScfSpec = Field(default=ScfSpec(), description="Options of the mean field.")

    @field_validator("density_fitting", mode="before")
    @classmethod
    def _in_one_spelling(cls, value: Any) -> Any:
        return name_or_word(value) if isinstance(value, str) else value

    @field_validator("units", mode="before")
    @classmethod
    def _by_its_name(cls, value: Any) -> Any:
        return length_unit(value)

    @model_serializer(mode="wrap")
    def _as_it_was_asked_for(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out values that a structure gives; fill in how it gets coordinates.

        Defaults of the keys for large molecules are left out too: fingerprints of inputs without
        them stay what they were before there were such keys.
        """
        data: dict[str, Any] = handler(self)
        for key in ("density_fitting", "relativity"):
            if data.get(key) == type(self).model_fields[key].default:
                del data[key]
        if not self.geometry.is_structure:
            return data
        told = {"charge", "multiplicity"} - self.model_fields_set
        options = (self.structure or StructureSpec()).model_dump()
        return {key: value for key, value in data.items() if key not in told} | {
            "structure": options
        }
