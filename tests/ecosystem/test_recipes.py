"""Recipes with programs that only the extra `ecosystem` installs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyscf import fci, gto, scf

from tests.test_docs import ROOT, python_blocks

pytestmark = pytest.mark.ecosystem


def test_the_recipe_for_quacc_relaxes_to_full_ci(tmp_path: Path) -> None:
    script = python_blocks("docs/recipes.md")[1]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    mole = gto.M(atom="H 0 0 0; H 0 0 0.7349", basis="sto-3g", verbose=0)
    exact = 27.211386 * fci.FCI(scf.RHF(mole).run()).kernel()[0]
    assert [float(word) for word in done.stdout.split()] == pytest.approx([exact, exact], abs=1e-4)
