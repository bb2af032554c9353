"""The store with killed writers, full disks and simultaneous readers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.screening.campaigns import good, key, plan, results
from vqe_cli.errors import UnavailableError
from vqe_cli.screening.model import PropertyResult
from vqe_cli.screening.store import Store
from vqe_cli.screening.workers.spool import drain, write_result

READ = """\
import sys
from pathlib import Path
from vqe_cli.screening.store import Store
with Store.open(Path(sys.argv[1])) as store:
    print("open", flush=True)
    seen = 0
    while seen < 60:
        counts = store.summary().counts
        rows = list(store.rows())
        half = [r for r in rows if (r["status"] == "done") != (r["energy_hartree"] is not None)]
        assert not half and len(rows) == 60, half
        assert counts.get("done", 0) >= seen, counts
        seen = counts.get("done", 0)
print("whole")
"""


def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.screening.store.writer_kills", "30", tmp_path / "c"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("30 kills")


def test_a_second_writer_is_refused_and_readers_are_not(store: Store) -> None:
    plan(store, 1)
    with pytest.raises(UnavailableError, match="is already running in process"):
        Store.open(store.folder, writable=True)
    with pytest.raises(UnavailableError, match="is already running in process"):
        Store.create(store.folder)
    with Store.open(store.folder) as reader:
        assert reader.summary().counts == {"pending": 1}


def test_a_reader_in_another_process_sees_whole_commits_while_a_writer_works(store: Store) -> None:
    plan(store, 60)
    command = [sys.executable, "-c", READ, str(store.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        for place in range(60):
            store.ingest(results(place))
        assert reader.stdout.read() == "whole\n"
    assert reader.returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if mounted.returncode != 0:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_loses_nothing_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(600_000))
    with Store.create(small_disk / "campaign") as store:
        plan(store, 20)
        taken: list[str] = []
        with pytest.raises(UnavailableError, match="no space left on device") as caught:
            fill(lambda one: store.ingest([one]), taken)
        assert caught.value.exit_code == 6
        assert "free some space" in (caught.value.hint or "")
        assert taken
        assert all(store.result(one) for one in taken)
        assert len(list(store.rows())) == 20
        ballast.unlink()
        store.ingest(results(0))
        assert store.summary().counts == {"done": 1, "pending": 19}
    with Store.open(small_disk / "campaign", writable=True) as store:
        found = store.verify()
        assert (found.damaged, found.faults) == ((), ())


def test_a_spool_on_a_full_disk_keeps_what_is_whole(small_disk: Path) -> None:
    spool = small_disk / "spool"
    spool.mkdir()
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    written: list[str] = []
    with pytest.raises(UnavailableError, match="no space left on device"):
        fill(lambda one: write_result(spool, one), written)
    ballast.unlink()
    write_result(spool, good(key("late"), "energy"))
    arrived: list[str] = []

    def ingest(batch: Sequence[PropertyResult]) -> int:
        arrived.extend(one.key for one in batch)
        return len(batch)

    assert drain(spool, ingest) == ()
    assert written
    assert sorted(arrived) == sorted([*written, key("late")])


def fill(keep: Callable[[PropertyResult], object], kept: list[str]) -> None:
    """Keep results until there is no room; `kept` gets the keys of those that were."""
    for place in range(10_000):
        one = good(key("filling", place), "energy", energy_hartree=1 / (place + 1))
        keep(one)
        kept.append(one.key)


def test_a_damaged_page_is_told_as_such(store: Store) -> None:
    plan(store, 60)
    for place in range(60):
        store.ingest(results(place))
    store.close()
    data = bytearray(store.path.read_bytes())
    page = 4096
    for number in range(10, len(data) // page, 3):
        data[number * page : number * page + 200] = bytes(200)
    store.path.write_bytes(data)
    with pytest.raises(UnavailableError, match="is damaged") as caught:
        read_all(store.folder)
    assert "recover" in (caught.value.hint or "")


def read_all(folder: Path) -> None:
    with Store.open(folder) as reader:
        list(reader.rows())
