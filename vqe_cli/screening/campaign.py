"""The run of a campaign: from candidates to cases to results, none computed twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from vqe_cli._core.resources import available_threads
from vqe_cli._core.wording import counted
from vqe_cli.errors import InterruptedRunError, UnavailableError
from vqe_cli.screening.model import FailureKind
from vqe_cli.screening.planning import CampaignPlan
from vqe_cli.screening.progress import Progress
from vqe_cli.screening.request import CampaignRequest, Folder, Say
from vqe_cli.screening.scheduler import Scheduler
from vqe_cli.screening.settings import ScreenConfig, config_from
from vqe_cli.screening.snapshot import CampaignSnapshot
from vqe_cli.screening.store import Revision, Store, Summary
from vqe_cli.screening.workers.executor import DaskExecutor
from vqe_cli.screening.workers.log_files import scheduler_log
from vqe_cli.screening.workers.places import Place, executor_at
from vqe_cli.screening.workers.spool import drain

Show = Callable[[CampaignSnapshot], None]


def run_campaign(request: CampaignRequest, show: Show, say: Say) -> Summary:
    """Compute all missing results of a campaign.

    Args:
        request: The request for the campaign.
        show: Callback, called about twice a second with the state of the campaign.
        say: Callback, called with messages for the user.

    Returns:
        The summary of the store at the end.

    Raises:
        InputError: Candidates or settings are wrong.
        UnavailableError: Another process runs the campaign, the disk is full, or the connection to
            the Dask scheduler is lost.
        InterruptedRunError: The campaign was stopped; finished results are kept.
    """
    plan = CampaignPlan(request, request.folder.validation_file, say)
    with Store.create(request.folder.path) as store, _session(store, request.folder):
        _recover(store, request.folder, say)
        if not _is_current(store.revision(), plan.revision):
            plan.validate()
            store.replace_plan(plan.revision, plan.candidates(), plan.cases())
        _compute(store, request, show, say)
        return store.summary()


def retry_campaign(
    folder: Folder,
    kinds: Collection[FailureKind] | None,
    make_request: Callable[[ScreenConfig, Path], CampaignRequest],
    show: Show,
    say: Say,
) -> int:
    """Forget failures and compute them again, with the campaign's latest settings.

    Args:
        folder: The campaign folder.
        kinds: Kinds of failures to forget; None for all.
        make_request: Function that makes the request from the settings and the candidates file of
            the latest plan.
        show: See `run_campaign`.
        say: See `run_campaign`.

    Returns:
        The number of failed results that were forgotten.

    Raises:
        VqeError: See `run_campaign`.
    """
    with Store.open(folder.path, writable=True) as store, _session(store, folder):
        _recover(store, folder, say)
        revision = store.revision()
        forgotten = store.forget_failed(kinds)
        if forgotten and revision is not None:
            request = make_request(config_from(revision.config), Path(revision.candidates_file))
            _compute(store, request, show, say)
    return forgotten


def forget_failures(folder: Folder, kinds: Collection[FailureKind] | None, say: Say) -> int:
    """Forget failures, so that the next run computes them again.

    Args:
        folder: The campaign folder.
        kinds: Kinds of failures to forget; None for all.
        say: Callback, called with messages for the user.

    Returns:
        The number of failed results that were forgotten.
    """
    with Store.open(folder.path, writable=True) as store, _session(store, folder):
        _recover(store, folder, say)
        return store.forget_failed(kinds)


@contextmanager
def _session(store: Store, folder: Folder) -> Iterator[None]:
    """Store finished results and remove status files at the end of a block, however it ends."""
    folder.create()
    try:
        with scheduler_log(folder.logs):
            yield
    except KeyboardInterrupt:
        drain(folder.spool, store.ingest)
        raise InterruptedRunError(
            "the campaign was stopped; finished results are kept",
            hint="repeat the command to resume",
        ) from None
    finally:
        folder.forget_running()


def _recover(store: Store, folder: Folder, say: Say) -> None:
    """Store the results that an earlier process left in the spool, and verify the whole store.

    Failures are forgotten only after this; a failure in the spool would otherwise come back.
    """
    for damaged in drain(folder.spool, store.ingest):
        say(damaged.note)
    found = store.verify()
    if found.faults:
        raise UnavailableError(
            f"{store.path} is damaged: {found.faults[0]}",
            hint="move the folder away; its spool and earlier exports keep their results",
        )
    if found.damaged:
        say(f"set aside, and computed again: {counted(len(found.damaged), 'damaged result')}")


def _is_current(old: Revision | None, new: Revision) -> bool:
    """Whether the plan in the store equals the new one."""
    return old is not None and (
        (old.config, old.candidates_sha256, old.properties, old.settings_hash)
        == (new.config, new.candidates_sha256, new.properties, new.settings_hash)
    )


def _compute(store: Store, request: CampaignRequest, show: Show, say: Say) -> None:
    """Compute missing results; no workers are started where nothing is missing."""
    summary = store.summary()
    if not summary.counts.get("pending"):
        return
    progress = Progress(summary, request.folder.running)
    with executor_for(request) as executor:
        limits = request.config.limits(executor.slots or available_threads())
        if executor.dashboard:
            say(f"dashboard: {executor.dashboard}")
        scheduler = Scheduler(
            store, executor, limits, request.folder.spool, progress, approved=request.approved
        )

        def turn() -> None:
            for notes in (executor.notes, scheduler.notes):
                while notes:
                    say(notes.pop(0))
            show(progress.snapshot())

        try:
            turn()
            scheduler.run(turn)
        finally:
            executor.cancel_all()
            scheduler.collect()


@contextmanager
def executor_for(request: CampaignRequest) -> Iterator[DaskExecutor]:
    """Start the executor of a campaign, with workers on this machine or elsewhere.

    Args:
        request: The request for the campaign.

    Yields:
        The running executor.
    """
    folder = request.folder
    place = Place(
        request.workers, request.scheduler, request.config.sections.cluster, request.dashboard
    )
    with executor_at(place, folder.path, folder.spool) as executor:
        yield executor
