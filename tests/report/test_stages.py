"""Long stages of short commands are told on standard error."""

from __future__ import annotations

import pytest

from vqe_cli.report import stages
from vqe_cli.report.stages import StageView

pytestmark = pytest.mark.quick


def seconds_of(monkeypatch: pytest.MonkeyPatch, *readings: float) -> None:
    clock = iter(readings)
    monkeypatch.setattr(stages.time, "perf_counter", lambda: next(clock))


def test_stages_over_a_second_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds_of(monkeypatch, 0.0, 0.0, 2.5, 2.5, 2.9)
    with StageView("Water") as view:
        view.begin("Hartree-Fock")
        view.begin("circuits")
    assert capsys.readouterr().err.split() == ["Hartree-Fock", "2.5", "s"]


def test_nothing_is_told_beside_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds_of(monkeypatch, 0.0, 0.0, 9.0)
    with StageView("Water", shown=False) as view:
        view.begin("Hartree-Fock")
    assert not capsys.readouterr().err
