"""The live view and the status of a campaign, as a terminal and a log would show them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

import pytest
from rich.console import Console

from vqe_cli.report.campaign.live import CampaignView, plain_line, show_status
from vqe_cli.report.console import console
from vqe_cli.screening.snapshot import CampaignSnapshot, Running

pytestmark = pytest.mark.quick

HALF_WAY = CampaignSnapshot(
    total=200,
    done=110,
    failed={"timeout": 4, "not-converged": 8, "memory": 1},
    duplicates=2,
    running=(
        Running("4-(2-chloroethyl)-thiazole, uccsd", "vqe: step 12", 71.0, 2, 412_000_000),
        Running("acetone", "mean field", 3.0, 1, 301_000_000),
    ),
    started=1.0e9,
    elapsed=3600.0,
    per_hour=62.5,
    remaining=4210.0,
    reused=60,
)


def _terminal(width: int) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)


def _shown(view: CampaignView, *snapshots: CampaignSnapshot) -> None:
    with view:
        for snapshot in snapshots:
            view.update(snapshot)


def _status(
    snapshot: CampaignSnapshot, verdicts: Mapping[str, int] | None = None, folder: str = "nci"
) -> str:
    stream = io.StringIO()
    show_status(folder, snapshot, (), verdicts or {}, console(stream))
    return stream.getvalue()


@pytest.mark.parametrize("width", [24, 40, 60, 80, 132])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    out = _terminal(width)
    _shown(CampaignView("a campaign with a name of some length", console=out), HALF_WAY)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out.file.getvalue())  # type: ignore[attr-defined]
    live = text.rsplit("a campaign with a name of some length:", 1)[0]
    assert max(len(line) for line in re.split(r"[\r\n]+", live)) <= width


def test_the_panel_says_what_one_wants_to_know() -> None:
    text = _status(HALF_WAY)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "125 of 200, 62 %" in text
    assert "110 done (60 reused), 13 failed, 2 duplicates, 2 running, 73 waiting" in text
    assert "8 not-converged, 4 timeout, 1 memory" in text
    assert "62 molecules an hour" in text
    assert "70.2 min left" in text
    assert "0.7 GB in use" in text
    assert "try 2, vqe: step 12" in text
    assert "\x1b" not in text


def test_a_finished_campaign_tells_verdicts_and_the_next_command_but_no_rate() -> None:
    ended = CampaignSnapshot(total=5, done=4, failed={"timeout": 1}, per_hour=933.0, remaining=0.0)
    text = _status(ended, {"pass": 3, "fail": 1}, "my runs/nci")
    assert "verdicts: 3 pass, 0 warn, 1 fail" in text
    assert "an hour" not in text
    commands = [line.partition("next: ")[2] for line in text.splitlines() if "next: " in line]
    assert commands == [
        "vqe screen retry 'my runs/nci' --failed timeout",
        "vqe screen report 'my runs/nci'",
        "vqe screen export 'my runs/nci' -o results.csv",
    ]
    assert "next:" not in _status(HALF_WAY)
    assert "verdicts" not in _status(HALF_WAY)


def test_what_lacks_a_property_but_has_its_energy_is_told_from_failures() -> None:
    text = _status(CampaignSnapshot(total=9, done=2, failed={"input": 7}, partial=6))
    assert "2 done, 7 failed (6 with an energy), 0 running" in text


def test_durations_that_change_while_one_looks_have_no_fractions() -> None:
    task = Running("water", "energy", 0.622)
    live = CampaignSnapshot(total=9, done=2, running=(task,), started=0.0, elapsed=24.2,
                            per_hour=300.0, remaining=44.9)  # fmt: skip
    text = _status(live)
    assert "running for 24 s" in text
    assert "about 45 s left" in text
    assert " 1 s" in text


def test_the_slowest_task_stands_first() -> None:
    tasks = tuple(Running(f"case {i}", "vqe", float(i)) for i in range(20))
    text = _status(CampaignSnapshot(total=40, done=0, running=tasks, started=0.0))
    assert re.findall(r"case \d+", text) == [f"case {i}" for i in (19, 18, 17, 16, 15)]


def test_a_campaign_that_nobody_works_on_says_how_to_go_on() -> None:
    assert "repeat the command to resume" in _status(CampaignSnapshot(total=10, done=4))
    assert "repeat the command to resume" not in _status(CampaignSnapshot(total=10, done=10))


def test_a_log_gets_a_line_every_ten_seconds_and_at_milestones() -> None:
    stream, now = io.StringIO(), [0.0]
    view = CampaignView("nci", console=console(stream), clock=lambda: now[0])
    with view:
        for second in range(1001):
            now[0] = second / 10
            view.update(CampaignSnapshot(total=10_000, done=second))
    lines = stream.getvalue().splitlines()
    assert 10 <= len(lines) <= 13  # 100 s, one milestone, and the last word
    assert "1,000 of 10,000 finished (10 %)" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
    assert "\r" not in stream.getvalue()


def test_the_first_failure_of_a_kind_is_said_at_once() -> None:
    stream = io.StringIO()
    view = CampaignView("nci", console=console(stream), clock=lambda: 0.0)
    first = CampaignSnapshot(total=1000, done=1)
    second = CampaignSnapshot(total=1000, done=2)
    _shown(view, first, second, CampaignSnapshot(total=1000, done=2, failed={"memory": 1}))
    assert stream.getvalue().splitlines() == [
        "nci: 1 of 1,000 finished (0 %)",
        "nci: 3 of 1,000 finished (0 %), 1 failed (1 memory)",
    ]


def test_quiet_says_nothing() -> None:
    for out in (_terminal(80), console(io.StringIO())):
        _shown(CampaignView("nci", quiet=True, console=out), HALF_WAY)
        assert out.file.getvalue() == ""  # type: ignore[attr-defined]


def test_names_cannot_move_the_cursor() -> None:
    evil = Running("a\x1b[2Jb\rc\nd\u202e", "e\x07f", 1.0)
    text = _status(CampaignSnapshot(total=2, done=0, running=(evil,)))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)


def test_an_empty_campaign_is_no_division_by_zero() -> None:
    assert plain_line("none", CampaignSnapshot(total=0, done=0)) == "none: 0 of 0 finished (0 %)"
    assert "0 of 0" in _status(CampaignSnapshot(total=0, done=0))


def test_what_was_refused_beforehand_has_not_failed() -> None:
    snapshot = CampaignSnapshot(total=10, done=4, failed={"input": 1}, refused=5)
    line = plain_line("nci", snapshot)
    assert line == "nci: 10 of 10 finished (100 %), 1 failed (1 input), 5 refused"
    assert "failed" not in plain_line("nci", CampaignSnapshot(10, 5, refused=5))
