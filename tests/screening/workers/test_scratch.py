"""Temporary folders of tasks are removed, however the task ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vqe_cli.screening.workers.scratch import remove_abandoned, scratch_folder

pytestmark = pytest.mark.quick

HOLDER = """
import os, signal
from vqe_cli.screening.workers.scratch import scratch_folder
with scratch_folder() as folder:
    open(folder + "/integrals", "w").close()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def age(folder: Path) -> None:
    hour_ago = time.time() - 3600
    os.utime(folder, (hour_ago, hour_ago))


def test_only_what_dead_processes_left_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", HOLDER], env=env, check=False)
    (abandoned,) = tmp_path.glob("vqe-task-*")
    strange = tmp_path / "vqe-task-without-a-lock"
    strange.mkdir()
    with scratch_folder() as mine:
        for folder in (Path(mine), strange):
            age(folder)
        remove_abandoned(tmp_path)
        assert abandoned.exists()  # it may be so young that it is not locked yet
        age(abandoned)
        remove_abandoned(tmp_path)
        assert not abandoned.exists()
        assert Path(mine).exists()
    assert list(tmp_path.iterdir()) == [strange]
