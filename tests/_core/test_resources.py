"""Folders that only the user can look into."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from vqe_cli._core.resources import private_folder
from vqe_cli.screening.request import Folder
from vqe_cli.variational.checkpoints import FileJournal
from vqe_cli.variational.journal import LogEntry

pytestmark = pytest.mark.quick


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _generous_umask() -> Iterator[None]:
    """The mask of users who share everything by default."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_what_is_missing_is_made_private(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "state" / "vqe" / "checkpoints")
    for made in (folder, *folder.parents[:2]):
        assert mode(made) == 0o700


def test_a_folder_that_was_left_open_is_closed_and_nothing_above_it(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    folder = shared / "checkpoints"
    folder.mkdir(parents=True)
    assert mode(folder) == mode(shared) == 0o777
    private_folder(folder)
    assert (mode(folder), mode(shared)) == (0o700, 0o777)


def test_checkpoints_are_the_users_alone(tmp_path: Path) -> None:
    journal = FileJournal("f" * 64, resume=False, folder=tmp_path / "checkpoints")
    journal.append([LogEntry(point="p", value=-1.0)])
    journal.close(finished=False)
    assert journal.path.exists()
    assert mode(journal.path.parent) == 0o700


def test_a_campaigns_working_folders_are_the_users_alone(tmp_path: Path) -> None:
    campaign = Folder(tmp_path / "campaign")
    campaign.create()
    assert mode(campaign.spool) == mode(campaign.running) == 0o700
