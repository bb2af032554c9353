"""The promise about hydrogen with shots, kept by its script."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "h2_ten_seeds.py"


@pytest.mark.slow
def test_ten_seeds_end_within_three_standard_errors_and_five_millihartree():
    command = [sys.executable, str(SCRIPT), "--shots", "4096", "--seeds", "10"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "10 of 10" in found.stdout
