"""Calls in processes of their own, which are stopped at the limits of the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.hydrogen import EXACT
from tests.cli.mcp.serving import HYDROGEN, policy_of
from vqe_cli.cli.mcp import calls
from vqe_cli.cli.mcp.calls import perform


def test_a_call_out_of_time_is_stopped_and_says_what_to_do() -> None:
    outcome = perform("run", {"input": HYDROGEN}, policy_of(seconds=0.1))
    assert (outcome.code, outcome.is_error) == (3, True)
    error = outcome.document["error"]
    assert error["kind"] == "refused"
    assert "stopped after 0.1 s" in error["message"]
    assert "estimate" in error["hint"]


def test_a_call_with_too_much_memory_is_stopped() -> None:
    outcome = perform("run", {"input": HYDROGEN}, policy_of(memory=5_000_000))
    assert outcome.code == 3
    assert "5.0 MB, the memory that this server allows" in outcome.document["error"]["message"]


def test_a_withdrawn_call_is_stopped() -> None:
    outcome = perform("run", {"input": HYDROGEN}, policy_of(), stopped=lambda: True)
    assert (outcome.code, outcome.document["error"]["kind"]) == (130, "interrupted")


def test_a_crash_costs_only_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "_environment", lambda *_: {"PYTHONPATH": "/nowhere"})
    monkeypatch.setattr(calls.sys, "executable", "/bin/false")
    outcome = perform("run", {"input": HYDROGEN}, policy_of())
    assert outcome.code == 1
    assert "ended with exit code 1 and without an answer" in outcome.document["error"]["message"]


@pytest.mark.slow
def test_a_call_computes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('imported from an open folder')\n")
    outcome = perform("run", {"input": HYDROGEN}, policy_of(tmp_path))
    assert (outcome.code, outcome.is_error) == (0, False)
    assert outcome.document["result"]["energy"] == pytest.approx(EXACT, abs=1e-9)
    assert [path.name for path in tmp_path.iterdir()] == ["numpy.py"]


@pytest.mark.slow
def test_a_run_out_of_time_goes_on_where_it_stopped(tmp_path: Path) -> None:
    chain = "\n".join(f"H 0 0 {0.9 * place}" for place in range(8))
    slow: dict[str, Any] = {
        "molecule": {"geometry": chain},
        "optimizer": {"name": "cobyla", "maxiter": 100_000},
        "reference": "none",
    }
    outcome = perform("run", {"input": slow}, policy_of(output=tmp_path, seconds=15.0))
    assert outcome.code == 3
    assert "resume" in outcome.document["error"]["hint"]
    assert list((tmp_path / "state" / "checkpoints").iterdir())


@pytest.mark.slow
def test_hints_of_a_call_name_options_not_lines_for_a_terminal() -> None:
    outcome = perform("run", {"smiles": "c1ccccc1"}, policy_of())
    assert outcome.code == 3
    assert outcome.document["error"]["hint"].startswith("--active-space pi, or --active-space '{")
