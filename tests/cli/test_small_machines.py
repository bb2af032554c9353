"""In a real control group of 1 GB a run is refused or ends; it is never killed."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.families import slow

ROOT = Path("/sys/fs/cgroup")
GIGABYTE = 2**30
JOIN = """
import os, sys
with open(sys.argv[1], "w") as processes:
    processes.write(str(os.getpid()))
os.execv(sys.executable, [sys.executable, "-m", "vqe_cli", *sys.argv[2:]])
"""
"""Enters a group and becomes `vqe`."""


def made(folder: Path, limit: str) -> Path | None:
    """A new group with its limit, if this system lets us."""
    group = folder / f"vqe-test-{uuid.uuid4().hex[:8]}"
    try:
        group.mkdir()
        (group / limit).write_text(str(GIGABYTE))
    except OSError:
        if group.exists():
            group.rmdir()
        return None
    return group


@pytest.fixture
def gigabyte() -> Iterator[Path]:
    """Processes of a group that may hold 1 GB."""
    group = made(ROOT / "memory", "memory.limit_in_bytes") or made(ROOT, "memory.max")
    if group is None:
        pytest.skip("no control group can be made here")
    yield group / "cgroup.procs"
    group.rmdir()


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("--smiles", "O"), {0}),
        (("--smiles", "N#N", "--basis", "6-31g"), {3}),
        slow(("--smiles", "N#N", "--ansatz", "lucj", "--backend", "aer"), {3}),
    ],
    ids=str,
)
def test_a_run_is_refused_or_ends(
    gigabyte: Path, arguments: tuple[str, ...], codes: set[int]
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", JOIN, str(gigabyte), "run", "-q", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert ended.returncode in codes, ended.stderr
