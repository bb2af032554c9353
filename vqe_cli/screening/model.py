"""What travels between the processes of a campaign: plain, frozen data, sent as JSON."""

from __future__ import annotations

import traceback
from typing import Any, Literal, cast

from pydantic import Field

from vqe_cli._core.redaction import redact
from vqe_cli._core.validation import Frozen
from vqe_cli.errors import VqeError

FailureKind = Literal[
    "input",  # the molecule or its options are wrong
    "refused",  # it would need more than is allowed
    "not-converged",  # SCF, optimiser or reference
    "unavailable",  # a package or service is missing
    "internal",  # an exception that nobody foresaw
    "memory",  # the child grew past its cap
    "timeout",  # the child ran past its cap
    "crash",  # the child died of a signal that nobody sent, such as a segmentation fault
    "lost",  # its worker died with it, too often
    "damaged",  # its result was found damaged and could not be repeated
]


KINDS_OF_ERRORS = {"input", "refused", "not-converged", "unavailable"}
"""Kinds of our own errors that are kinds of failures; any other is internal."""

LAST_LINES = 6
"""Of a traceback, that go into a failure's message."""


class Failure(Frozen):
    """Why something has no result."""

    kind: FailureKind
    message: str
    hint: str | None = None


def failure_of(error: BaseException) -> Failure:
    """What an exception means for what was being computed; tokens are taken out of it.

    Args:
        error: The exception, with its traceback.
    """
    if isinstance(error, VqeError) and error.kind in KINDS_OF_ERRORS:
        hint = None if error.hint is None else redact(error.hint)
        return Failure(kind=cast(FailureKind, error.kind), message=redact(str(error)), hint=hint)
    if isinstance(error, MemoryError):
        return Failure(kind="memory", message=f"it asked for more memory than it may: {error}")
    lines = redact("".join(traceback.format_exception(error))).strip().splitlines()
    return Failure(kind="internal", message="\n".join(lines[-LAST_LINES:]))


class Candidate(Frozen):
    """One entry of a candidates file, as it was written; nothing of its chemistry is checked.

    Exactly one of `smiles`, `molfile`, `input` and `failure` is given.
    """

    name: str
    source: str = Field(description="File and line: ``candidates.smi:12``.")
    smiles: str | None = None
    molfile: str | None = Field(None, description="One record of an .sdf file.")
    input: dict[str, Any] | None = Field(
        None, description="What a YAML input file would hold, files that it names read in."
    )
    failure: Failure | None = Field(None, description="Why the entry could not be read.")
    notes: tuple[str, ...] = Field((), strict=False, description="How its file was read.")
    doubts: tuple[str, ...] = Field(
        (), strict=False, description="Names of checks that fail: its file may mean something else."
    )


class Variant(Frozen):
    """One way to compute every candidate."""

    label: str = Field("", description="What sets it apart from the others: ``uccsd, sto-3g``.")
    overrides: dict[str, Any] = Field(
        {}, description="Values by the key path they are set at: ``molecule.basis``."
    )


class ValidatedCandidate(Frozen):
    """A candidate after validation: what it is, what was done to it, whether it can be run."""

    candidate: Candidate
    molecule: dict[str, Any] | None = Field(
        description="The input's ``molecule`` section: geometry, charge and multiplicity stated; "
        "basis and structure options are the campaign's. None where it is refused as unreadable."
    )
    identity: str | None = Field(
        description="Equal for equal structures; duplicates are found by it."
    )
    smiles: str | None = Field(description="Canonical, after standardisation.")
    formula: str | None
    atoms: int | None = Field(description="With hydrogens.")
    heavy_atoms: int | None
    electrons: int | None
    charge: int | None
    multiplicity: int | None
    notes: tuple[str, ...] = Field(
        (), description="What standardisation changed, and where charge and multiplicity are from."
    )
    doubts: tuple[str, ...] = Field(
        (), description="Names of checks that fail and keep its verdict from a pass; why is noted."
    )
    metals_left: tuple[str, ...] = Field(
        (), description="Symbols of metal atoms that were left off as counter-ions."
    )
    failure: Failure | None = Field(None, description="Why it will not be run.")


class PropertyTask(Frozen):
    """One property of one case, and the key under which its result is kept."""

    key: str = Field(description="SHA-256 of all that the result depends on.")
    property: dict[str, Any] = Field(description="Name and options, all filled in.")


class Limits(Frozen):
    """What one attempt at a task may take."""

    memory_bytes: int
    seconds: float


class Task(Frozen):
    """What a child computes: properties of one case, in order."""

    id: str
    title: str
    spec: dict[str, Any] = Field(description="The input of the case, as `spec_from_data` takes it.")
    properties: tuple[PropertyTask, ...]
    known: dict[str, dict[str, Any]] = Field(
        {}, description="Records of the finished properties of this case, by name."
    )
    limits: Limits
    attempt: int = 1
    approved: bool = Field(False, description="Whether jobs may go to real devices.")


class PropertyResult(Frozen):
    """The result of one property of one case: values, or a failure."""

    key: str
    property: str
    failure: Failure | None = None
    values: dict[str, float | int | str | bool | None] = Field(
        {}, description="The property's columns."
    )
    notes: tuple[str, ...] = Field((), description="What is to be known of it, in sentences.")
    record: dict[str, Any] = Field({}, description="All that is known of it.")
    wall_s: float = 0.0
    provenance: dict[str, Any] = Field({})


class Outcome(Frozen):
    """How an attempt at a task ended; the results themselves are in the spool."""

    task: str
    failure: Failure | None = Field(description="Of the child as a whole, not of one property.")
    property_key: str | None = Field(
        None, description="Key of the property that was being computed at its end."
    )
    wall_s: float
    peak_bytes: int
    worker: str = Field(description="Host and process that watched it.")
    started: float = Field(description="Seconds since 1970, UTC.")
