"""The spool: damaged files are detected and kept, sound results are stored once."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import pytest

from tests.screening.campaigns import bad, good, key
from vqe_cli.screening.model import PropertyResult
from vqe_cli.screening.workers.spool import BATCH, Damaged, drain, read_spool, write_result

pytestmark = pytest.mark.quick


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "campaign" / "spool"
    folder.mkdir(parents=True)
    return folder


def only(folder: Path) -> PropertyResult | Damaged:
    ((_, found),) = read_spool(folder)
    return found


RESULT = good(
    key(1), "energy", energy_hartree=-1.1373060357533995, verdict="pass", shots=0, ok=True, gap=None
)


@pytest.mark.parametrize("result", [RESULT, bad(key(2), "energy", "timeout", "after 3 h: ü")])
def test_a_result_arrives_as_it_was(spool: Path, result: PropertyResult) -> None:
    write_result(spool, result)
    assert only(spool) == result
    assert [type(value) for value in only(spool).values.values()] == [
        type(value) for value in result.values.values()
    ]


def test_text_that_no_file_takes_is_mended(spool: Path) -> None:
    """Python gives file names of another encoding as lone surrogates."""
    write_result(spool, bad(key(1), "energy", "input", "cannot read caf\udce9.xyz"))
    assert only(spool).failure.message == "cannot read caf?.xyz"


def test_every_flipped_bit_is_found(spool: Path) -> None:
    whole = write_result(spool, RESULT).read_bytes()
    generator = random.Random(1)
    for _ in range(40):
        (path,) = spool.iterdir()
        damaged = bytearray(whole)
        damaged[generator.randrange(len(damaged))] ^= 1 << generator.randrange(8)
        path.write_bytes(damaged)
        found = only(spool)
        assert isinstance(found, Damaged)
        assert found.key == RESULT.key
        assert found.moved_to.read_bytes() == damaged
        path.write_bytes(whole)
    assert only(spool) == RESULT


def test_every_cut_is_found(spool: Path) -> None:
    path = write_result(spool, RESULT)
    whole = path.read_bytes()
    for length in (0, 1, 63, 64, 65, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert isinstance(only(spool), Damaged), length


def test_a_right_checksum_over_wrong_content_is_no_result(spool: Path) -> None:
    from hashlib import sha256

    path = write_result(spool, RESULT)
    contents = {
        "not JSON": b"{",
        "another schema": json.dumps({"key": RESULT.key, "energy": 1}).encode(),
        "another key": RESULT.model_copy(update={"key": key(9)}).model_dump_json().encode(),
    }
    for reason, body in contents.items():
        path.write_bytes(sha256(body).hexdigest().encode() + b"\n" + body)
        assert isinstance(only(spool), Damaged), reason


def test_foreign_files_are_moved_and_signals_left_alone(spool: Path) -> None:
    (spool / "notes.txt").write_text("mine")
    (spool / ".stop").touch()
    found = only(spool)
    assert isinstance(found, Damaged)
    assert found.moved_to.read_text() == "mine"
    assert found.moved_to.parent == spool.parent / "quarantine"
    assert [path.name for path in spool.iterdir()] == [".stop"]


def test_a_dead_writers_temporary_file_goes_after_an_hour(spool: Path) -> None:
    name = write_result(spool, RESULT).name
    young, old = spool / f".{name}.aaaa", spool / f".{name}.bbbb"
    for path in (young, old):
        path.write_text("half")
    hour_ago = time.time() - 3700
    os.utime(old, (hour_ago, hour_ago))
    assert only(spool) == RESULT
    assert young.exists()
    assert not old.exists()


def test_a_key_cannot_lead_out_of_the_spool(spool: Path) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        write_result(spool, RESULT.model_copy(update={"key": "../" + "0" * 61}))


def test_draining_removes_only_what_was_taken_in(spool: Path) -> None:
    count = BATCH + 5
    for place in range(count):
        write_result(spool, good(key(place), "energy"))
    (spool / "junk").touch()
    taken: list[PropertyResult] = []

    def ingest(batch: list[PropertyResult]) -> int:
        if taken:
            raise OSError("the second commit fails")
        taken.extend(batch)
        return len(batch)

    with pytest.raises(OSError, match="second"):
        drain(spool, ingest)
    assert len(list(spool.iterdir())) == count - BATCH
    taken.clear()
    drain(spool, ingest)
    assert list(spool.iterdir()) == []
