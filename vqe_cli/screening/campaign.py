"""The story of a campaign: candidates to cases, cases to results, nothing computed twice."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vqe_cli import __version__
from vqe_cli.errors import InputError, InterruptedRunError, UnavailableError
from vqe_cli.machine import available_threads
from vqe_cli.provenance import versions
from vqe_cli.screening.audits import AuditFile, checksum
from vqe_cli.screening.candidates import Candidates, read_candidates
from vqe_cli.screening.clusters import batch_cluster, job_script
from vqe_cli.screening.config import ScreenConfig, config_from
from vqe_cli.screening.disk import storage
from vqe_cli.screening.driver import Driver
from vqe_cli.screening.executor import DaskExecutor
from vqe_cli.screening.intake import Caps
from vqe_cli.screening.model import Failure, FailureKind, Variant
from vqe_cli.screening.plan import PlannedCase, Planner
from vqe_cli.screening.progress import Progress
from vqe_cli.screening.snapshot import CampaignSnapshot
from vqe_cli.screening.spool import drain
from vqe_cli.screening.store import (
    PlannedCandidate,
    PlannedProperty,
    Revision,
    Store,
    Summary,
)
from vqe_cli.screening.variants import variants_of

SHOWN_NAMES = 5
"""Of a folder's entries that are left out."""

Show = Callable[[CampaignSnapshot], None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Folder:
    """Where a campaign lives.

    Args:
        path: The folder.
    """

    path: Path

    @property
    def spool(self) -> Path:
        """Results that nobody has taken in yet."""
        return self.path / "spool"

    @property
    def running(self) -> Path:
        """What is under way, one file a task."""
        return self.path / "running"

    @property
    def audits(self) -> Path:
        """What was seen when the candidates were looked at."""
        return self.path / "audits.jsonl"

    def create(self) -> None:
        """Make it, with all that belongs into it; what a dead driver left running is forgotten."""
        with storage(self.path):
            for folder in (self.path, self.spool, self.running):
                folder.mkdir(parents=True, exist_ok=True)
        self.forget_running()

    def forget_running(self) -> None:
        """Remove the notices of tasks whose supervisors were killed."""
        for path in self.running.glob("*.json"):
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Order:
    """What a campaign is asked to do.

    Args:
        candidates: The file or folder of candidates.
        config: The settings.
        folder: Where it lives.
        workers: On this machine; None for one a core.
        scheduler: Address of a Dask scheduler instead.
        dashboard: Whether Dask's dashboard is served.
        approved: Whether jobs may go to real devices.
    """

    candidates: Path
    config: ScreenConfig
    folder: Folder
    workers: int | None = None
    scheduler: str | None = None
    dashboard: bool = False
    approved: bool = False


def run_campaign(order: Order, show: Show, say: Say) -> Summary:
    """Compute what is missing of a campaign, and keep everything.

    Args:
        order: What to do.
        show: Told about twice a second how it stands.
        say: Told what the user should know.

    Raises:
        InputError: Candidates or settings are wrong.
        UnavailableError: Another driver is at work, the disk is full, the scheduler is gone.
        InterruptedRunError: It was stopped; what was finished is kept.
    """
    plan = _Plan(order, order.folder.audits, say)
    with Store.create(order.folder.path) as store, _at_work(store, order.folder):
        _take_in(store, order.folder, say)
        if not _asks_the_same(store.revision(), plan.revision):
            plan.look()
            store.replace_plan(plan.revision, plan.candidates(), plan.cases())
        _compute(store, order, show, say)
        return store.summary()


def retry_campaign(
    folder: Folder,
    kinds: Collection[FailureKind] | None,
    how: Callable[[ScreenConfig, Path], Order],
    show: Show,
    say: Say,
) -> int:
    """Forget failures and compute them again, by the settings that the campaign had last.

    Args:
        folder: A campaign.
        kinds: Which failures; None for all.
        how: From the settings and the candidates of the last plan to what is to be done.
        show: As for `run_campaign`.
        say: As for `run_campaign`.

    Returns:
        How many failed results were forgotten.

    Raises:
        VqeError: As for `run_campaign`.
    """
    with Store.open(folder.path, writable=True) as store, _at_work(store, folder):
        _take_in(store, folder, say)
        revision = store.revision()
        forgotten = store.forget_failed(kinds)
        if forgotten and revision is not None:
            order = how(config_from(revision.config), Path(revision.candidates_file))
            _compute(store, order, show, say)
    return forgotten


def forget_failures(folder: Folder, kinds: Collection[FailureKind] | None, say: Say) -> int:
    """Forget failures, so that the next run computes them again.

    Args:
        folder: A campaign.
        kinds: Which failures; None for all.
        say: Told what the user should know.

    Returns:
        How many failed results were forgotten.
    """
    with Store.open(folder.path, writable=True) as store, _at_work(store, folder):
        _take_in(store, folder, say)
        return store.forget_failed(kinds)


@contextmanager
def _at_work(store: Store, folder: Folder) -> Iterator[None]:
    """However it ends, what was finished is taken in, and nothing is said to run any more."""
    folder.create()
    try:
        yield
    except KeyboardInterrupt:
        drain(folder.spool, store.ingest)
        raise InterruptedRunError(
            "the campaign was stopped; what was finished is kept",
            hint="the same command again goes on",
        ) from None
    finally:
        folder.forget_running()


def _take_in(store: Store, folder: Folder, say: Say) -> None:
    """What an earlier driver left in the spool; and a check of all that there is.

    It comes before anything is forgotten: a failure that lies in the spool would come back.
    """
    for damaged in drain(folder.spool, store.ingest):
        say(damaged.note)
    found = store.verify()
    if found.faults:
        raise UnavailableError(
            f"{store.path} is damaged: {found.faults[0]}",
            hint="move the folder away; what its spool and an export hold is kept there",
        )
    if found.damaged:
        say(f"{len(found.damaged)} damaged results were set aside; they are computed again")


@dataclass(frozen=True)
class Plan:
    """What a campaign would do.

    Args:
        candidates: In the file.
        cases: To be computed.
        duplicates: Candidates that stand for an earlier one.
        refused: Candidates and variants that will not be run, by reason; of reasons that differ
            in their numbers only the most frequent one.
        first_refused: File and line of the first for each of these reasons.
        charges: Molecules by their charge, duplicates and what cannot be read left out.
        multiplicities: The same by 2S+1.
        properties: What is computed for each case.
        basis_functions: Smallest, median and largest number; None where nothing is computed.
        job_script: Of a batch system's job, if one is asked for.
    """

    candidates: int
    cases: int
    duplicates: int
    refused: dict[str, int]
    first_refused: dict[str, str]
    charges: dict[int, int]
    multiplicities: dict[int, int]
    properties: tuple[str, ...]
    basis_functions: tuple[int, int, int] | None
    job_script: str | None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"schema": "vqe-screen-plan/1", **asdict(self)}


def plan_only(order: Order, say: Say) -> Plan:
    """Look at all candidates, and compute nothing.

    Args:
        order: What to do.
        say: Told what the user should know.
    """
    reasons = _Reasons()
    with TemporaryDirectory() as scratch:
        plan = _Plan(order, Path(scratch) / "audits.jsonl", say)
        plan.look()
        places: list[str] = []
        charges, multiplicities = Counter[int](), Counter[int]()
        for position, audited in enumerate(plan.audits):
            places.append(audited.candidate.source)
            reasons.add(audited.failure, audited.candidate.source)
            if audited.failure is None and position not in plan.originals:
                charges[audited.charge or 0] += 1
                multiplicities[audited.multiplicity or 1] += 1
        cases = list(plan.cases())
    for case in cases:
        reasons.add(case.failure, places[case.candidate])
    refused = reasons.grouped()
    sizes = sorted(case.basis_functions for case in cases if case.failure is None)
    system = order.config.sections.cluster
    return Plan(
        candidates=plan.count,
        cases=len(sizes),
        duplicates=len(plan.originals),
        refused={reason: count for reason, (count, _) in refused.items()},
        first_refused={reason: place for reason, (_, place) in refused.items()},
        charges=dict(charges.most_common()),
        multiplicities=dict(multiplicities.most_common()),
        properties=tuple(entry.name for entry in plan.planner.properties),
        basis_functions=(sizes[0], sizes[len(sizes) // 2], sizes[-1]) if sizes else None,
        job_script=None if system is None else job_script(system, order.folder.path),
    )


class _Reasons:
    """Why candidates are not run, how often, and where first."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._places: dict[str, str] = {}

    def add(self, failure: Failure | None, place: str) -> None:
        """Count one.

        Args:
            failure: None counts nothing.
            place: Its file and line.
        """
        if failure is not None:
            self._counts[failure.message] += 1
            self._places.setdefault(failure.message, place)

    def grouped(self) -> dict[str, tuple[int, str]]:
        """Reasons that differ only in their numbers as one, under the most frequent of them."""
        found: dict[str, tuple[str, int]] = {}
        for reason, count in self._counts.most_common():
            pattern = re.sub(r"\d+", "#", reason)
            example, before = found.get(pattern, (reason, 0))
            found[pattern] = (example, before + count)
        ordered = sorted(found.values(), key=lambda item: -item[1])
        return {reason: (count, self._places[reason]) for reason, count in ordered}


class _Plan:
    """Candidates, what was seen of them, and what is to be computed.

    Args:
        order: What to do.
        audits: The file of what was seen.
        say: Told what the user should know.
    """

    def __init__(self, order: Order, audits: Path, say: Say) -> None:
        self._order, self._path, self._say = order, audits, say
        options = order.config.sections.candidates
        self._file = read_candidates(order.candidates, options.smiles_column, options.name_column)
        if self._file.ignored:
            say(f"left out of {order.candidates}: {_listed(self._file.ignored)}")
        next(iter(self._file))  # refused here if it holds nothing
        self._variants = _variants(self._file, order.config)
        self.planner = Planner(order.config, self._variants)
        self.originals: dict[int, int] = {}
        self.count = 0

    @cached_property
    def audits(self) -> AuditFile:
        """What was seen of every candidate; all of them are read for their checksum."""
        options = self._order.config.sections.candidates
        caps = Caps(**{key: getattr(options, key) for key in Caps.model_fields})
        return AuditFile(self._path, checksum(self._file), caps)

    @cached_property
    def revision(self) -> Revision:
        """The plan's identity."""
        return Revision(
            config={**self._order.config.as_dict(), "grid": _grid_of(self._variants)},
            candidates_file=str(self._order.candidates.resolve()),
            candidates_sha256=self.audits.sha256,
            versions={"vqe-cli": __version__, **versions(), **versions(("tblite",))},
            properties=tuple(PlannedProperty.of(entry) for entry in self.planner.properties),
            started=time.time(),
            meaning=self.planner.meaning,
        )

    def look(self) -> None:
        """Audit every candidate, and find those that ask what an earlier one asks."""
        self.audits.complete(self._file, available_threads(), self._audited)
        first: dict[str, int] = {}
        for case in self.planner.cases(self.audits):
            if case.failure is None:
                earlier = first.setdefault(case.question, case.candidate)
                if earlier != case.candidate:
                    self.originals[case.candidate] = earlier

    def candidates(self) -> Iterator[PlannedCandidate]:
        """All of them, duplicates marked."""
        for position, audited in enumerate(self.audits):
            yield PlannedCandidate(audited, self.originals.get(position))

    def cases(self) -> Iterator[PlannedCase]:
        """The cases of all that are no duplicates and are not refused as a whole."""
        for position, audited in enumerate(self.audits):
            if audited.failure is None and position not in self.originals:
                yield from self.planner.of_candidate(position, audited)

    def _audited(self, count: int) -> None:
        self.count = count
        self._say(f"candidates looked at: {count:,}")


def _listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:SHOWN_NAMES])
    more = len(names) - SHOWN_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _variants(candidates: Candidates, config: ScreenConfig) -> tuple[Variant, ...]:
    """Of the grid, which stands with the candidates or in the settings."""
    if not config.sections.grid:
        return candidates.variants
    if len(candidates.variants) > 1 or candidates.variants[0].overrides:
        raise InputError(
            "both the candidates and the settings have a grid",
            path=("grid",),
            hint="leave one of them out",
        )
    return variants_of(config.sections.grid)


def _grid_of(variants: tuple[Variant, ...]) -> dict[str, list[Any]]:
    """The grid that was spread out, wherever it stood."""
    found: dict[str, list[Any]] = {}
    for variant in variants:
        for key, value in variant.overrides.items():
            values = found.setdefault(key, [])
            if value not in values:
                values.append(value)
    return found


def _asks_the_same(old: Revision | None, new: Revision) -> bool:
    """Whether the plan in the store is the one that would be made now."""
    return old is not None and (
        (old.config, old.candidates_sha256, old.properties, old.meaning)
        == (new.config, new.candidates_sha256, new.properties, new.meaning)
    )


def _compute(store: Store, order: Order, show: Show, say: Say) -> None:
    """Let workers compute what is missing; none are started where nothing is."""
    summary = store.summary()
    if not summary.counts.get("pending"):
        return
    progress = Progress(summary, order.folder.running)
    with executor_for(order) as executor:
        limits = order.config.limits(executor.slots or available_threads())
        if executor.dashboard:
            say(f"dashboard: {executor.dashboard}")
        driver = Driver(
            store, executor, limits, order.folder.spool, progress, approved=order.approved
        )

        def turn() -> None:
            for notes in (executor.notes, driver.notes):
                while notes:
                    say(notes.pop(0))
            show(progress.snapshot())

        try:
            turn()
            driver.drive(turn)
        finally:
            executor.cancel_all()
            driver.collect()


@contextmanager
def executor_for(order: Order) -> Iterator[DaskExecutor]:
    """Workers of this machine, of a scheduler, or of a batch system.

    Args:
        order: Says which.
    """
    cluster = order.config.sections.cluster if order.scheduler is None else None
    with ExitStack() as stack:
        running = None
        if cluster is not None:
            jobs = batch_cluster(cluster, order.folder.path, order.dashboard)
            running = stack.enter_context(jobs)
        local = cluster is None and order.scheduler is None
        executor = DaskExecutor(
            order.workers if local else None,
            order.scheduler,
            order.folder.spool,
            order.dashboard,
            cluster=running,
        )
        yield stack.enter_context(executor)
