"""The story of a campaign: candidates to cases, cases to results, nothing computed twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vqe_cli.provenance import versions
from vqe_cli.screening.candidates import read_candidates
from vqe_cli.screening.config import ScreenConfig
from vqe_cli.screening.plan import Planner
from vqe_cli.screening.snapshot import CampaignSnapshot
from vqe_cli.screening.spool import drain
from vqe_cli.screening.store import Store
from vqe_cli.screening.store.model import PlannedProperty, Revision, Summary
from vqe_cli.screening.variants import variants_of

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

    def create(self) -> None:
        """Make it, with all that belongs into it; what a dead driver left running is forgotten."""
        for folder in (self.path, self.spool, self.running):
            folder.mkdir(parents=True, exist_ok=True)
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
    with Store.create(order.folder.path) as store:
        order.folder.create()
        try:
            prepare(store, order, say)
            _compute(store, order, show, say)
        except KeyboardInterrupt:
            drain(order.folder.spool, store.ingest)
            raise InterruptedRunError(
                "the campaign was stopped; what was finished is kept",
                hint="the same command again goes on",
            ) from None
        return store.summary()


def prepare(store: Store, order: Order, say: Say) -> None:
    """Take in what an earlier driver left, check it all, and write the plan if it has changed.

    Args:
        store: Open for writing.
        order: What to do.
        say: Told what the user should know.
    """
    for damaged in drain(order.folder.spool, store.ingest):
        say(f"a damaged result was moved to {damaged.path} ({damaged.reason}); computed again")
    found = store.verify()
    if found.faults:
        raise UnavailableError(
            f"{store.path} is damaged: {found.faults[0]}",
            hint="move the folder away; what its spool and an export hold is kept there",
        )
    if found.damaged:
        say(f"{len(found.damaged)} damaged results were set aside; they are computed again")
    options = order.config.sections.candidates
    candidates = read_candidates(order.candidates, options.smiles_column, options.name_column)
    if candidates.ignored:
        say(f"{candidates.ignored} files in {order.candidates} hold no molecules; left out")
    planner = Planner(order.config, _variants(candidates, order.config))
    audits = AuditFile(order.folder.audits, checksum(candidates), options.caps())
    revision = Revision(
        config=order.config.as_dict(),
        candidates_file=str(order.candidates.resolve()),
        candidates_sha256=audits.sha256,
        versions=versions(),
        properties=tuple(PlannedProperty.of(entry) for entry in planner.properties),
        started=time.time(),
    )
    if not _asks_the_same(store.revision(), revision):
        audits.complete(candidates, available_threads(), lambda n: say(f"{n:,} candidates audited"))
        originals = _originals(planner.cases(audits))
        store.replace_plan(revision, _marked(audits, originals), _first(planner, audits, originals))


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


def _asks_the_same(old: Revision | None, new: Revision) -> bool:
    """Whether the plan in the store is the one that would be made now."""
    return old is not None and (
        (old.config, old.candidates_sha256, old.properties)
        == (new.config, new.candidates_sha256, new.properties)
    )


def _originals(cases: Iterable[PlannedCase]) -> dict[int, int]:
    """Candidates of which all cases were planned for an earlier one, and that one."""
    first: dict[str, int] = {}
    found: dict[int, int] = {}
    for case in cases:
        if case.failure is None:
            earlier = first.setdefault(case.parts[0].key + case.parts[-1].key, case.candidate)
            if earlier != case.candidate:
                found[case.candidate] = earlier
    return found


def _marked(audits: Iterable[Audited], originals: dict[int, int]) -> Iterator[PlannedCandidate]:
    for position, audited in enumerate(audits):
        yield PlannedCandidate(audited, originals.get(position))


def _first(
    planner: Planner, audits: Iterable[Audited], originals: dict[int, int]
) -> Iterator[PlannedCase]:
    """The cases of all that are no duplicates and are not refused as a whole."""
    for position, audited in enumerate(audits):
        if audited.failure is None and position not in originals:
            yield from planner.of_candidate(position, audited)


def _compute(store: Store, order: Order, show: Show, say: Say) -> None:
    """Let workers compute what is missing; none are started where nothing is."""
    summary = store.summary()
    if not summary.counts.get("pending"):
        return
    progress = Progress(summary, sum(case.cost for case in store.missing()), order.folder.running)
    with executor_for(order) as executor:
        limits = order.config.limits(available_threads() if order.remote else executor.slots)
        for note in executor.notes:
            say(note)
        if executor.dashboard:
            say(f"dashboard: {executor.dashboard}")
        driver = Driver(
            store, executor, limits, order.folder.spool, progress, approved=order.approved
        )
        try:
            driver.drive(lambda: show(progress.snapshot()))
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
        running = None if cluster is None else stack.enter_context(started(cluster, order.workers))
        workers = order.workers if running is None else None
        yield stack.enter_context(
            DaskExecutor(
                workers, order.scheduler, order.folder.spool, order.dashboard, cluster=running
            )
        )
