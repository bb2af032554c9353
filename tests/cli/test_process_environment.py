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
from tests.families import slow

NOWHERE = {"HOME": "/proc/nowhere", "XDG_STATE_HOME": "", "VQE_STATE_DIR": "/proc/nowhere"}
POSIX = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TMPDIR": "/nowhere"}


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
        {"OMP_NUM_THREADS": "many"} | NOWHERE | POSIX,
        {"NUMBA_CACHE_DIR": "/proc/nowhere"},
        *map(slow, ({"OMP_NUM_THREADS": "many"}, NOWHERE, POSIX)),
    ],
    ids=["all-but-the-cache", "cache", "threads", "folders", "locale"],
)
def test_surroundings_in_which_nothing_can_be_kept_work(
    write_file: WriteFile, surroundings: dict[str, str]
) -> None:
    file = write_file("wässer.yaml", H2)
    found = vqe("run", file, "--json", env=surroundings)
    assert found.code == 0, found.err
    assert found.record["verdict"] == "pass"


def test_figures_are_written_from_the_cell_of_a_notebook_of_another_python(
    write_file: WriteFile,
) -> None:
    file = write_file("h2.yaml", H2)
    found = vqe("run", file, "--plot", "h2.png", env={"MPLBACKEND": "module://not.installed.here"})
    assert found.code == 0, found.err
    assert Path("h2.png").stat().st_size > 1000


def test_a_working_directory_that_is_gone_is_told(run_vqe: RunVqe, hydrogen: Path) -> None:
    """PySCF cannot be imported there."""
    file, gone = hydrogen.resolve(), Path("gone")
    gone.mkdir()
    os.chdir(gone)
    os.rmdir(os.getcwd())
    found = run_vqe("run", file)
    assert found.code == 2
    assert "the working directory no longer exists" in found.err


def test_too_little_memory_is_a_refusal(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("vqe_cli.variational.preparation.select_orbitals", greedy)
    found = run_vqe("run", hydrogen, "--json")
    assert found.code == 3
    assert found.record["error"]["kind"] == "refused"
    assert "memory" in found.record["error"]["message"]


@pytest.mark.parametrize(
    ("kilobytes", "arguments", "code"),
    [(400_000, "run", 3), (1_500_000, "run", 3), (2_300_000, "run", 0), (400_000, "list", 0)],
)
def test_limits_that_packages_crash_under_are_refused(
    hydrogen: Path, kilobytes: int, arguments: str, code: int
) -> None:
    limited = f'ulimit -v {kilobytes}; exec "$@"'
    words = ["sh", "-c", limited, "sh", sys.executable, "-m", "vqe_cli", arguments]
    words += [str(hydrogen)] if arguments == "run" else []
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(words, capture_output=True, text=True, env=one_thread, check=False)
    assert done.returncode == code, done.stderr
    assert (f"ulimit -v allows {kilobytes * 1024 / 1e6:.0f} MB" in done.stderr) == (code == 3)


@pytest.mark.parametrize(
    "fault",
    [
        ImportError("libopenblas.so: failed to map segment from shared object"),
        OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)),
    ],
    ids=["loader", "system"],
)
def test_want_of_memory_is_a_refusal_whoever_tells_of_it(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def broken(*_: Any) -> None:
        raise fault

    monkeypatch.setattr("vqe_cli.variational.preparation.select_orbitals", broken)
    found = run_vqe("run", hydrogen)
    assert found.code == 3
    assert "not enough memory" in found.err


def test_an_error_of_the_system_names_its_file(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "/mnt/scratch/tmp1")

    monkeypatch.setattr("vqe_cli.variational.preparation.select_orbitals", broken)
    found = run_vqe("run", hydrogen)
    assert found.code == 6
    assert "cannot use /mnt/scratch/tmp1: Input/output error" in found.err
