"""Faulty tasks in a real campaign fail alone, with the right kind, and reveal no secrets."""

from __future__ import annotations

import zlib

import pytest

from tests.screening.campaign.commands import MISCHIEF, TOKEN, Commands
from tests.screening.campaign.mischief import write_culprits, write_innocents

LIMITS = ("limits.time=3", "limits.memory=500 MB")
KINDS = {
    "segfault": "crash",
    "abort": "crash",
    "hog": "memory",
    "hang": "timeout",
    "raise": "internal",
    "nan": "internal",
}


def test_culprits_fail_alone_and_timeouts_are_tried_again_on_request(commands: Commands) -> None:
    write_culprits(commands.candidates, *KINDS)
    write_innocents(commands.candidates, 6)
    code, out, err = commands.run(MISCHIEF, *LIMITS, workers=2)
    assert code == 0
    rows = commands.rows()
    assert commands.kinds() == KINDS
    assert {rows[name]["failure_property"] for name in KINDS} == {"mischief"}
    assert all(row["first_number"] for row in rows.values())  # the first property is good
    innocents = [row for name, row in rows.items() if name not in KINDS]
    assert [row["status"] for row in innocents] == ["done"] * 6
    assert len(commands.query("SELECT DISTINCT worker FROM attempts")) <= 2
    _refuse_secrets(commands, out, err)
    told = (commands.folder / "logs" / "campaign.log").read_text()
    assert "task hog submitted, attempt 2" in told
    assert "task hog failed (memory)" in told

    tasks = "SELECT c.name, count(*) FROM attempts a JOIN case_parts p ON p.key = a.task OR" \
            " p.key = a.part JOIN cases k ON k.id = p.case_id JOIN candidates c ON" \
            " c.position = k.candidate GROUP BY c.name"  # fmt: skip
    before, naps = dict(commands.query(tasks)), commands.begun()
    assert "failed by kind" in commands.retry("--failed", "timeout", "--workers", "1")
    assert commands.kinds() == KINDS
    after = dict(commands.query(tasks))
    assert {name for name in after if after[name] != before[name]} == {"hang"}
    assert commands.begun() == naps  # not even its own first property


@pytest.mark.slow
def test_who_kills_fork_servers_and_workers_takes_nobody_along(commands: Commands) -> None:
    poison = {"kill-group": "lost", "kill-worker": "lost", "no-scf": "not-converged"}
    write_culprits(commands.candidates, *poison)
    write_innocents(commands.candidates, 4)
    code, _, err = commands.run(MISCHIEF, workers=2)
    assert code == 0
    assert "Traceback" not in err
    assert commands.kinds() == poison
    assert [row["status"] for row in commands.rows().values()].count("done") == 4


def _refuse_secrets(commands: Commands, out: str, err: str) -> None:
    """The token stands in the environment, in what tasks print, and in an exception."""
    commands.call("report")
    said = [out, err, commands.call("status"), commands.call("status", "--json")]
    said += [commands.call("export", "--format", form, "--timings") for form in ("csv", "jsonl")]
    assert "cannot log in" in "".join(said)
    assert not any(TOKEN in text for text in said)
    files = [path for path in commands.folder.rglob("*") if path.is_file()]
    assert {"campaign.sqlite", "report.html", "validation.jsonl"} <= {path.name for path in files}
    assert not any(TOKEN.encode() in path.read_bytes() for path in files)
    for (content,) in commands.query("SELECT content FROM records"):
        assert TOKEN.encode() not in zlib.decompress(content)
