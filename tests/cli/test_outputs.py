"""Full disks, closed streams, links and devices: no result is lost on its way out."""

from __future__ import annotations

import json
import os
import re
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.hydrogen import EXACT, H2, vqe
from tests.conftest import RunVqe, WriteFile
from vqe_cli._core import files
from vqe_cli.variational import checkpoints
from vqe_cli.variational.checkpoints import FileJournal
from vqe_cli.variational.journal import LogEntry

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")


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
    assert f"no space left on device: {target}" in found.err
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
    assert f"no space left on device: {paths.pop(flag)}" in found.err
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
    assert "no space left on device: standard output" in found.err
    assert json.loads(Path("result.json").read_text())["verdict"] == "pass"
    assert len(list(state.glob("*.jsonl"))) == 1


@needs_full
@pytest.mark.slow  # the test below closes them all
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
            journal.append([LogEntry(point="p", value=float(value))])
        journal.close(finished=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(told) == 1
    kept = [entry.value for entry in FileJournal("f" * 64, resume=True, folder=tmp_path).replay()]
    assert len(kept) > 10
    assert kept == [float(value) for value in range(len(kept))]


@pytest.mark.parametrize("command", ["run", "scan", "compare", "diagnose", "inspect"])
def test_a_width_needs_a_picture(run_vqe: RunVqe, hydrogen: Path, command: str) -> None:
    coordinate = ["--distance", "1,2=0.7,0.8"] if command == "scan" else []
    found = run_vqe(command, hydrogen, *coordinate, "--figure-width", "single")
    assert found.code == 2
    assert "--figure-width is that of a picture" in found.err


def test_a_picture_has_the_width_that_is_asked_for(run_vqe: RunVqe, hydrogen: Path) -> None:
    widths = {}
    for width in ("single", "double"):
        run_vqe("run", hydrogen, "-q", "--plot", "a.svg", "--figure-width", width)
        (points,) = re.findall(r'<svg[^>]* width="([0-9.]+)pt"', Path("a.svg").read_text())
        widths[width] = float(points) / 72
    assert widths == pytest.approx({"single": 3.3, "double": 7.0})
