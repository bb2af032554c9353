"""``kill -9`` at random moments: a short form of ``scripts/screening/kill_test.py``."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.screening.campaign.commands import SCRIPTS


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(
            "--seeds 1 --tasks 6 --kills 1 --victims scheduler --within 0.6",
            marks=pytest.mark.slow,
            id="once",
        ),
        # seed 12 is a worker, a child and the scheduler, one after another
        pytest.param(
            "--seeds 1 --first 12 --kills 3 --tasks 6 --within 0.6",
            marks=pytest.mark.slow,
            id="everybody-once",
        ),
        pytest.param("--seeds 3 --tasks 6", marks=pytest.mark.slow, id="anybody"),
        pytest.param(
            "--seeds 1 --tasks 12 --victims scheduler --kills 3 --within 0.6",
            marks=pytest.mark.slow,
            id="scheduler-again-and-again",
        ),
    ],
)
def test_nothing_is_lost_and_nothing_done_twice(options: str) -> None:
    command = [sys.executable, str(SCRIPTS / "kill_test.py"), *options.split()]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "failed        0" in found.stdout
