"""Doubts from reading a structure, and rough geometries, lower the verdict of a row."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chemistry.geometry.structures.molfiles import v2000
from tests.screening.cases import case_of, compute
from tests.screening.test_cases import PLAIN, keys
from tests.screening.test_cases import case_of as planned
from vqe_cli.properties import Finding

WATER = (("O", 0.0, 0.0, 0.0), ("H", 0.0, 1.43, 1.11), ("H", 0.0, -1.43, 1.11))  # in bohr


def structure(**candidate: Any) -> Finding:
    """The structure of a candidate as its campaign asks for it."""
    case = planned(PLAIN, **candidate)
    return compute(case.properties[0].property, case_of(case.spec["molecule"]))


@pytest.mark.parametrize(
    ("smiles", "checks"),
    [
        ("O=O", "spin-stated (warn)"),
        ("[CH2]", "spin-stated (warn)"),
        ("S=S", "spin-stated (warn)"),
        ("Cl[Cu]Cl", "spin-stated (warn)"),
        ("C[Zn]C", "spin-stated (warn), geometry-relaxed (warn)"),
        ("BB", None),
        ("[CH2] |^3:0|", None),
    ],
)
def test_what_a_smiles_leaves_open_reaches_the_verdict(smiles: str, checks: str | None) -> None:
    values = structure(smiles=smiles).values
    if smiles == "Cl[Cu]Cl":
        assert checks in str(values["structure_failed_checks"])
    else:
        assert values["structure_failed_checks"] == checks
    assert values["structure_verdict"] == ("warn" if checks else "pass")


def test_what_is_stated_is_another_question() -> None:
    stated = {"molecule": {"geometry": {"smiles": "O=O"}, "multiplicity": 1}}
    assert structure(input=stated).values["structure_verdict"] == "pass"
    left_open, said = planned(PLAIN, smiles="O=O"), planned(PLAIN, input=stated)
    assert left_open.content_key != said.content_key
    assert not set(keys(left_open).values()) & set(keys(said).values())


def test_a_remark_on_a_file_that_may_mean_something_else_reaches_the_verdict() -> None:
    said = {"molecule": {"geometry": "He 0 0 0", "charge": 0, "multiplicity": 1}}
    values = structure(input=said, doubts=("input-understood",)).values
    assert values["structure_failed_checks"] == "input-understood (warn)"


def test_coordinates_in_bohr_warn_twice() -> None:
    molfile = v2000(WATER, ((1, 2, 1, 0), (1, 3, 1, 0)))
    found = structure(molfile=molfile).values
    assert found["structure_failed_checks"] == "bonds-of-the-file (warn)"
    case = planned(PLAIN, molfile=molfile)
    gap = compute("gap", case_of(case.spec["molecule"]))
    assert gap.values["gap_failed_checks"] == "bond-lengths (warn)"


def test_a_unit_that_is_said_is_believed() -> None:
    text = "\n".join(f"{symbol} {x} {y} {z}" for symbol, x, y, z in WATER)
    for units, doubted in (({}, True), ({"units": "angstrom"}, False)):
        case = planned(PLAIN, input={"molecule": {"geometry": text, **units}})
        values = compute("gap", case_of(case.spec["molecule"])).values
        assert ("bond-lengths" in str(values["gap_failed_checks"])) is doubted


def test_notes_on_the_geometry_are_handed_over() -> None:
    assert any("UFF was used" in note for note in structure(smiles="O=O").notes)
