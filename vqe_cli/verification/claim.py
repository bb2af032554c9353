"""Claims: a problem, the energy that is claimed of it, and what supports the claim."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from vqe_cli._core.bundles import is_bundle
from vqe_cli._core.units import HARTREE
from vqe_cli._core.validation import Frozen, SpecError, input_error
from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema import RunSpec, locate, spec_from_data
from vqe_cli.schema.files import load_data
from vqe_cli.schema.readers.content import read_bytes
from vqe_cli.schema.record import is_record
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.source import Source
from vqe_cli.schema.stored_records import StoredRun, read_stored_run

MAX_RECORD_BYTES = 500_000_000

PROBLEMS = ("molecule", "fcidump", "hamiltonian")
"""Keys of which each alone defines a problem."""

EVIDENCE = ("record", "circuit", "parameters", "bitstrings", "density")
"""Keys of the kinds of evidence, of which a claim has at most one."""


class ClaimedEnergy(Frozen):
    """The claimed energy."""

    energy: float = Field(description="Total energy, Hartree.")
    tolerance: float = Field(
        default=1e-6, gt=0, le=1, description="Difference that counts as agreement, Hartree."
    )
    standard_error: float | None = Field(
        default=None, gt=0, description="Standard error of a sampled energy, Hartree."
    )
    method: str | None = Field(
        default=None, description="Classical method of the energy, e.g. ccsd-t; it is computed."
    )


class DensityArrays(Frozen):
    """Density matrices written out, as in the file of ``vqe run --rdm``."""

    rdm1: Sequence[Any] = Field(description="One-body matrix, (norb, norb) or one for each spin.")
    rdm2: Sequence[Any] = Field(description="Two-body matrix summed over spin, (norb,)*4.")


class ClaimKeys(Frozen):
    """The keys of a claim besides those of the problem."""

    claim: ClaimedEnergy
    record: str | None = Field(default=None, description="File of a record of `vqe run -o`.")
    circuit: str | None = Field(default=None, description="File: OpenQASM 2 or 3, or QPY.")
    parameters: tuple[float, ...] | str | None = Field(
        default=None, description="Parameters of `ansatz`, or a file of them."
    )
    bitstrings: tuple[str, ...] | str | None = Field(
        default=None, description="Sampled bit strings, the first qubit last, or a file of them."
    )
    density: DensityArrays | str | None = Field(
        default=None, description="Density matrices, or the file of `vqe run --rdm`."
    )

    @field_validator("parameters", mode="before")
    @classmethod
    def _numbers(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return tuple(float(one) if type(one) is int else one for one in value)

    @field_validator("bitstrings", mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        for place, one in enumerate(value):
            if not isinstance(one, str):
                raise SpecError(f"{one} is a number", "write bit strings in quotes", (place,))
        return tuple(value)

    @model_validator(mode="after")
    def _at_most_one(self) -> ClaimKeys:
        given = self.evidence
        if len(given) > 1:
            raise SpecError(
                f"{' and '.join(given)} are several kinds of evidence",
                "keep one, and verify the others as claims of their own",
                (given[1],),
            )
        return self

    @property
    def evidence(self) -> list[str]:
        """The kinds of evidence that are given."""
        found = [key for key in EVIDENCE if getattr(self, key) is not None]
        return found + (["claim.method"] if self.claim.method is not None else [])


@dataclass(frozen=True, eq=False)
class Claim:
    """A claim that has been read.

    Args:
        spec: The problem, with the ansatz and the mapping of the evidence.
        keys: The claimed energy and its evidence.
        stored: The record that is the evidence, as it was written; None for other evidence.
    """

    spec: RunSpec
    keys: ClaimKeys
    stored: StoredRun | None = None

    @cached_property
    def record(self) -> RunRecord | None:
        """The record that is the evidence; None for other evidence."""
        return None if self.stored is None else self.stored.record()

    def path(self, name: str) -> Path:
        """A file of the claim, relative to its folder.

        Args:
            name: The name in the claim.
        """
        return self.spec.relative_to_source(name)


def read_claim(
    file: Path, overrides: Sequence[tuple[KeyPath, Any, str]] = (), run: str | None = None
) -> Claim:
    """The claim in a file: YAML or JSON with the key ``claim``, or a record of a run.

    Args:
        file: Path of the file.
        overrides: Keys, value and name in errors of values set by flags.
        run: Name or number of the run, in a record of several; None for the only one.

    Raises:
        InputError: The claim is wrong; the error names file and line.
    """
    stored = _record_in(file, run)
    if stored is not None:
        return _of_record(stored, overrides, run)
    return claim_from_data(*load_data(file, overrides), run)


def claim_from_data(
    data: Mapping[str, Any], source: Source | None = None, run: str | None = None
) -> Claim:
    """The claim in plain data.

    Args:
        data: The content of a claim in YAML.
        source: The origins of the values.
        run: Name or number of the run, in a record of several that is the evidence.

    Raises:
        InputError: A key is unknown, a value is wrong, or a file cannot be read.
    """
    source = source or Source()
    problem = {key: value for key, value in data.items() if key not in ClaimKeys.model_fields}
    own = {key: value for key, value in data.items() if key in ClaimKeys.model_fields}
    try:
        _refuse_unknown(problem)
        keys = ClaimKeys.model_validate(own)
    except ValidationError as error:
        raise locate(_with_hint(input_error(error, ClaimKeys)), source) from None
    except InputError as error:
        raise locate(error, source) from None
    stored = None
    if keys.record is None and run is not None:
        raise InputError(f"there is no record to choose '{run}' from", path=("--name",))
    if keys.record is not None:
        path = source.folder / keys.record
        stored = _record_in(path, run)
        if stored is None:
            message = f"{path} is no record of `vqe run -o`"
            raise locate(InputError(message, path=("record",)), source)
        problem = _with_settings_of(stored, problem, run)
    return Claim(_in_hartree(spec_from_data(problem, source)), keys, stored)


def _with_settings_of(
    stored: StoredRun, problem: Mapping[str, Any], run: str | None
) -> dict[str, Any]:
    """The keys of a problem, with those of a record that they do not replace."""
    recorded, source = load_data(stored.path, run=run)
    if "fcidump" in recorded:
        file = str(source.folder / recorded["fcidump"]["file"])
        recorded["fcidump"] = {**recorded["fcidump"], "file": file}
    left_out = set(PROBLEMS) if problem.keys() & set(PROBLEMS) else set()
    return {**{key: recorded[key] for key in recorded.keys() - left_out}, **problem}


def _refuse_unknown(problem: Mapping[str, Any]) -> None:
    """Refuse keys that belong neither to an input file nor to a claim."""
    known = [*RunSpec.model_fields, *ClaimKeys.model_fields]
    for key in problem:
        if key not in known:
            raise InputError(f"unknown key '{key}'", path=(key,), hint=did_you_mean(key, known))


def _with_hint(error: InputError) -> InputError:
    """The error with a hint what a claim looks like, if the whole claim is missing."""
    if error.message == "'claim' is missing":
        error.hint = "add 'claim: {energy: -1.137306}', or give --energy"
    return error


def _record_in(file: Path, run: str | None) -> StoredRun | None:
    """The record in a file, of whatever version; None for a file that is no record.

    Args:
        file: The file.
        run: Name or number of the run, if there are several.

    Raises:
        InputError: The record is incomplete.
    """
    if not is_bundle(file) and not _is_record(file):
        return None
    stored = read_stored_run(file, run)
    stored.record()
    return stored


def _is_record(file: Path) -> bool:
    raw = read_bytes(file, MAX_RECORD_BYTES)
    if raw.lstrip()[:1] != b"{":
        return False
    try:
        return is_record(json.loads(raw))
    except (ValueError, RecursionError):
        return False


def _of_record(
    stored: StoredRun, overrides: Sequence[tuple[KeyPath, Any, str]], run: str | None
) -> Claim:
    """The claim that the energy of a record is right."""
    result = stored.record().result
    claim: dict[str, Any] = {"energy": result.energy}
    if result.standard_error is not None:
        claim["standard_error"] = result.standard_error
    claim |= {str(path[1]): value for path, value, _ in overrides}
    data, source = load_data(stored.path, run=run)
    try:
        keys = ClaimKeys.model_validate({"claim": claim})
    except ValidationError as error:
        raise locate(input_error(error, ClaimKeys), source) from None
    return Claim(_in_hartree(spec_from_data(data, source)), keys, stored)


def _in_hartree(spec: RunSpec) -> RunSpec:
    """The problem of a claim, if its energies are in Hartree.

    Raises:
        InputError: They are not.
    """
    try:
        spec.refuse_own_unit("claims")
    except InputError as error:
        error.hint = (
            f"write 'unit: {HARTREE}' under 'hamiltonian' of the input to verify its numbers"
        )
        raise locate(error, spec.source) from None
    return spec
