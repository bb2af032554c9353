"""What a reader leaves open lowers the verdict."""

import pytest

from tests.chemistry.geometry.structures.test_reading import ETHANOL, IN_WATER, METHYLENE, drawn
from tests.problems import frontier, problem_of

SPACE = frontier(2, 2)


@pytest.mark.parametrize(("smiles", "doubted"), [("O=O", True), ("[CH2]", True), ("O", False)])
def test_a_spin_that_the_structure_does_not_tell_is_a_doubt(smiles, doubted):
    problem = problem_of({"geometry": {"smiles": smiles}}, active_space=SPACE)
    checks = {check.name: check.status for check in problem.checks}
    assert checks.get("spin-stated") == ("warn" if doubted else None)


def test_a_spin_that_is_stated_is_none():
    molecule = {"geometry": {"smiles": "O=O"}, "multiplicity": 3}
    problem = problem_of(molecule, active_space=SPACE)
    assert "spin-stated" not in {check.name for check in problem.checks}


@pytest.mark.parametrize(
    ("block", "doubt"),
    [
        (drawn(METHYLENE, IN_WATER), "valences-open"),
        (drawn(ETHANOL, [(1, 2, 1), (2, 3, 1)]), "hydrogens-added"),
        (drawn("O 0 0 0; H 0.76 0.59 0; H -0.76 0.59 0", IN_WATER, label=""), "drawing-stated"),
    ],
)
def test_what_a_molfile_leaves_open_is_a_doubt_and_a_note(block, doubt):
    """A multiplicity that is stated does not say which atoms are meant."""
    problem = problem_of({"geometry": {"molfile": block}, "multiplicity": 3}, active_space=SPACE)
    checks = [check for check in problem.checks if check.name == doubt]
    assert [check.status for check in checks] == ["warn"]
