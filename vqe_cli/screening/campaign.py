"""The story of a campaign: candidates to cases, cases to results, nothing computed twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from vqe_cli._core.resources import available_threads
from vqe_cli.errors import InterruptedRunError, UnavailableError
from vqe_cli.screening.model import FailureKind
from vqe_cli.screening.planning import Survey
from vqe_cli.screening.progress import Progress
from vqe_cli.screening.request import Folder, Order, Say
from vqe_cli.screening.scheduler import Driver
from vqe_cli.screening.settings import ScreenConfig, config_from
from vqe_cli.screening.snapshot import CampaignSnapshot
from vqe_cli.screening.store import Revision, Store, Summary
from vqe_cli.screening.workers.clusters import batch_cluster
from vqe_cli.screening.workers.executor import DaskExecutor
from vqe_cli.screening.workers.log_files import driver_log
from vqe_cli.screening.workers.spool import drain

Show = Callable[[CampaignSnapshot], None]


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
    survey = Survey(order, order.folder.audits, say)
    with Store.create(order.folder.path) as store, _at_work(store, order.folder):
        _take_in(store, order.folder, say)
        if not _asks_the_same(store.revision(), survey.revision):
            survey.look()
            store.replace_plan(survey.revision, survey.candidates(), survey.cases())
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
        with driver_log(folder.logs):
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
