"""Parameters of degenerate orbitals, which no mean field finds twice alike."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunVqe, WriteFile
from tests.replay.bundles import edited
from vqe_cli.replay.replaying import replay
from vqe_cli.schema.stored_records import read_stored_run

N2 = """
molecule: {name: Nitrogen, geometry: N 0 0 0; N 0 0 1.1}
active_space: {name: frontier, electrons: 6, orbitals: 6}
reference: none
"""


@pytest.fixture
def nitrogen(run_vqe: RunVqe, write_file: WriteFile) -> Path:
    assert run_vqe("run", "-q", write_file("n2.yaml", N2), "-o", "n2.json").code == 0
    return Path("n2.json")


def rotated(data: dict[str, Any]) -> None:
    """Exchange the parameters, as those of rotated degenerate orbitals would be."""
    data["result"]["parameters"].reverse()


def test_parameters_of_degenerate_orbitals_are_no_contradiction(nitrogen: Path) -> None:
    energies = [
        one["energy"]
        for one in json.loads(nitrogen.read_text())["problem"]["active_space"]["orbitals"]
    ]
    assert min(abs(a - b) for a, b in pairwise(energies)) < 1e-6
    found = replay(read_stored_run(edited(nitrogen, rotated)))
    assert found.same
    assert "belong to other orbitals than those of now" in found.explanation


def test_parameters_of_orbitals_that_are_unique_are_one(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    water = N2.replace("N 0 0 0; N 0 0 1.1", "O 0 0 0; H 0 0.76 0.59; H 0 -0.76 0.59")
    water = water.replace("electrons: 6, orbitals: 6", "electrons: 4, orbitals: 4")
    assert run_vqe("run", "-q", write_file("h2o.yaml", water), "-o", "h2o.json").code == 0
    found = replay(read_stored_run(edited(Path("h2o.json"), rotated)))
    assert not found.same
    assert any("the recorded parameters give" in one for one in found.contradictions)
