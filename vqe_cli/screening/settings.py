"""What a campaign does with every candidate: an input file without a molecule, and a few sections.

Every key of `vqe run`'s input may stand in it; the geometry, charge and multiplicity come from
the candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

from vqe_cli._core.resources import MACHINE, Memory, bytes_of
from vqe_cli._core.validation import Frozen, SpecError, input_error
from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.errors import Path as KeyPath
from vqe_cli.properties import Property
from vqe_cli.schema import RunSpec, Selection, Source, load_data, locate, spec_from_data
from vqe_cli.schema.files import inline_bases
from vqe_cli.screening.candidates.validation import Caps
from vqe_cli.screening.candidates.variants import OF_CANDIDATES, variants_of, with_bases
from vqe_cli.screening.model import Limits
from vqe_cli.screening.selection import chosen_properties
from vqe_cli.screening.workers.clusters import BatchSystem

Overrides = Sequence[tuple[KeyPath, Any, str]]

DEFAULT_PROPERTIES = ("energy", "dipole", "gap", "triage")
SMALLEST_GRANT = 500_000_000
"""Bytes that a child gets at least: PySCF and Qiskit alone take half of it."""


class CandidateOptions(Caps):
    """How the file of candidates is read, and which of them are taken."""

    smiles_column: str | None = Field(
        None, description="Of a table, with SMILES or InChI. Default: smiles, else inchi."
    )
    name_column: str | None = Field(
        None, description="Of a table, or an .sdf property. Default: name, id or candidate."
    )
    max_basis_functions: int = Field(
        600, ge=1, description="Hartree-Fock takes their fourth power; larger ones are refused."
    )


class LimitOptions(Frozen):
    """What one candidate may take; each runs in a process of its own."""

    memory: str | None = Field(
        None, description="E.g. 2 GB. Default: an equal share of the machine for each worker."
    )
    time: float = Field(3600.0, gt=0, description="Seconds for one attempt.")

    @field_validator("memory", mode="before")
    @classmethod
    def _is_an_amount(cls, value: Any) -> Any:
        if value is not None and bytes_of(str(value)) is None:
            raise SpecError(f"'{value}' is not an amount of memory", "write 500 MB or 4 GB")
        return None if value is None else str(value)


class Sections(Frozen):
    """The sections that only a campaign has."""

    candidates: CandidateOptions = Field(
        CandidateOptions(), description="How the candidates are read and chosen."
    )
    properties: tuple[Selection, ...] = Field(
        tuple(Selection(name=name) for name in DEFAULT_PROPERTIES),
        description="What is computed; `vqe list property` shows them.",
    )
    limits: LimitOptions = Field(LimitOptions(), description="What one candidate may take.")
    grid: dict[str, Any] = Field(
        {}, description="Key of the input to a list of values: every combination is run."
    )
    cluster: BatchSystem | None = Field(
        None, description="Jobs of a batch system as workers: {kind: slurm, cores: 8, ...}."
    )

    @field_validator("properties", mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class ScreenConfig:
    """A campaign's settings, checked as far as they can be without a molecule.

    Args:
        run: What an input file would hold, but for the candidate's part of the molecule.
        sections: The rest.
        source: Where the values came from.
    """

    run: dict[str, Any]
    sections: Sections
    source: Source

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as it is kept with the results."""
        return {**self.run, **self.sections.model_dump(mode="json")}

    def properties(self) -> tuple[Property, ...]:
        """What is computed, in order."""
        return chosen_properties([chosen.as_dict() for chosen in self.sections.properties])

    def limits(self, workers: int, memory: Memory = MACHINE) -> Limits:
        """What one attempt may take, where so many run side by side.

        Args:
            workers: On one machine.
            memory: Of that machine.
        """
        amount = self.sections.limits.memory
        share = max(SMALLEST_GRANT, memory.usable // max(1, workers))
        return Limits(
            memory_bytes=(bytes_of(amount) or share) if amount else share,
            seconds=self.sections.limits.time,
        )

    def data(
        self,
        molecule: dict[str, Any],
        overrides: dict[str, Any] | None = None,
        own: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The input of one molecule, unchecked.

        Args:
            molecule: Geometry, charge and multiplicity.
            overrides: Key of the input (``molecule.basis``) to value; they win.
            own: What the candidate says besides its molecule; it wins over the settings.
        """
        merged = {**self.run.get("molecule", {}), **molecule}
        data = {**self.run, **(own or {}), "molecule": merged}
        for key, value in (overrides or {}).items():
            data = _with(data, key.split("."), value)
        return data


def load_config(file: str | Path | None, overrides: Overrides = ()) -> ScreenConfig:
    """Read a campaign's settings and check every name and option in them.

    Args:
        file: YAML; None for all defaults.
        overrides: Path in the input, value, and what to call it in errors.

    Raises:
        InputError: With file and line, whatever is wrong.
    """
    data, source = load_data(file, overrides)
    try:
        inline_bases(data, source)
        data["grid"] = with_bases(data.get("grid", {}), source)
    except InputError as error:
        raise locate(error, source) from None
    own = {key: data.pop(key) for key in tuple(data) if key in Sections.model_fields}
    try:
        _refuse_strangers(data)
        sections = Sections.model_validate(own)
        config = ScreenConfig(data, sections, source)
        _rehearse(config)
    except ValidationError as error:
        raise locate(input_error(error, Sections), source) from None
    except InputError as error:
        raise locate(error, source) from None
    return config


def config_from(data: dict[str, Any]) -> ScreenConfig:
    """Settings as they were kept with a campaign's results.

    Args:
        data: What `ScreenConfig.as_dict` gave.
    """
    run = {key: value for key, value in data.items() if key not in Sections.model_fields}
    own = {key: value for key, value in data.items() if key in Sections.model_fields}
    return ScreenConfig(run, Sections.model_validate(own), Source())


def _refuse_strangers(data: dict[str, Any]) -> None:
    known = [*RunSpec.model_fields, *Sections.model_fields]
    for key in data:
        if key in ("basis", "ecp", "structure"):
            raise InputError(
                f"'{key}' stands under 'molecule'", path=(key,), hint=f"molecule: {{{key}: ...}}"
            )
        if key in ("hamiltonian", "fcidump"):
            raise InputError(f"'{key}': a campaign is about molecules", path=(key,))
        if key not in known:
            raise InputError(f"unknown key '{key}'", path=(key,), hint=did_you_mean(key, known))
    molecule = data.get("molecule", {})
    if not isinstance(molecule, dict):
        raise InputError("'molecule' must be a mapping of keys to values", path=("molecule",))
    for key in OF_CANDIDATES:
        if key in molecule:
            raise InputError(
                f"'{key}' comes from each candidate",
                path=("molecule", key),
                hint="leave it out; a folder of YAML files may hold it for each molecule",
            )


def _rehearse(config: ScreenConfig) -> None:
    """Check all names and options on an atom of helium, and on every variant of the grid."""
    from vqe_cli.registries import located, resolve

    config.properties()
    for variant in variants_of(config.sections.grid):
        data = config.data({"geometry": "He 0 0 0"}, variant.overrides)
        try:
            spec = spec_from_data(data, config.source)
            with located(spec):
                resolve(spec)
        except InputError as error:
            raise _of_grid(error, variant.overrides) from None


def _of_grid(error: InputError, overrides: dict[str, Any]) -> InputError:
    """An error about a value that the grid has set stands in the grid."""
    for key in overrides:
        if error.path[:1] == (key.split(".")[0],):
            error.path, error.where = ("grid", key), None
    return error


def _with(data: dict[str, Any], keys: Sequence[str], value: Any) -> dict[str, Any]:
    """The same data with one value set; nothing is changed in place."""
    first, *rest = keys
    if not rest:
        return {**data, first: value}
    inner = data.get(first, {})
    inner = inner if isinstance(inner, dict) else {"name": inner}
    return {**data, first: _with(inner, rest, value)}
