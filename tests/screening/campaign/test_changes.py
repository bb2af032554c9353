"""A changed campaign computes only what has changed."""

from __future__ import annotations

import sqlite3

from tests.screening.campaign.commands import NAPS, Commands
from tests.screening.campaign.mischief import write_innocents

FIRST = "properties=[first-nap]"


def test_a_new_property_is_computed_alone_and_going_back_computes_nothing(
    commands: Commands,
) -> None:
    write_innocents(commands.candidates, 3)
    assert commands.run(FIRST)[0] == 0
    table = commands.call("export")
    assert [name for _, name in commands.begun().elements()] == ["first-nap"] * 3

    assert commands.run(NAPS)[0] == 0
    both = commands.begun()
    assert sorted(name for _, name in both.elements()) == ["first-nap"] * 3 + ["second-nap"] * 3
    attempts = commands.query("SELECT count(*) FROM attempts")

    assert commands.run(FIRST)[0] == 0
    assert commands.call("export") == table
    assert commands.run(NAPS)[0] == 0
    assert commands.begun() == both
    assert commands.query("SELECT count(*) FROM attempts") == attempts

    write_innocents(commands.candidates, 4)
    assert commands.run(NAPS)[0] == 0
    assert len(list((commands.begun() - both).elements())) == 2


def test_what_was_refused_is_run_when_the_cap_is_raised(commands: Commands) -> None:
    write_innocents(commands.candidates, 2)
    methane = "5\nmethane\nC 0 0 0\nH 1 0 0\nH 0 1 0\nH 0 0 1\nH -1 0 0\n"
    (commands.candidates / "methane.xyz").write_text(methane)
    assert commands.run(NAPS, "candidates.max_atoms=4")[0] == 0
    assert commands.kinds() == {"methane": "refused"}
    before = commands.begun()
    assert commands.run(NAPS, "candidates.max_atoms=5")[0] == 0
    assert commands.kinds() == {}
    assert sorted((commands.begun() - before).values()) == [1, 1]


def test_another_programs_plan_is_made_anew_and_what_it_shares_is_not_computed(
    commands: Commands,
) -> None:
    """A newer program may understand the settings otherwise; here it understands them alike."""
    write_innocents(commands.candidates, 2)
    assert commands.run(FIRST)[0] == 0
    plan, begun = commands.query("SELECT * FROM cases"), commands.begun()
    with sqlite3.connect(commands.folder / "campaign.sqlite") as store:
        store.execute("UPDATE revisions SET meaning = 'of an older program'")
        store.execute("UPDATE cases SET spec = '{}', cost = 99")
    store.close()
    assert commands.run(FIRST)[0] == 0
    assert commands.query("SELECT * FROM cases") == plan
    assert commands.query("SELECT count(*) FROM revisions") == [(2,)]
    assert commands.begun() == begun
    assert commands.run(FIRST)[0] == 0
    assert commands.query("SELECT count(*) FROM revisions") == [(2,)]
