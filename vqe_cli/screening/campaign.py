"""The story of a campaign: candidates to cases, cases to results, nothing computed twice."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqe_cli.errors import InterruptedRunError
from vqe_cli.machine import available_threads
from vqe_cli.provenance import versions
from vqe_cli.screening.candidates import Candidates, read_candidates
from vqe_cli.screening.config import ScreenConfig
from vqe_cli.screening.driver import Driver
from vqe_cli.screening.executor import DaskExecutor
from vqe_cli.screening.intake import audit_all
from vqe_cli.screening.locks import CampaignLock
from vqe_cli.screening.model import Audited
from vqe_cli.screening.plan import Planner
from vqe_cli.screening.progress import Progress
from vqe_cli.screening.snapshot import CampaignSnapshot
from vqe_cli.screening.spool import drain
from vqe_cli.screening.store import Store
from vqe_cli.screening.store.model import PlannedCandidate, PlannedProperty, Revision, Summary
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
    order.folder.create()
    with CampaignLock(order.folder.path), Store.create(order.folder.path) as store:
        prepare(store, order, say)
        _compute(store, order, show, say)
        return store.summary()


def prepare(store: Store, order: Order, say: Say) -> None:
    """Take in what an earlier driver left, check it all, and write the plan if it has changed.

    Args:
        store: Open for writing.
        order: What to do.
        say: Told what the user should know.
    """
    for damaged in drain(order.folder.spool, store.ingest):
        say(f"damaged result moved to {damaged.path}: {damaged.reason}; it is computed again")
    found = store.verify()
    if found.damaged:
        say(f"{len(found.damaged)} results in the store were damaged; they are computed again")
    candidates = read_candidates(
        order.candidates,
        smiles_column=order.config.sections.candidates.smiles_column,
        name_column=order.config.sections.candidates.name_column,
    )
    planner = Planner(order.config, candidates.variants or variants_of(order.config.sections.grid))
    revision = Revision(
        config=order.config.as_dict(),
        candidates_file=str(order.candidates.resolve()),
        candidates_sha256=checksum(order.candidates),
        versions=versions(),
        properties=tuple(PlannedProperty.of(entry) for entry in planner.properties),
        started=time.time(),
    )
    if _is_same(store.revision(), revision):
        return
    say("reading and auditing candidates")
    audited = list(audit_all(candidates, order.config.sections.candidates))
    say(_census(audited))
    cases = list(planner.cases(audited))
    store.replace_plan(revision, _without_duplicates(audited, cases), cases)
