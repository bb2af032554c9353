"""The settings of a campaign: an input file without a molecule, and a few more sections.

Every key of the input of `vqe run` is allowed; geometry, charge and multiplicity come from the
candidates.
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
from vqe_cli.properties import Property, refuse_other_references
from vqe_cli.properties.selection import chosen_properties
from vqe_cli.schema import RunSpec, Selection, Source, load_data, locate, spec_from_data
from vqe_cli.schema.files import inline_bases, inline_charges
from vqe_cli.screening.candidates.validation import Caps
from vqe_cli.screening.candidates.variants import OF_CANDIDATES, variants_of, with_bases
from vqe_cli.screening.model import Limits
from vqe_cli.screening.workers.clusters import BatchSystem

Overrides = Sequence[tuple[KeyPath, Any, str]]

DEFAULT_PROPERTIES = ("energy", "dipole", "gap", "triage")
SMALLEST_GRANT = 500_000_000
"""Smallest memory limit of a child in bytes: PySCF and Qiskit alone take half of it."""


class CandidateOptions(Caps):
    """Options for reading the candidates file, and limits on candidates."""

    smiles_column: str | None = Field(
        default=None, description="Table column with SMILES or InChI. Default: smiles, else inchi."
    )
    name_column: str | None = Field(
        default=None,
        description="Table column or .sdf property with names. Default: name, id or candidate.",
    )
    max_basis_functions: int = Field(
        default=600,
        ge=1,
        description="Largest number of basis functions; Hartree-Fock scales with its fourth power.",
    )


class LimitOptions(Frozen):
    """Limits of one attempt at a candidate, which runs in a process of its own."""

    memory: str | None = Field(
        default=None,
        description="Memory limit, such as 2 GB. Default: an equal share of the machine for each "
        "worker.",
    )
    time: float = Field(default=3600.0, gt=0, description="Time limit of one attempt in seconds.")

    @field_validator("memory", mode="before")
    @classmethod
    def _is_an_amount(cls, value: Any) -> Any:
        if value is not None and bytes_of(str(value)) is None:
            raise SpecError(f"'{value}' is not an amount of memory", "write 500 MB or 4 GB")
        return None if value is None else str(value)


class Sections(Frozen):
    """The sections that only a campaign has."""

    candidates: CandidateOptions = Field(
        default=CandidateOptions(), description="Options for reading and choosing candidates."
    )
    properties: tuple[Selection, ...] = Field(
        default=tuple(Selection(name=name) for name in DEFAULT_PROPERTIES),
        description="Properties to compute; `vqe list property` shows them.",
    )
    limits: LimitOptions = Field(default=LimitOptions(), description="Limits for one candidate.")
    grid: dict[str, Any] = Field(
        default={}, description="Lists of values by key of the input: every combination is run."
    )
    cluster: BatchSystem | None = Field(
        default=None, description="Jobs of a batch system as workers: {kind: slurm, cores: 8, ...}."
    )

    @field_validator("properties", mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class ScreenConfig:
    """A campaign's settings, checked as far as possible without a molecule.

    Args:
        run: Content of an input file, without the candidate's part of the molecule.
        sections: Sections that only a campaign has.
        source: Source of the values, for error messages.
    """

    run: dict[str, Any]
    sections: Sections
    source: Source

    def as_dict(self) -> dict[str, Any]:
        """The settings as plain data, as stored with the results."""
        return {**self.run, **self.sections.model_dump(mode="json")}

    def properties(self) -> tuple[Property, ...]:
        """The properties, in the order of computation."""
        return chosen_properties([chosen.as_dict() for chosen in self.sections.properties])

    def limits(self, workers: int, memory: Memory = MACHINE) -> Limits:
        """The limits of one attempt.

        Args:
            workers: Number of workers on one machine, which share its memory.
            memory: The memory of that machine.
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
            overrides: Values by key of the input (``molecule.basis``); they take precedence.
            own: Settings of the candidate's own input; they take precedence over the campaign's.
        """
        merged = {**self.run.get("molecule", {}), **molecule}
        data = {**self.run, **(own or {}), "molecule": merged}
        for key, value in (overrides or {}).items():
            data = _with(data, key.split("."), value)
        return data


def load_config(file: str | Path | None, overrides: Overrides = ()) -> ScreenConfig:
    """Read a campaign's settings and check every name and option in them.

    Args:
        file: YAML file; None for all defaults.
        overrides: Key path, value, and origin for error messages, of each overridden setting.

    Returns:
        The settings.

    Raises:
        InputError: Anything is wrong; the error states file and line.
    """
    data, source = load_data(file, overrides)
    try:
        inline_bases(data, source)
        inline_charges(data, source)
        data["grid"] = with_bases(data.get("grid", {}), source)
    except InputError as error:
        raise locate(error, source) from None
    own = {key: data.pop(key) for key in tuple(data) if key in Sections.model_fields}
    try:
        _refuse_strangers(data)
        sections = Sections.model_validate(own)
        config = ScreenConfig(data, sections, source)
        _check_names(config)
    except ValidationError as error:
        raise locate(input_error(error, Sections), source) from None
    except InputError as error:
        raise locate(error, source) from None
    return config


def config_from(data: dict[str, Any]) -> ScreenConfig:
    """The settings stored with a campaign's results.

    Args:
        data: Plain data from `ScreenConfig.as_dict`.
    """
    run = {key: value for key, value in data.items() if key not in Sections.model_fields}
    own = {key: value for key, value in data.items() if key in Sections.model_fields}
    return ScreenConfig(run, Sections.model_validate(own), Source())


def _refuse_strangers(data: dict[str, Any]) -> None:
    known = [*RunSpec.model_fields, *Sections.model_fields]
    for key in data:
        if key in ("basis", "ecp", "structure"):
            raise InputError(
                f"'{key}' belongs under 'molecule'", path=(key,), hint=f"molecule: {{{key}: ...}}"
            )
        if key in ("hamiltonian", "fcidump"):
            hint = "vqe scan --over, or vqe compare FILES, goes through models and Hamiltonians"
            message = f"'{key}': campaigns support only molecules"
            raise InputError(message, path=(key,), hint=hint)
        if key not in known:
            raise InputError(f"unknown key '{key}'", path=(key,), hint=did_you_mean(key, known))
    molecule = data.get("molecule", {})
    if not isinstance(molecule, dict):
        raise InputError("'molecule' must be a mapping of keys to values", path=("molecule",))
    for key in OF_CANDIDATES:
        if key in molecule:
            raise InputError(
                f"'{key}' comes from the candidates",
                path=("molecule", key),
                hint="remove it; a folder of YAML files can state it for each molecule",
            )


def _check_names(config: ScreenConfig) -> None:
    """Check all names and options with a helium atom, for every variant of the grid."""
    from vqe_cli.parts import located, look_up_parts

    properties = config.properties()
    for variant in variants_of(config.sections.grid):
        data = config.data({"geometry": "He 0 0 0"}, variant.overrides)
        try:
            spec = spec_from_data(data, config.source)
            with located(spec):
                look_up_parts(spec)
                refuse_other_references(spec, properties)
                for entry in properties:
                    entry.check_settings(spec)
        except InputError as error:
            raise _of_grid(error, variant.overrides) from None


def _of_grid(error: InputError, overrides: dict[str, Any]) -> InputError:
    """The error with its path in the grid, if the grid has set the value."""
    for key in overrides:
        if error.path[:1] == (key.split(".")[0],):
            error.path, error.where = ("grid", key), None
    return error


def _with(data: dict[str, Any], keys: Sequence[str], value: Any) -> dict[str, Any]:
    """A copy of the data with one value set."""
    first, *rest = keys
    if not rest:
        return {**data, first: value}
    inner = data.get(first, {})
    inner = inner if isinstance(inner, dict) else {"name": inner}
    return {**data, first: _with(inner, rest, value)}
