"""Full disks, closed streams, signals at any moment, and environments that packages choke on."""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Outcome, RunVqe, WriteFile
from vqe_cli import checkpoints, files
from vqe_cli.checkpoints import FileJournal
from vqe_cli.evaluations import LogEntry

H2 = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735}\nreference: none\n"
SLOW = H2 + "backend: {name: aer, shots: 256}\noptimizer: {name: spsa, maxiter: 300, resamplings: 6"
SLOW += ", tolerance: 1.0e-12, max_effort: 1.0}\n"
EXACT = -1.137306035753
"""Hartree, full CI in STO-3G at 0.735 Å (O'Malley et al., Phys. Rev. X 6, 031007)."""

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")


@pytest.fixture
def hydrogen(write_file: WriteFile) -> Path:
    return write_file("h2.yaml", H2)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder of checkpoints that every command here has."""
    return tmp_path / "state" / "checkpoints"


def vqe(*arguments: object, shell: str = "", **options: Any) -> Outcome:
    """The command in a process of its own; what stands in `shell` follows it in a shell."""
    words = [sys.executable, "-m", "vqe_cli", *map(str, arguments)]
    if shell:
        words = ["sh", "-c", f'exec "$@" {shell}', "sh", *words]
    env = {**os.environ, "OMP_NUM_THREADS": "1", **options.pop("env", {})}
    done = subprocess.run(
        words, env=env, capture_output=True, text=True, timeout=120, check=False, **options
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with no room left."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    try:
        (disk / "filler").write_bytes(bytes(4096))
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_costs_neither_result_nor_checkpoint(
    run_vqe: RunVqe, hydrogen: Path, full_disk: Path, state: Path
) -> None:
    target = full_disk / "result.json"
    found = run_vqe("run", hydrogen, "-q", "--json", "-o", target)
    assert found.code == 6
    assert found.record["result"]["energy"] == pytest.approx(EXACT, abs=1e-8)
    assert f"the disk of {target} is full" in found.err
    assert "--resume" in found.err
    assert os.listdir(full_disk) == ["filler"]
    assert len(list(state.glob("*.jsonl"))) == 1

    (full_disk / "filler").unlink()
    again = run_vqe("run", hydrogen, "-q", "--json", "--resume", "-o", "elsewhere.json")
    assert again.code == 0
    result = json.loads(Path("elsewhere.json").read_text())["result"]
    assert result["replayed"] == result["evaluations"]["energy"]
    assert not list(state.iterdir())


@needs_full
@pytest.mark.parametrize("flag", ["-o", "--plot", "--rdm"])
def test_each_file_that_cannot_be_written_is_named_and_the_others_are_written(
    run_vqe: RunVqe, write_file: WriteFile, flag: str, state: Path
) -> None:
    file = write_file("h2.yaml", H2)
    paths = {"-o": "result.json", "--plot": "plot.png", "--rdm": "density.npz"}
    Path(paths[flag]).symlink_to("/dev/full")
    found = run_vqe("run", file, "-q", *(word for pair in paths.items() for word in pair))
    assert found.code == 6
    assert "-1.1373060358" in found.out
    assert f"the disk of {paths.pop(flag)} is full" in found.err
    assert all(Path(path).stat().st_size > 0 for path in paths.values())
    assert len(list(state.glob("*.jsonl"))) == 1


def test_the_checkpoint_goes_last(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch, state: Path
) -> None:
    monkeypatch.setattr(checkpoints, "FLUSH_SECONDS", 0.0)
    there, genuine = [], files.write_atomic

    def watched(path: Path, content: Any) -> None:
        there.append(len(list(state.glob("*.jsonl"))))
        genuine(path, content)

    monkeypatch.setattr(files, "write_atomic", watched)
    assert run_vqe("run", hydrogen, "-q", "-o", "a.json", "--plot", "a.png").code == 0
    assert there == [1, 1]
    assert not list(state.iterdir())


@needs_full
def test_a_full_standard_output_costs_the_words_alone(hydrogen: Path, state: Path) -> None:
    found = vqe("run", hydrogen, "--json", "-o", "result.json", shell=">/dev/full")
    assert found.code == 6
    assert "the disk of standard output is full" in found.err
    assert json.loads(Path("result.json").read_text())["verdict"] == "pass"
    assert len(list(state.glob("*.jsonl"))) == 1


@needs_full
@pytest.mark.parametrize("streams", ["2>/dev/full", "2>&-", "<&-", "<&- 2>&-", "2>&1 1>&-"])
def test_streams_that_are_closed_or_full_cost_nothing(hydrogen: Path, streams: str) -> None:
    found = vqe("run", hydrogen, "--json", "-o", "result.json", shell=streams)
    assert found.code == 0
    assert json.loads(Path("result.json").read_text())["verdict"] == "pass"
    if "1>&-" not in streams:
        assert found.record["verdict"] == "pass"
    assert "Traceback" not in found.err


def test_all_streams_closed_leave_the_file(hydrogen: Path) -> None:
    """The next file that is opened must not become standard output."""
    assert vqe("run", hydrogen, "-o", "result.json", shell="<&- >&- 2>&-").code == 0
    assert json.loads(Path("result.json").read_text())["verdict"] == "pass"


def test_a_reader_that_goes_away_does_not_cost_the_file(hydrogen: Path, state: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "-m", "vqe_cli", "run", str(hydrogen), "--json", "-o", "result.json"]
    done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert done.returncode == 0
    assert "Exception" not in done.stderr
    assert json.loads(Path("result.json").read_text())["verdict"] == "pass"


@pytest.mark.parametrize("flag", ["-o", "--plot", "--rdm"])
def test_what_is_no_file_is_written_into(run_vqe: RunVqe, hydrogen: Path, flag: str) -> None:
    assert run_vqe("run", hydrogen, "-q", flag, "/dev/null").code == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize(
    "arguments",
    [
        ("schema", "-o", "/dev/null"),
        ("inspect", "h2.yaml", "--export", "fcidump", "/dev/null"),
        ("diagnose", "h2.yaml", "--study", "gradients", "--samples", "100", "--plot", "/dev/null"),
    ],
    ids=lambda words: words[0],
)
def test_other_commands_write_into_devices(
    run_vqe: RunVqe, hydrogen: Path, arguments: tuple[str, ...]
) -> None:
    found = run_vqe(*arguments)
    assert found.code == 0, found.err
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_result_goes_through_a_link(run_vqe: RunVqe, hydrogen: Path) -> None:
    Path("far").mkdir()
    Path("link.json").symlink_to("far/result.json")
    assert run_vqe("run", hydrogen, "-q", "-o", "link.json").code == 0
    assert Path("link.json").is_symlink()
    assert json.loads(Path("far/result.json").read_text())["verdict"] == "pass"


@pytest.mark.parametrize("flag", ["-o", "--plot", "--rdm"])
def test_a_path_that_is_too_long_is_refused_before_the_run(
    run_vqe: RunVqe, hydrogen: Path, flag: str
) -> None:
    found = run_vqe("run", hydrogen, flag, "a" * 300)
    assert found.code == 2
    assert "too long" in found.err
    assert "a" * 100 not in found.err


def test_a_checkpoint_on_a_full_disk_costs_a_warning(
    run_vqe: RunVqe, hydrogen: Path, full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VQE_STATE_DIR", str(full_disk))
    monkeypatch.setattr(checkpoints, "FLUSH_SECONDS", 0.0)
    found = run_vqe("run", hydrogen, "-q", "--json")
    assert found.code == 0
    assert found.record["verdict"] == "pass"
    assert found.err.count("no checkpoint can be kept") == 1


def test_a_checkpoint_that_outgrows_its_disk_costs_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At some moment of a run, not at its beginning; what was kept by then can be read."""
    monkeypatch.setattr(checkpoints, "FLUSH_SECONDS", 0.0)
    told: list[str] = []
    journal = FileJournal("f" * 64, resume=False, warn=told.append, folder=tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        for value in range(200):
            journal.append(LogEntry(point="p", value=float(value)))
        journal.close(finished=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(told) == 1
    kept = [entry.value for entry in FileJournal("f" * 64, resume=True, folder=tmp_path).replay()]
    assert len(kept) > 10
    assert kept == [float(value) for value in range(len(kept))]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_a_batch_systems_signals_stop_a_run_as_ctrl_c_does(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    def signalled(*_: Any) -> None:
        os.kill(os.getpid(), number)
        time.sleep(1.0)

    before = signal.getsignal(number)
    monkeypatch.setattr("vqe_cli.pipeline.build_problem", signalled)
    found = run_vqe("run", hydrogen)
    assert found.code == 130
    assert "interrupted" in found.err
    assert "--resume" in found.err
    assert signal.getsignal(number) is before


def test_a_signal_within_exec_ends_with_our_code() -> None:
    """Python has a mind of its own about a KeyboardInterrupt there."""
    program = (
        "import os, signal, vqe_cli.pipeline\n"
        "vqe_cli.pipeline.build_problem = lambda *_: exec("
        "'import time; os.kill(os.getpid(), signal.SIGTERM); time.sleep(1)')\n"
        "from vqe_cli.cli.main import main\n"
        "main(['run', '--smiles', '[H][H]', '-q'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 130
    assert "interrupted" in done.stderr


class Disturbed:
    """A run of some seconds in a process of its own, which gets a signal at some moment.

    Args:
        folder: Where it works.
    """

    def __init__(self, folder: Path) -> None:
        self.file, self.result = folder / "slow.yaml", folder / "result.json"
        self.state = folder / "state"
        self.file.write_text(SLOW)

    def run(self, *flags: str, after: float | None = None, number: int = 0) -> Outcome:
        """Run, and send the signal after so many seconds."""
        process = subprocess.Popen(
            [sys.executable, "-m", "vqe_cli", "run", str(self.file), "--json", "-q",
             "-o", str(self.result), *flags],
            env={**os.environ, "VQE_STATE_DIR": str(self.state), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        with process:
            if after is not None:
                time.sleep(after)
                process.send_signal(number)
            out, err = process.communicate(timeout=240)
        return Outcome(process.returncode, out, err)

    def check(self, found: Outcome) -> None:
        """Either the whole result is there, or a checkpoint that can be read."""
        kept = sorted(self.state.rglob("*.jsonl"))
        assert sorted(self.state.rglob("*.*")) == kept
        assert "Traceback" not in found.err
        if self.result.exists():
            record = json.loads(self.result.read_text())
            assert record["schema"] == "vqe-run/1"
            assert kept == [] or found.code != 0
        else:
            assert found.code in (130, -signal.SIGTERM, -signal.SIGHUP)
        if found.code == 130:
            assert found.record["error"]["kind"] == "interrupted"
        for checkpoint in kept:
            lines = checkpoint.read_text().split("\n")
            assert lines.pop() == ""
            assert all(json.loads(line) for line in lines)
        hidden = {path.name for path in self.result.parent.iterdir()}
        assert hidden <= {"slow.yaml", "result.json", "state"}


MOMENTS = 10


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_sigterm_at_some_moment_leaves_a_result_or_a_checkpoint(
    tmp_path: Path, moment: int
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    run = Disturbed(folder)
    after = random.Random(moment).uniform(moment, moment + 1) * 0.5
    run.check(run.run(after=after, number=signal.SIGTERM))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_runs_that_are_stopped_again_and_again_end_as_others_do(
    tmp_path: Path, number: signal.Signals
) -> None:
    whole_folder, folder = tmp_path / "whole", tmp_path / "run"
    whole_folder.mkdir()
    folder.mkdir()
    whole = Disturbed(whole_folder).run().record
    moments, run = random.Random(1), Disturbed(folder)
    for _ in range(30):
        found = run.run("--resume", after=moments.uniform(0.0, 6.0), number=number)
        run.check(found)
        if run.result.exists():
            break
    run.run("--resume")
    found_record = json.loads(run.result.read_text())
    assert found_record["result"]["energy"] == pytest.approx(whole["result"]["energy"], abs=1e-9)
    assert found_record["result"]["evaluations"] == whole["result"]["evaluations"]


@pytest.fixture
def interrupted(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Leave a checkpoint of a run with some flags."""
    from vqe_cli import pipeline

    def leave(*flags: str) -> Path:
        def stopped(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(pipeline, "result_record", stopped)
            assert run_vqe("run", hydrogen, "-q", *flags).code == 130
        return hydrogen

    return leave


@pytest.mark.parametrize("quiet", [(), ("-q",)], ids=["aloud", "quiet"])
def test_resume_after_an_edit_says_what_changed_and_keeps_the_checkpoint(
    run_vqe: RunVqe, interrupted: Callable[..., Path], state: Path, quiet: tuple[str, ...]
) -> None:
    file = interrupted("--seed", "3")
    (kept,) = state.glob("*.jsonl")
    file.write_text(H2.replace("0.735", "0.74"))
    found = run_vqe("run", file, "--resume", "--seed", "4", *quiet)
    assert found.code == 0
    (warning,) = (line for line in found.err.splitlines() if line.startswith("warning"))
    assert "begins anew" in warning
    assert "seed: 3 -> 4" in warning
    assert "molecule.geometry" in warning
    assert list(state.glob("*.jsonl")) == [kept]

    file.write_text(H2)
    again = run_vqe("run", file, "--resume", "--seed", "3", *quiet)
    assert "warning" not in again.err
    assert ("evaluations in the checkpoint" in again.err) == (not quiet)
    assert not list(state.glob("*.jsonl"))


def test_another_file_is_no_edit_of_this_one(
    run_vqe: RunVqe, interrupted: Callable[..., Path], write_file: WriteFile
) -> None:
    interrupted()
    other = write_file("other.yaml", H2.replace("0.735", "0.74"))
    assert "warning" not in run_vqe("run", other, "--resume").err


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
