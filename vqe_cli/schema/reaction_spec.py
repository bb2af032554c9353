"""The model of a reaction in an input file: its species, and how many of each."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from vqe_cli._core.validation import Frozen, SpecError
from vqe_cli.schema.molecule_spec import Name
from vqe_cli.schema.selection import Selection

ELECTRON = "e-"

OF_SPECIES = ("geometry", "charge", "multiplicity", "units", "name")
"""Keys of the molecule that each species has of its own."""

FILES = frozenset({".yaml", ".yml", ".xyz", ".mol", ".sdf", ".json", ".gz"})
"""Ends of names that are read as files where a species is a text."""


class SpeciesSpec(Frozen):
    """A species of a reaction: a molecule, the proton ``[H+]`` or the electron ``e-``."""

    name: Name | None = Field(default=None, description="The name in tables.")
    smiles: str | None = Field(default=None, description="A SMILES text, or e- ...")
    file: str | None = Field(
        default=None, description="... or an input file or geometry, relative to this file ..."
    )
    geometry: str | None = Field(default=None, description="... or lines of 'symbol x y z'.")
    units: Literal["angstrom", "bohr"] | None = Field(
        default=None, description="Units of the coordinates; by default ångström."
    )
    charge: int | None = Field(default=None, ge=-50, le=200, description="Total charge.")
    multiplicity: int | None = Field(default=None, ge=1, le=50, description="2S+1.")
    count: int = Field(default=1, ge=1, le=1000, description="Stoichiometric number.")
    active_space: Selection | None = Field(
        default=None, description="Its active space, if it differs from that of the others."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        suffix = PurePath(value).suffix.lower()
        return {"file" if suffix in FILES else "smiles": value}

    @model_validator(mode="after")
    def _exactly_one(self) -> SpeciesSpec:
        given = [key for key in ("smiles", "file", "geometry") if getattr(self, key) is not None]
        if len(given) != 1:
            raise SpecError(
                f"needs one of smiles, file and geometry, not {' and '.join(given) or 'none'}"
            )
        return self

    @property
    def is_electron(self) -> bool:
        """Whether it is a free electron, which has no energy."""
        return self.smiles == ELECTRON


class ReactionSpec(Frozen):
    """A reaction: reactants and products."""

    name: Name | None = Field(default=None, description="The name of the reaction.")
    reactants: tuple[SpeciesSpec, ...] = Field(min_length=1, description="The reactants.")
    products: tuple[SpeciesSpec, ...] = Field(min_length=1, description="The products.")

    @model_validator(mode="before")
    @classmethod
    def _has_two_sides(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            raise SpecError(
                "a reaction has two sides", "reaction: {reactants: [a.xyz], products: [b.xyz]}"
            )
        return value

    @field_validator("reactants", "products", mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise SpecError("must be a list", f"write ['{value}']")
        return tuple(value) if isinstance(value, list) else value
