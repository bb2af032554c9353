"""``vqe clean``: what it removes, and what it leaves alone."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import RunVqe
from vqe_cli.backends.ibm.job_files import ledger
from vqe_cli.cli.clean_command import NAMES
from vqe_cli.cli.removable import KINDS
from vqe_cli.comparison.kept_rows import KeptRows
from vqe_cli.variational import checkpoints
from vqe_cli.variational.checkpoints import FileJournal
from vqe_cli.variational.journal import LogEntry

pytestmark = pytest.mark.quick


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder with two checkpoints, one of them old, a scan and a job."""
    folder = tmp_path / "state"
    monkeypatch.setenv("VQE_STATE_DIR", str(folder))
    for name in ("checkpoints/old.jsonl", "checkpoints/new.jsonl", "scans/one/rows/1.json",
                 "scans/one/lock", "ibm-jobs/results/a.json"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(bytes(1000))
    before = time.time() - 40 * 86_400
    os.utime(folder / "checkpoints" / "old.jsonl", (before, before))
    return folder


def test_each_kind_can_be_found_and_named() -> None:
    assert list(NAMES) == list(KINDS)


def names(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def test_only_what_is_asked_for_goes(run_vqe: RunVqe, state: Path) -> None:
    found = run_vqe("clean", "checkpoints", "--yes")
    assert (found.code, found.err) == (0, "")
    assert found.out == "removed 2 checkpoints (2.0 kB)\n"
    assert names(state) == ["ibm-jobs/results/a.json", "scans/one/lock", "scans/one/rows/1.json"]
    assert run_vqe("clean", "scans", "--yes").out == "removed 1 scan (2.0 kB)\n"
    assert names(state) == ["ibm-jobs/results/a.json"]
    assert run_vqe("clean", "scans", "--yes").out == "nothing to remove\n"


def test_age_is_that_of_the_last_change(run_vqe: RunVqe, state: Path) -> None:
    run_vqe("clean", "checkpoints", "scans", "--older-than", "30", "--yes")
    assert "checkpoints/new.jsonl" in names(state)
    assert "checkpoints/old.jsonl" not in names(state)
    assert "scans/one/rows/1.json" in names(state)


def test_a_dry_run_tells_and_removes_nothing(run_vqe: RunVqe, state: Path) -> None:
    before = names(state)
    found = run_vqe("clean", "checkpoints", "scans", "--dry-run")
    assert str(state / "checkpoints" / "old.jsonl") in found.out
    assert "2 checkpoints, 1 scan (4.0 kB) to remove" in found.out
    record = run_vqe("clean", "checkpoints", "--dry-run", "--json").record
    assert [row["bytes"] for row in record["removed"]] == [1000, 1000]
    assert names(state) == before


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_without_a_terminal_it_must_be_told(run_vqe: RunVqe, state: Path, flags: list[str]) -> None:
    before = names(state)
    found = run_vqe("clean", "checkpoints", *flags)
    assert found.code == 2
    assert "pass --yes" in found.out + found.err
    assert names(state) == before


@pytest.mark.parametrize("words", [[], ["jobs"], ["checkpoints", "--older-than", "-1"]])
def test_wrong_words_are_refused(run_vqe: RunVqe, state: Path, words: list[str]) -> None:
    before = names(state)
    assert run_vqe("clean", *words, "--yes").code == 2
    assert names(state) == before


def test_the_checkpoint_of_a_running_process_stays(
    run_vqe: RunVqe, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "FLUSH_SECONDS", 0.0)
    journal = FileJournal("f" * 64, resume=False)
    journal.starting_points([np.zeros(1)])
    journal.append([LogEntry("a", -1.0)])
    assert journal.path.is_file()
    found = run_vqe("clean", "checkpoints", "--yes")
    assert f"in use, stays: {journal.path}" in found.out
    assert "removed 2 checkpoints" in found.out
    assert journal.path.is_file()
    journal.close(finished=False)
    assert "removed 1 checkpoint" in run_vqe("clean", "checkpoints", "--yes").out
    assert not journal.path.exists()


def test_the_checkpoint_of_a_run_with_jobs_stays(run_vqe: RunVqe, state: Path) -> None:
    job = {
        "key": "k" * 64, "fingerprint": "old" + "0" * 61, "title": "", "service": "local",
        "device": "fake_manila", "plan": "", "executions": 1, "estimated_seconds": 1.0,
        "status": "sending",
    }  # fmt: skip
    ledger().claim_all([job], lambda _: [None])
    found = run_vqe("clean", "checkpoints", "--yes")
    assert "of a run with jobs on devices, stays" in found.out
    assert "checkpoints/old.jsonl" in names(state)
    assert "checkpoints/new.jsonl" not in names(state)
    run_vqe("clean", "checkpoints", "--yes", "--force")
    assert "checkpoints/old.jsonl" not in names(state)
    assert len(ledger().all()) == 1


def test_a_checkpoint_that_is_written_meanwhile_is_told_to_be_in_use(
    run_vqe: RunVqe, state: Path
) -> None:
    path = state / "checkpoints" / "new.jsonl"
    with path.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        later = time.time() + 60.0  # a process that writes, or a file server whose clock is ahead
        os.utime(path, (later, later))
        record = run_vqe("clean", "checkpoints", "--yes", "--json").record
    assert [row["path"] for row in record["in_use"]] == [str(path)]
    assert path.exists()


def test_the_points_of_a_running_scan_stay_unless_forced(run_vqe: RunVqe, state: Path) -> None:
    kept = KeptRows(state / "scans" / "one", resume=True)
    record = run_vqe("clean", "scans", "--yes", "--json").record
    assert record["removed"] == []
    assert [row["path"] for row in record["in_use"]] == [str(state / "scans" / "one")]
    assert kept.path.is_dir()
    run_vqe("clean", "scans", "--yes", "--force")
    assert not kept.path.exists()
    kept.close()


def test_links_are_removed_and_not_followed(run_vqe: RunVqe, state: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("kept")
    (state / "scans" / "link").symlink_to(elsewhere)
    run_vqe("clean", "scans", "--yes")
    assert not (state / "scans" / "link").is_symlink()
    assert (elsewhere / "precious").read_text() == "kept"


def test_kernels_are_those_of_numba(
    run_vqe: RunVqe, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vqe_cli.cli import kept_folders

    cache = tmp_path / "cache"
    cache.mkdir()
    for name in ("a.f-1.py311.nbi", "a.f-1.py311.1.nbc", "other.txt"):
        (cache / name).write_bytes(bytes(10))
    monkeypatch.setattr(kept_folders, "_kernel_folders", lambda: [cache])
    assert "removed 2 kernel files" in run_vqe("clean", "kernels", "--yes").out
    assert names(cache) == ["other.txt"]


def test_a_lock_is_held_while_its_folder_is_removed(state: Path) -> None:
    (scan,) = KINDS["scans"]()
    assert not scan.is_in_use
    with (state / "scans" / "one" / "lock").open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert scan.is_in_use
        assert not scan.remove(force=False)
    assert scan.remove(force=False)
