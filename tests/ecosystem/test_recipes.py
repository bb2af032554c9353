"""Recipes with programs that only the extra `ecosystem` installs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyscf import fci, gto, scf

from tests.test_docs import python_blocks, run_script

pytestmark = pytest.mark.ecosystem


def test_the_recipe_for_quacc_relaxes_to_full_ci(tmp_path: Path) -> None:
    script = python_blocks("docs/recipes.md")[1]
    printed = run_script(script, tmp_path)
    mole = gto.M(atom="H 0 0 0; H 0 0 0.7349", basis="sto-3g", verbose=0)
    exact = 27.211386 * fci.FCI(scf.RHF(mole).run()).kernel()[0]
    assert [float(word) for word in printed] == pytest.approx([exact, exact], abs=1e-4)
