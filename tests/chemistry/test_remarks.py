"""What a reader leaves open lowers the verdict."""

import pytest

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
