"""What goes into a campaign's store and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from vqe_cli.properties import Column, Property
from vqe_cli.screening.model import Failure, Outcome, PropertyTask, ValidatedCandidate

Status = Literal["done", "partial", "failed", "refused", "duplicate", "pending"]
"""`done`: all properties are computed. `partial`: the energy is, another property failed. `failed`:
the energy failed, or the first property where no energy is asked for. `refused`: not run, for a
reason found before. `duplicate`: carries the results of an earlier candidate. `pending`: a result
is missing."""


@dataclass(frozen=True)
class PlannedProperty:
    """A property that a campaign computes.

    Args:
        name: As in the registry.
        needs: Names of those whose records it builds upon.
        columns: What it adds to the table.
    """

    name: str
    needs: tuple[str, ...]
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, entry: Property) -> PlannedProperty:
        """What the store must know of an entry."""
        return cls(entry.name, entry.needs, entry.columns)


@dataclass(frozen=True)
class Revision:
    """One plan of a campaign: what was asked for, and of which candidates.

    Args:
        config: The settings, as plain data.
        candidates_file: Where the candidates are from.
        candidates_sha256: Of that file.
        versions: Of the packages in use.
        properties: In the order in which they are computed.
        started: Seconds since 1970, UTC.
        settings_hash: SHA-256 of the settings as the program understood them, all defaults filled
            in.
        id: Counted from 1; set by the store.
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
    """A candidate in its place.

    Args:
        validated: The candidate and the results of its validation.
        duplicate_of: Position of the earlier candidate that it equals.
    """

    validated: ValidatedCandidate
    duplicate_of: int | None = None


class CaseToKeep(Protocol):
    """One candidate under one variant, as the planner hands it over."""

    @property
    def candidate(self) -> int:
        """Position among the candidates, from 0."""

    @property
    def variant(self) -> str:
        """The variant's label; empty where there is only one."""

    @property
    def spec(self) -> dict[str, Any]:
        """The input of the run."""

    @property
    def properties(self) -> tuple[PropertyTask, ...]:
        """What is computed, in order."""

    @property
    def cost(self) -> float:
        """In any unit; the cheapest are computed first."""

    @property
    def failure(self) -> Failure | None:
        """Why it is not run."""


@dataclass(frozen=True)
class MissingCase:
    """A case with missing results.

    Args:
        id: In this plan.
        task: The key of its first property: the same in every plan with the same content.
        title: Candidate and variant, for people.
        spec: The input of the run.
        properties: Those that are missing, in order; none where they were stored meanwhile.
        cost: As planned.
        charged: Attempts so far that count against it.
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
        outcome: How it ended.
        charged: Whether it counts against the task; a lost worker's does not.
    """

    outcome: Outcome
    charged: bool


@dataclass(frozen=True)
class FailureGroup:
    """Failures of one kind.

    Args:
        kind: The kind.
        count: How many rows of the table.
        example: The message of one of them.
        candidate: Whose that is.
        tried: Whether they failed when they were computed; else they were refused before.
    """

    kind: str
    count: int
    example: str
    candidate: str
    tried: bool = True


@dataclass(frozen=True)
class Summary:
    """How a campaign stands.

    Args:
        total: Rows of its table: candidates, times variants for those that can be planned.
        counts: Rows by status.
        failures: The most frequent kind first; refusals included, duplicates not.
        attempts: All attempts at tasks, whatever came of them.
        per_hour_recently: Tasks that ended well in an hour, from the last ten minutes of work.
        per_hour: The same from all time in which at least one task was under way.
        remaining_s: Seconds until nothing is pending, at the pace in terms of estimated cost.
        started: When the first attempt began, seconds since 1970, UTC.
        ended: When the last one ended.
        active_s: Seconds in which at least one task was under way.
        wall_s: Of all attempts together.
        median_wall_s: Of attempts that ended well.
        longest_wall_s: Of any attempt.
        peak_bytes: The most that one attempt took.
        pending_cost: Estimated cost of all that is pending.
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
    """What a check of the whole store found.

    Args:
        checked: Results whose checksum was computed.
        damaged: Keys of those that did not fit; they were moved aside and are missing again.
        faults: What SQLite says of the file itself; empty if it is sound.
    """

    checked: int
    damaged: tuple[str, ...] = ()
    faults: tuple[str, ...] = field(default=())
