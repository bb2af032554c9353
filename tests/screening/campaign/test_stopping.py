"""Ctrl-C, SIGTERM, a closed terminal, a second scheduler, and leftovers of an earlier one."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path

import psutil
import pytest

from tests.screening.campaign.commands import MISCHIEF, NAPS, Commands
from tests.screening.campaign.mischief import write_culprits, write_innocents
from tests.screening.waiting import wait_until
from vqe_cli.screening.model import PropertyResult
from vqe_cli.screening.store import Store
from vqe_cli.screening.workers.spool import write_result

SLOW_NAPS = "properties=[{name: first-nap, seconds: 0.1}, {name: second-nap, seconds: 0.4}]"


@pytest.mark.parametrize(
    ("name", "to_all"),
    [
        ("SIGINT", True),
        *(
            pytest.param(name, to_all, marks=pytest.mark.slow)
            for name, to_all in (
                ("SIGINT", False),
                ("SIGTERM", False),
                ("SIGTERM", True),
                ("SIGHUP", True),
                ("SIGHUP", False),
            )
        ),
    ],
)
def test_a_stopped_campaign_says_how_to_go_on_and_leaves_nothing_running(
    name: str, to_all: bool, commands: Commands
) -> None:
    write_innocents(commands.candidates, 12)
    scheduler = commands.start("--workers", "2", "--set", SLOW_NAPS)
    wait_until(lambda: len(commands.begun()) > 2, within=60)
    below = psutil.Process(scheduler.pid).children(recursive=True)
    (os.killpg if to_all else os.kill)(scheduler.pid, getattr(signal, name))
    _, err = scheduler.communicate(timeout=60)
    assert scheduler.returncode == 130
    assert "repeat the command to resume" in err
    assert "Traceback" not in err
    wait_until(lambda: not [process for process in below if process.is_running()], within=10)
    assert not list((commands.folder / "running").iterdir())
    finished = commands.query("SELECT key, finished FROM results")
    assert 0 < len(finished) < 36
    if name == "SIGINT" and to_all:
        code, _, _ = commands.run(SLOW_NAPS)
        assert code == 0
        assert set(finished) < set(commands.query("SELECT key, finished FROM results"))
        assert {row["status"] for row in commands.rows().values()} == {"done"}


@pytest.mark.slow
def test_a_campaign_that_was_started_with_nohup_outlives_the_terminal(commands: Commands) -> None:
    write_innocents(commands.candidates, 3)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        scheduler = commands.start("--workers", "2", "--set", SLOW_NAPS)
    finally:
        signal.signal(signal.SIGHUP, before)
    wait_until(lambda: len(commands.begun()) > 1, within=60)
    os.killpg(scheduler.pid, signal.SIGHUP)
    scheduler.communicate(timeout=60)
    assert scheduler.returncode == 0
    assert {row["status"] for row in commands.rows().values()} == {"done"}


def test_a_second_scheduler_is_refused_and_an_empty_status_file_is_no_harm(
    commands: Commands,
) -> None:
    write_innocents(commands.candidates, 2)
    with Store.create(commands.folder):
        refused = commands.start("--workers", "1", "--set", NAPS)
        _, err = refused.communicate(timeout=60)
    assert refused.returncode == 6
    assert f"process {os.getpid()}" in err
    assert commands.run(NAPS)[0] == 0
    assert "2 done, 0 running" in commands.call("status")
    (commands.folder / "running" / "0.json").touch()  # as a power cut may leave it
    assert "2 done, 0 running" in commands.call("status")


def test_what_an_earlier_scheduler_left_is_taken_in_or_set_aside(
    commands: Commands, tmp_path: Path
) -> None:
    write_innocents(commands.candidates, 4)
    assert commands.run(NAPS)[0] == 0
    naps, table, first = commands.begun(), commands.call("export"), commands.folder
    with Store.open(first) as store:
        kept = [store.result(key) for (key,) in commands.query("SELECT key FROM results")]
    second = tmp_path / "second"
    _leave_behind([result for result in kept if result is not None], second)

    code, _, err = commands.run(NAPS, folder=second)
    assert code == 0
    assert err.count("a damaged result was moved to") == 2
    assert len(list((second / "quarantine").iterdir())) == 2
    assert not [path for path in (second / "spool").iterdir() if path.name != ".stop"]
    assert not list((second / "running").iterdir())
    assert commands.call("export", folder=second) == table
    again = commands.begun() - naps
    assert sorted(name for _, name in again.elements()) == ["first-nap", "second-nap"]

    _flip_a_bit(second / "campaign.sqlite")
    code, _, err = commands.run(NAPS, folder=second)
    assert code == 0
    assert "set aside, and computed again: 1 damaged result" in err
    assert commands.call("export", folder=second) == table
    assert sum((commands.begun() - naps - again).values()) == 1


def test_a_failure_that_an_earlier_scheduler_left_in_the_spool_is_forgotten_too(
    commands: Commands,
) -> None:
    """It was killed after it had taken the failure in, and before it could remove the file."""
    write_culprits(commands.candidates, "raise")
    assert commands.run(MISCHIEF)[0] == 0
    with Store.open(commands.folder) as store:
        kept = [store.result(key) for (key,) in commands.query("SELECT key FROM results")]
    (failed,) = (result for result in kept if result is not None and result.failure)
    for options in (("--later",), ("--workers", "1")):
        write_result(commands.folder / "spool", failed)
        attempts = commands.query("SELECT count(*) FROM attempts")[0][0]
        commands.retry(*options)
        pending = commands.query("SELECT count(*) FROM part_states WHERE state = 'missing'")
        assert pending == [(1 if "--later" in options else 0,)]
        assert commands.run(MISCHIEF)[0] == 0
        assert commands.query("SELECT count(*) FROM attempts") == [(attempts + 1,)]


@pytest.mark.slow
def test_of_two_drivers_that_start_at_once_one_works(commands: Commands) -> None:
    write_innocents(commands.candidates, 14)
    schedulers = [commands.start("--workers", "2", "--set", SLOW_NAPS) for _ in range(2)]
    said = [scheduler.communicate(timeout=120)[1] for scheduler in schedulers]
    assert sorted(scheduler.returncode for scheduler in schedulers) == [0, 6]
    works, refused = sorted(range(2), key=lambda number: schedulers[number].returncode)
    assert f"is already running in process {schedulers[works].pid} " in said[refused]
    assert "Traceback" not in "".join(said)
    assert set(commands.begun().values()) == {1}
    assert {row["status"] for row in commands.rows().values()} == {"done"}


def _leave_behind(results: list[PropertyResult], campaign: Path) -> None:
    """A campaign whose scheduler died: all results in the spool, two of them damaged."""
    spool, running = campaign / "spool", campaign / "running"
    spool.mkdir(parents=True)
    running.mkdir()
    (spool / ".stop").touch()
    (running / "0.json").write_text('{"title": "old"')
    files = {result.key: write_result(spool, result) for result in results}
    first = next(result for result in results if result.property == "first-nap")
    second = next(result for result in results if result.property == "second-nap")
    whole = files[first.key].read_bytes()
    files[first.key].write_bytes(whole[: len(whole) // 2])
    damaged = bytearray(files[second.key].read_bytes())
    damaged[-20] ^= 1
    files[second.key].write_bytes(damaged)


def _flip_a_bit(database: Path) -> None:
    with sqlite3.connect(database) as store:
        result, content = store.execute(
            "SELECT r.id, d.content FROM records d JOIN results r ON r.id = d.result "
            "WHERE r.property = 'second-nap' ORDER BY r.id LIMIT 1"
        ).fetchone()
        damaged = bytes([content[0], content[1] ^ 16, *content[2:]])
        store.execute("UPDATE records SET content = ? WHERE result = ?", (damaged, result))
    store.close()
