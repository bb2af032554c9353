"""What the progress of a run shows while it is slow."""

from __future__ import annotations

import pytest

from vqe_cli.report.run import progress
from vqe_cli.report.run.progress import ProgressReport

pytestmark = pytest.mark.quick


def test_a_search_for_the_mean_field_counts_its_guesses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "PLAIN_SECONDS", 0.0)
    report = ProgressReport("phenol")
    report.on_begin("chemistry")
    report.on_guess(3, 18, -305.04597252)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.split()[:5] == ["guess", "3", "of", "18", "-305.0459725"]


def test_each_stage_has_its_own_time_between_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a long search for the mean field the next stage is not silent for as long."""
    report = ProgressReport("phenol")
    report.on_begin("chemistry")
    monkeypatch.setattr(progress._Running, "seconds", 100.0)
    report.on_guess(3, 18, -305.0)
    report.on_begin("orbitals")
    monkeypatch.setattr(progress._Running, "seconds", 40.0)
    report.on_orbital_step(1, -305.1)
    assert len(capsys.readouterr().err.splitlines()) == 2
