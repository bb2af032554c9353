"""Writing files: whole or not at all, through links, and into what is no file."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from vqe_cli._core.files import is_replaceable, open_atomic, write_atomic

pytestmark = pytest.mark.quick

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")


def test_what_is_raised_on_the_way_leaves_the_old_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        _interrupted(file)
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.json"]


def _interrupted(file: Path) -> None:
    with open_atomic(file) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_target_is_written(tmp_path: Path, there: bool) -> None:
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "target.json", tmp_path / "link.json"
    if there:
        target.write_text("old")
    link.symlink_to(target)
    write_atomic(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_permissions_of_a_file_that_is_replaced_stay(tmp_path: Path) -> None:
    file = tmp_path / "secret.json"
    file.write_text("old")
    file.chmod(0o600)
    write_atomic(file, "new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_fifo_is_written_into(tmp_path: Path) -> None:
    fifo, read = tmp_path / "fifo", []
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
    reader.start()
    write_atomic(fifo, "through")
    reader.join()
    assert read == [b"through"]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_a_device_stays_a_device() -> None:
    write_atomic(Path("/dev/null"), "gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@needs_full
def test_an_error_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("/dev/full")
    for path in (Path("/dev/full"), link):
        with pytest.raises(OSError, match="No space left") as found:
            write_atomic(path, "x")
        assert found.value.errno == errno.ENOSPC
        assert found.value.filename == str(path)


def test_a_long_name_is_no_longer_for_its_temporary_file(tmp_path: Path) -> None:
    file = tmp_path / ("a" * 250)
    write_atomic(file, "x")
    assert file.read_text() == "x"


def test_a_name_that_is_too_long_names_itself(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        is_replaceable(tmp_path / ("a" * 300))


def test_a_text_with_bytes_that_are_no_text_is_written(tmp_path: Path) -> None:
    """As a file name that is no UTF-8 gives it."""
    write_atomic(tmp_path / "a", "name \udcff")
    assert (tmp_path / "a").read_bytes() == b"name ?"


WRITES = """\
import sys
from pathlib import Path
from vqe_cli._core.files import write_atomic
print("printed")
write_atomic(Path(sys.argv[1]), "written\\n")
print("and on")
"""


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_standard_output_by_its_path_is_what_is_open(tmp_path: Path, path: str, kind: str) -> None:
    """Where output goes to a file, that file is neither replaced nor cut off."""
    (tmp_path / "link").symlink_to("/dev/stdout")
    result = tmp_path / "result"
    with result.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", WRITES, path],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
            stdout=file if kind == "file" else subprocess.PIPE,
            check=True,
        )
    found = result.read_bytes() if kind == "file" else done.stdout
    assert found == b"printed\nwritten\nand on\n"
