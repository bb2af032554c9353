"""What the package logs, who hears it, and what nobody may hear."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from vqe_cli._core.log import LogFile, StandardError, listening, package_logger, timed

LOG = package_logger("vqe_cli.chemistry.scf.mean_field")


def test_modules_of_a_folder_share_its_logger() -> None:
    assert LOG.name == "vqe.chemistry"
    assert LOG is package_logger("vqe_cli.chemistry.integrals")
    assert LOG.parent is logging.getLogger("vqe")


def test_an_importer_hears_nothing_unless_it_listens() -> None:
    program = "import vqe_cli.pipeline, logging; logging.getLogger('vqe.x').error('loud')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout + done.stderr == b""


def test_other_packages_handlers_hear_warnings_only() -> None:
    """geomeTRIC gives the root logger a handler and a level of its own."""
    program = (
        "import vqe_cli.pipeline, logging; logging.basicConfig(level=logging.INFO);"
        "log = logging.getLogger('vqe.x'); log.info('quiet'); log.warning('loud')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert done.stderr == "WARNING:vqe.x:loud\n"


def test_an_importer_that_listens_hears_every_folder(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="vqe"):
        LOG.info("an energy")
    assert caplog.record_tuples == [("vqe.chemistry", logging.INFO, "an energy")]


def test_lines_have_a_time_a_level_and_a_logger(capsys: pytest.CaptureFixture[str]) -> None:
    with listening(StandardError(), logging.INFO):
        LOG.debug("too much")
        LOG.info("%d electrons", 2)
    LOG.info("nobody listens any more")
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO vqe\.chemistry: 2 electrons\n", err
    )


def test_levels_are_afterwards_what_they_were() -> None:
    root = logging.getLogger("vqe")
    before, handlers = root.level, list(root.handlers)
    with listening(StandardError(), logging.DEBUG):
        assert LOG.isEnabledFor(logging.DEBUG)
    assert (root.level, root.handlers) == (before, handlers)


def test_a_stage_that_fails_is_not_said_to_have_taken_its_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with listening(StandardError(), logging.INFO):
        with timed(LOG, "first"):
            pass
        with pytest.raises(ZeroDivisionError), timed(LOG, "second"):
            _ = 1 / 0
    assert re.findall(r": (\w+): \d+\.\d{3} s$", capsys.readouterr().err, re.M) == ["first"]


def test_tokens_are_removed_from_messages_arguments_and_tracebacks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QISKIT_IBM_TOKEN", "MARKER-0815-secret")
    path = tmp_path / "log"
    with listening(StandardError(), logging.INFO), listening(LogFile(path), logging.INFO):
        LOG.info("sent with MARKER-0815-secret")
        LOG.info("sent with %s", {"token": "MARKER-0815-secret"})
        try:
            raise ValueError(f"{os.environ['QISKIT_IBM_TOKEN']} is refused")
        except ValueError:
            LOG.exception("not sent")
    for text in (capsys.readouterr().err, path.read_text()):
        assert "MARKER" not in text
        assert text.count("[token removed]") == 3
        assert "ValueError" in text


def test_escape_sequences_in_titles_are_shown_and_not_obeyed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with listening(StandardError(), logging.INFO):
        LOG.info("run of %s begins", "\x1b[31mred")
    assert "\x1b" not in capsys.readouterr().err


def test_a_file_that_cannot_be_written_costs_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with listening(LogFile(tmp_path / "missing" / "log"), logging.INFO):
        LOG.info("lost")
    assert capsys.readouterr().err == ""


def test_a_file_does_not_grow_beyond_its_size(tmp_path: Path) -> None:
    with listening(LogFile(tmp_path / "log", most_bytes=500), logging.INFO):
        for number in range(100):
            LOG.info("line %d", number)
    assert {path.name for path in tmp_path.iterdir()} == {"log", "log.1"}
    assert all(path.stat().st_size <= 500 for path in tmp_path.iterdir())
    assert "line 99" in (tmp_path / "log").read_text()
