"""Data exchanged between the processes of a campaign: plain, frozen, sent as JSON."""

from __future__ import annotations

import traceback
from typing import Any, Literal, cast

from pydantic import Field

from vqe_cli._core.redaction import redact
from vqe_cli._core.validation import Frozen
from vqe_cli.errors import InputError, VqeError

FailureKind = Literal[
    "input",  # the molecule or its options are wrong
    "refused",  # the calculation would need more than is allowed
    "not-converged",  # SCF, optimiser or classical method
    "unavailable",  # a package or service is missing
    "internal",  # an unexpected exception
    "memory",  # the child exceeded its memory limit
    "timeout",  # the child exceeded its time limit
    "crash",  # the child died unexpectedly, for example of a segmentation fault
    "lost",  # the worker died too often
    "damaged",  # the result was damaged and could not be repeated
]


KINDS_OF_ERRORS = {"input", "refused", "not-converged", "unavailable"}
"""Kinds of `VqeError` that are kinds of failures; any other is internal."""

LAST_LINES = 6
"""Number of traceback lines in a failure's message."""


class Failure(Frozen):
    """The reason why there is no result."""

    kind: FailureKind
    message: str
    hint: str | None = None
    path: tuple[str | int, ...] = Field(
        default=(),
        strict=False,  # a list in JSON
        description="Keys of the input's value that is wrong; empty if unknown.",
    )
    line_offset: int = Field(default=0, description="Lines from there to the fault.")


def failure_of(error: BaseException) -> Failure:
    """The failure that an exception means, with access tokens removed.

    Args:
        error: Exception with its traceback.
    """
    if isinstance(error, VqeError) and error.kind in KINDS_OF_ERRORS:
        hint = None if error.hint is None else redact(error.hint)
        kind, message = cast(FailureKind, error.kind), redact(str(error))
        if isinstance(error, InputError):
            return Failure(
                kind=kind,
                message=message,
                hint=hint,
                path=error.path,
                line_offset=error.line_offset,
            )
        return Failure(kind=kind, message=message, hint=hint)
    if isinstance(error, MemoryError):
        return Failure(kind="memory", message=f"the calculation exceeded its memory limit: {error}")
    lines = redact("".join(traceback.format_exception(error))).strip().splitlines()
    return Failure(kind="internal", message="\n".join(lines[-LAST_LINES:]))


class Candidate(Frozen):
    """One entry of a candidates file as written, its chemistry not yet checked.

    Exactly one of `smiles`, `molfile`, `input` and `failure` is given.
    """

    name: str
    source: str = Field(description="File and line, such as ``candidates.smi:12``.")
    smiles: str | None = None
    molfile: str | None = Field(default=None, description="One record of an .sdf file.")
    input: dict[str, Any] | None = Field(
        default=None, description="Content of a YAML input, with the files that it names read in."
    )
    failure: Failure | None = Field(
        default=None, description="Reason why the entry could not be read."
    )
    notes: tuple[str, ...] = Field(
        default=(), strict=False, description="Remarks on reading the file."
    )
    doubts: tuple[str, ...] = Field(
        default=(), strict=False, description="Names of failed checks: the file may be ambiguous."
    )


class Variant(Frozen):
    """One way to compute every candidate."""

    label: str = Field(
        default="", description="Label of the settings that differ, such as ``uccsd, sto-3g``."
    )
    overrides: dict[str, Any] = Field(
        default={}, description="Values by key path in the input, such as ``molecule.basis``."
    )


class ValidatedCandidate(Frozen):
    """A candidate after validation: its molecule, the changes made, and whether it can be run."""

    candidate: Candidate
    molecule: dict[str, Any] | None = Field(
        description="Section ``molecule`` of the input, with geometry, charge and multiplicity; "
        "basis and structure options are the campaign's. None where the candidate is unreadable."
    )
    identity: str | None = Field(
        description="Identifier of the structure, equal for equal structures, to find duplicates."
    )
    smiles: str | None = Field(description="Canonical SMILES after standardisation.")
    formula: str | None
    atoms: int | None = Field(description="Number of atoms, hydrogens included.")
    heavy_atoms: int | None
    electrons: int | None
    charge: int | None
    multiplicity: int | None
    notes: tuple[str, ...] = Field(
        default=(),
        description="Changes by standardisation, and the source of charge and multiplicity.",
    )
    doubts: tuple[str, ...] = Field(
        default=(),
        description="Names of failed checks, which lower the verdict; the notes say why.",
    )
    metals_left: tuple[str, ...] = Field(
        default=(), description="Symbols of metal atoms that were removed as counter-ions."
    )
    failure: Failure | None = Field(
        default=None, description="Reason why the candidate is not run."
    )


class PropertyTask(Frozen):
    """One property of one case, and the content key of its result."""

    key: str = Field(description="Content key: SHA-256 of everything the result depends on.")
    property: dict[str, Any] = Field(
        description="Name and options of the property, with all defaults filled in."
    )


class Limits(Frozen):
    """Limits of one attempt at a task."""

    memory_bytes: int
    seconds: float


class Task(Frozen):
    """A task for a child: properties of one case, in order."""

    id: str
    title: str
    spec: dict[str, Any] = Field(description="Input of the case, for `spec_from_data`.")
    properties: tuple[PropertyTask, ...]
    known: dict[str, dict[str, Any]] = Field(
        default={}, description="Records of the finished properties of the case, by name."
    )
    limits: Limits
    attempt: int = 1
    approved: bool = Field(default=False, description="Whether jobs may go to real devices.")


class PropertyResult(Frozen):
    """The result of one property of one case: values, or a failure."""

    key: str
    property: str
    failure: Failure | None = None
    values: dict[str, float | int | str | bool | None] = Field(
        default={}, description="Values of the property's columns, by column name."
    )
    notes: tuple[str, ...] = Field(default=(), description="Remarks on the result, as sentences.")
    record: dict[str, Any] = Field(default={}, description="Full record of the property.")
    wall_s: float = 0.0
    provenance: dict[str, Any] = Field(default={})


class TaskOutcome(Frozen):
    """The outcome of an attempt at a task; the results themselves are in the spool."""

    task: str
    failure: Failure | None = Field(
        description="Failure of the child as a whole, as opposed to that of one property."
    )
    property_key: str | None = Field(
        default=None, description="Content key of the property in progress at the end."
    )
    wall_s: float
    peak_bytes: int
    worker: str = Field(description="Host and process id of the supervising worker.")
    started: float = Field(description="Start of the attempt in seconds since 1970, UTC.")
