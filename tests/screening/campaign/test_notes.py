"""Notes of the executor during a campaign are shown to the user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.screening.campaign.mischief import write_innocents
from tests.screening.test_scheduler_loop import Scripted, all_good
from vqe_cli.screening import campaign
from vqe_cli.screening.campaign import run_campaign
from vqe_cli.screening.model import TaskOutcome
from vqe_cli.screening.request import CampaignRequest, Folder
from vqe_cli.screening.settings import load_config

RETIRED = "worker tcp://there:1 retired: it does not see the campaign folder"


class Watchful(Scripted):
    """Has something to say after its first task."""

    def __init__(self, spool: Path) -> None:
        super().__init__(all_good, spool, slots=1)
        self.notes: list[str] = ["the connection is not encrypted"]
        self.dashboard = None

    def completed(self, timeout: float) -> list[TaskOutcome]:
        found = super().completed(timeout)
        if len(self.seen) == 1:
            self.notes.append(RETIRED)
        return found

    def cancel_all(self) -> list[TaskOutcome]:
        return []


def test_a_worker_that_is_retired_later_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_innocents(tmp_path / "candidates", 2)

    @contextmanager
    def watchful(request: CampaignRequest) -> Iterator[Watchful]:
        yield Watchful(request.folder.spool)

    monkeypatch.setattr(campaign, "executor_for", watchful)
    config = load_config(None, [(("properties",), ["structure"], "test")])
    said: list[str] = []
    request = CampaignRequest(tmp_path / "candidates", config, Folder(tmp_path / "campaign"))
    assert run_campaign(request, lambda _: None, said.append).counts == {"done": 2}
    assert said[-2:] == ["the connection is not encrypted", RETIRED]
