"""The campaign lock: one scheduler for one campaign."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vqe_cli.errors import UnavailableError
from vqe_cli.screening.store.locks import CampaignLock

HOLD = """\
import sys, time
from pathlib import Path
from vqe_cli.screening.store.locks import CampaignLock
lock = CampaignLock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def held_by_another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_second_scheduler_is_refused_and_told_who_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not kept waiting."""
    with held_by_another_process(tmp_path) as holder:
        monkeypatch.setattr(time, "sleep", pytest.fail)
        with pytest.raises(UnavailableError) as caught:
            CampaignLock(tmp_path)
        assert f"process {holder.pid} of" in caught.value.message
        assert os.uname().nodename in caught.value.message
        assert caught.value.hint


def test_a_killed_holders_lock_is_free(tmp_path: Path) -> None:
    with held_by_another_process(tmp_path) as holder:
        holder.kill()
        holder.wait()
        CampaignLock(tmp_path).release()


def test_a_released_lock_is_free_and_names_its_new_holder(tmp_path: Path) -> None:
    CampaignLock(tmp_path).release()
    lock = CampaignLock(tmp_path)
    with pytest.raises(UnavailableError, match=f"process {os.getpid()} "):
        CampaignLock(tmp_path)
    lock.release()


def test_an_unreadable_name_does_not_hide_the_lock(tmp_path: Path) -> None:
    lock = CampaignLock(tmp_path)
    lock.path.write_text("?")
    with pytest.raises(UnavailableError, match="another process"):
        CampaignLock(tmp_path)
    lock.release()
