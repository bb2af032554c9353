"""Data written to and read from a campaign's store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from vqe_cli.properties import Column, Property
from vqe_cli.screening.model import Failure, PropertyTask, TaskOutcome, ValidatedCandidate

Status = Literal["done", "partial", "failed", "refused", "duplicate", "pending"]
"""`done`: all properties are computed. `partial`: the energy is computed, another property failed.
`failed`: the energy failed, or the first property where no energy is requested. `refused`: not run,
for a reason found before. `duplicate`: has the results of an earlier candidate. `pending`: a result
is missing."""


@dataclass(frozen=True)
class PlannedProperty:
    """A property that a campaign computes.

    Args:
        name: Name in the registry.
        needs: Names of the properties whose records it needs.
        columns: Columns that it adds to the table.
    """

    name: str
    needs: tuple[str, ...]
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, entry: Property) -> PlannedProperty:
        """The planned property of an entry of the registry."""
        return cls(entry.name, entry.needs, entry.columns)


@dataclass(frozen=True)
class Revision:
    """The identity of one plan of a campaign: its settings and candidates.

    Args:
        config: Settings as plain data.
        candidates_file: Path of the candidates file.
        candidates_sha256: SHA-256 of the candidates as read.
        versions: Versions of the packages in use, by name.
        properties: Properties in the order of computation.
        started: Time of planning in seconds since 1970, UTC.
        settings_hash: SHA-256 of the settings with all defaults filled in.
        id: Number of the plan, from 1; set by the store.
    """

    config: dict[str, Any]
    candidates_file: str
    candidates_sha256: str
    versions: dict[str, Any]
    properties: tuple[PlannedProperty, ...]
    started: float
    settings_hash: str = ""
    id: int | None = None


@dataclass(frozen=True)
class PlannedCandidate:
    """A candidate of a plan.

    Args:
        validated: Validated candidate.
        duplicate_of: Position of the earlier candidate that it equals; None for an original.
    """

    validated: ValidatedCandidate
    duplicate_of: int | None = None


@dataclass(frozen=True)
class PlannedCase:
    """One candidate under one variant.

    Args:
        candidate: Position of the candidate, from 0.
        variant: Label of the variant.
        spec: Input of the run; empty where the case is refused.
        properties: Property tasks, in order.
        cost: Estimated seconds on one core, for the order and the estimate of the remaining time.
        basis_functions: Number of basis functions; 0 where the case is not run.
        failure: Reason why the case is not run.
        content_key: Key of structure and settings; cases with equal keys have the same results.
    """

    candidate: int
    variant: str
    spec: dict[str, Any]
    properties: tuple[PropertyTask, ...]
    cost: float
    basis_functions: int = 0
    failure: Failure | None = None
    content_key: str = ""


@dataclass(frozen=True)
class MissingCase:
    """A case with missing results.

    Args:
        id: Number of the case in this plan.
        task: Content key of the first property, which is the same in every plan.
        title: Candidate and variant, for messages.
        spec: Input of the run.
        properties: Missing properties, in order; none where they were stored meanwhile.
        cost: Estimated cost from the plan.
        charged: Number of attempts so far that count against the task.
    """

    id: int
    task: str
    title: str
    spec: dict[str, Any]
    properties: tuple[PropertyTask, ...]
    cost: float
    charged: int


@dataclass(frozen=True)
class Attempt:
    """One attempt at a task.

    Args:
        outcome: Outcome of the attempt.
        charged: Whether the attempt counts against the task; that of a lost worker does not.
    """

    outcome: TaskOutcome
    charged: bool


@dataclass(frozen=True)
class FailureGroup:
    """Failures of one kind.

    Args:
        kind: Kind of the failures.
        count: Number of rows in the table.
        example: Message of the first of these failures.
        candidate: Name of the candidate with the example.
        tried: Whether the rows failed in computing; otherwise they were refused before.
    """

    kind: str
    count: int
    example: str
    candidate: str
    tried: bool = True


@dataclass(frozen=True)
class Summary:
    """The summary of a campaign.

    Args:
        total: Number of table rows: candidates, times variants for those that can be planned.
        counts: Number of rows by status.
        failures: Failures, the most frequent kind first, with refusals and without duplicates.
        attempts: Number of all attempts at tasks.
        per_hour_recently: Successful tasks per hour, from the last ten minutes of computing.
        per_hour: Successful tasks per hour, from all time with at least one running task.
        remaining_s: Estimated seconds until nothing is pending, from the pace and the costs.
        started: Start of the first attempt in seconds since 1970, UTC.
        ended: End of the last attempt in seconds since 1970, UTC.
        active_s: Seconds with at least one running task.
        wall_s: Wall time of all attempts together in seconds.
        median_wall_s: Median wall time of successful attempts in seconds.
        longest_wall_s: Longest wall time of any attempt in seconds.
        peak_bytes: Largest resident memory of one attempt in bytes.
        pending_cost: Estimated cost of all pending cases.
    """

    total: int
    counts: dict[Status, int]
    failures: tuple[FailureGroup, ...] = ()
    attempts: int = 0
    per_hour_recently: float | None = None
    per_hour: float | None = None
    remaining_s: float | None = None
    started: float | None = None
    ended: float | None = None
    active_s: float = 0.0
    wall_s: float = 0.0
    median_wall_s: float | None = None
    longest_wall_s: float | None = None
    peak_bytes: int | None = None
    pending_cost: float = 0.0


@dataclass(frozen=True)
class Verification:
    """The findings of a check of the whole store.

    Args:
        checked: Number of checked results.
        damaged: Content keys of damaged results, which were set aside and count as missing.
        faults: Faults of the file found by SQLite; empty if it is sound.
    """

    checked: int
    damaged: tuple[str, ...] = ()
    faults: tuple[str, ...] = field(default=())
