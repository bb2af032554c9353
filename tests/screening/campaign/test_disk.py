"""A disk that becomes full in the middle of a campaign."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screening.campaign.commands import Commands
from tests.screening.campaign.mischief import write_innocents


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """One megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if mounted.returncode != 0:
        pytest.skip(f"mounting is not allowed: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path, but: int) -> Path:
    """A file that leaves so many bytes on the disk."""
    ballast = disk / "ballast"
    space = os.statvfs(disk)
    ballast.write_bytes(b"\0" * (space.f_bavail * space.f_frsize - but))
    return ballast


NAPS = "properties=[{name: first-nap, seconds: 0.01}, {name: second-nap, seconds: 0.01}]"


@pytest.mark.parametrize(
    ("left", "molecules"),
    [
        (8_192, 6),
        # full when some results have been stored, which must still be there afterwards
        pytest.param(240_000, 60, marks=pytest.mark.slow),
    ],
)
def test_nothing_is_lost_and_it_goes_on_when_there_is_room(
    left: int, molecules: int, commands: Commands, small_disk: Path
) -> None:
    write_innocents(commands.candidates, molecules)
    folder = small_disk / "campaign"
    ballast = fill(small_disk, but=left)
    code, _, err = commands.run(NAPS, folder=folder)
    assert code == 6
    assert "no space left on device" in err
    assert "free some space" in err
    assert "Traceback" not in err
    database = folder / "campaign.sqlite"
    finished = set()
    if left > 100_000:
        finished = set(commands.query("SELECT key, finished FROM results", folder))
        assert finished
    assert database.exists()
    ballast.unlink()
    naps = commands.begun()
    code, _, err = commands.run(NAPS, folder=folder)
    assert code == 0
    assert finished <= set(commands.query("SELECT key, finished FROM results", folder))
    assert {row["status"] for row in commands.rows(folder).values()} == {"done"}
    assert max(naps.values(), default=0) <= 1
    assert commands.query("PRAGMA integrity_check", folder) == [("ok",)]
