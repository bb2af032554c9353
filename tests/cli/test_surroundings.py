"""Environments that packages choke on, and what the system takes away."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.hydrogen import H2, vqe
from tests.conftest import RunVqe, WriteFile


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NUMBA_NUM_THREADS", "0"),
        ("NUMBA_NUM_THREADS", "-1"),
        ("OMP_NUM_THREADS", "99999999"),
        ("PYSCF_MAX_MEMORY", "lots"),
    ],
)
def test_variables_that_packages_choke_on_are_named(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    found = run_vqe("run", hydrogen)
    assert found.code == 2
    assert f"environment variable {name}" in found.err
    assert value in found.err


@pytest.mark.parametrize(
    "surroundings",
    [
        {"OMP_NUM_THREADS": "many"},
        {"NUMBA_CACHE_DIR": "/proc/nowhere"},
        {"HOME": "/proc/nowhere", "XDG_STATE_HOME": "", "VQE_STATE_DIR": "/proc/nowhere"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TMPDIR": "/nowhere"},
    ],
    ids=lambda variables: next(iter(variables)),
)
def test_surroundings_in_which_nothing_can_be_kept_work(
    write_file: WriteFile, surroundings: dict[str, str]
) -> None:
    file = write_file("wässer.yaml", H2)
    found = vqe("run", file, "--json", env=surroundings)
    assert found.code == 0, found.err
    assert found.record["verdict"] == "pass"


def test_a_working_directory_that_is_gone_is_told(run_vqe: RunVqe, hydrogen: Path) -> None:
    """PySCF cannot be imported there."""
    file, gone = hydrogen.resolve(), Path("gone")
    gone.mkdir()
    os.chdir(gone)
    os.rmdir(os.getcwd())
    found = run_vqe("run", file)
    assert found.code == 2
    assert "the working directory is gone" in found.err


def test_too_little_memory_is_a_refusal(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("vqe_cli.pipeline.build_problem", greedy)
    found = run_vqe("run", hydrogen, "--json")
    assert found.code == 3
    assert found.record["error"]["kind"] == "refused"
    assert "memory" in found.record["error"]["message"]


def test_a_limit_that_packages_crash_under_is_refused(hydrogen: Path) -> None:
    limited = 'ulimit -v 400000; exec "$@"'
    words = ["sh", "-c", limited, "sh", sys.executable, "-m", "vqe_cli", "run", str(hydrogen)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "ulimit -v allows 410 MB" in done.stderr


def test_an_error_of_the_system_names_its_file(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "/mnt/scratch/tmp1")

    monkeypatch.setattr("vqe_cli.pipeline.build_problem", broken)
    found = run_vqe("run", hydrogen)
    assert found.code == 6
    assert "cannot use /mnt/scratch/tmp1: Input/output error" in found.err
