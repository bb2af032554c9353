"""Plans: equal content has equal content keys, different content has different ones."""

from __future__ import annotations

from typing import Any

import pytest
from pyscf import gto

from vqe_cli.chemistry.basis.basis_size import basis_functions
from vqe_cli.errors import InputError
from vqe_cli.screening.candidates.validation import Caps, validate
from vqe_cli.screening.candidates.variants import variants_of
from vqe_cli.screening.cases import Planner, canonical, element_counts
from vqe_cli.screening.model import Candidate
from vqe_cli.screening.settings import ScreenConfig, load_config
from vqe_cli.screening.store.model import PlannedCase

pytestmark = pytest.mark.quick


def config_of(**changes: Any) -> ScreenConfig:
    overrides = [((key,), value, "test") for key, value in changes.items()]
    return load_config(None, overrides)


def case_of(config: ScreenConfig, **candidate: Any) -> PlannedCase:
    found = validate(Candidate(name="x", source="here:1", **candidate), Caps())
    planner = Planner(config, variants_of({}))
    return planner.case(0, found, variants_of({})[0])


def keys(case: PlannedCase) -> dict[str, str]:
    return {wanted.property["name"]: wanted.key for wanted in case.properties}


PLAIN = config_of(properties=["energy", "dipole", "gap"])


@pytest.mark.parametrize("smiles", ["OCC", "C(O)C", "[CH3][CH2][OH]"])
def test_one_molecule_has_one_key_however_it_is_written(smiles: str) -> None:
    assert keys(case_of(PLAIN, smiles=smiles)) == keys(case_of(PLAIN, smiles="CCO"))


def test_coordinates_are_the_same_in_any_notation_of_numbers() -> None:
    one = {"geometry": "H 0 0 0\nH 0 0 0.740"}
    two = {"geometry": {"cartesian": "H  0.0 -0.0 0\nH 0 0   7.4e-1"}}
    cases = [case_of(PLAIN, input={"molecule": data}) for data in (one, two)]
    assert keys(cases[0]) == keys(cases[1])


def test_duplicates_are_found_whatever_the_order_of_their_atoms() -> None:
    water = ("O 0 0 0", "H 0 0 0.96", "H 0.93 0 -0.24")
    first, turned, moved, other = (
        case_of(PLAIN, input={"molecule": {"geometry": "\n".join(lines), **own}})
        for lines, own in (
            (water, {}),
            (reversed(water), {}),
            ((*water[:2], "H 0.93 0 -0.25"), {}),
            (water, {"basis": "6-31g"}),
        )
    )
    assert first.content_key == turned.content_key
    assert len({first.content_key, moved.content_key, other.content_key}) == 3


def test_limits_and_caps_are_no_part_of_the_content() -> None:
    other = config_of(
        properties=["energy", "dipole", "gap"],
        limits={"memory": "1 GB", "time": 3.0},
        candidates={"max_atoms": 50},
        max_memory="2 GB",
    )
    assert keys(case_of(PLAIN, smiles="O")) == keys(case_of(other, smiles="O"))


def test_another_property_leaves_the_others_alone() -> None:
    more = config_of(properties=["energy", "dipole", "gap", "ionization-energy"])
    before, after = keys(case_of(PLAIN, smiles="O")), keys(case_of(more, smiles="O"))
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"ionization-energy"}


@pytest.mark.parametrize(
    "change",
    [
        {"molecule": {"basis": "6-31g"}},
        {"molecule": {"structure": {"conformers": 3}}},
        {"active_space": {"name": "frontier", "electrons": 2, "orbitals": 2}},
        {"ansatz": "k-upccgsd"},
        {"seed": 8},
    ],
)
def test_another_setting_has_another_key(change: dict[str, Any]) -> None:
    other = config_of(properties=["energy", "dipole", "gap"], **change)
    before, after = keys(case_of(PLAIN, smiles="O")), keys(case_of(other, smiles="O"))
    assert before["energy"] != after["energy"]


@pytest.mark.parametrize("name", ["SEMANTICS_VERSION", "__version__"])
def test_a_newer_program_means_something_else_by_the_same_settings(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Planner(PLAIN, variants_of({})).settings_hash
    assert Planner(PLAIN, variants_of({})).settings_hash == before
    monkeypatch.setattr(f"vqe_cli.screening.cases.{name}", 99)
    assert Planner(PLAIN, variants_of({})).settings_hash != before


def test_a_candidate_may_bring_settings_of_its_own() -> None:
    water = {"molecule": {"geometry": "O 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59"}}
    plain = case_of(PLAIN, input=water)
    own = case_of(PLAIN, input={**water, "ansatz": "puccd"})
    basis = case_of(PLAIN, input={"molecule": {**water["molecule"], "basis": "6-31g"}})
    assert len({keys(case)["energy"] for case in (plain, own, basis)}) == 3
    assert own.spec["ansatz"] == "puccd"
    assert basis.spec["molecule"]["basis"] == "6-31g"


def test_a_bad_setting_of_a_candidate_fails_only_it() -> None:
    case = case_of(PLAIN, input={"molecule": {"geometry": "He 0 0 0"}, "ansatz": "ucsd"})
    assert case.failure is not None
    assert case.failure.kind == "input"
    assert "ucsd" in case.failure.message


def test_too_large_is_refused_before_anything_is_computed() -> None:
    config = config_of(candidates={"max_basis_functions": 10})
    case = case_of(config, smiles="CCO")
    assert case.failure is not None
    assert case.failure.kind == "refused"
    assert "21 basis functions are more than 10" in case.failure.message


def test_an_element_without_the_basis_is_told_by_the_plan() -> None:
    case = case_of(PLAIN, smiles="[Hg]")
    assert case.failure is not None
    assert "no basis 'sto-3g' for Hg" in case.failure.message


@pytest.mark.parametrize("basis", ["sto-3g", "6-31g**", "cc-pvdz", "def2-tzvp", "aug-cc-pvtz"])
def test_basis_functions_are_counted_as_pyscf_does(basis: str) -> None:
    mole = gto.M(atom="O 0 0 0; H 0 0.76 0.59; H 0 -0.76 0.59; Cl 5 0 0; H 5 0 1.3", basis=basis)
    assert basis_functions({"O": 1, "H": 3, "Cl": 1}, basis) == mole.nao


def test_a_basis_by_element() -> None:
    assert basis_functions({"O": 1, "H": 2}, {"O": "6-31g", "default": "sto-3g"}) == 9 + 2
    with pytest.raises(InputError):
        basis_functions({"O": 1}, {"H": "sto-3g"})


def test_formulas_are_taken_apart() -> None:
    assert element_counts("C2H5Cl2N+") == {"C": 2, "H": 5, "Cl": 2, "N": 1}


def test_what_is_no_geometry_in_space_stays_as_it_is() -> None:
    assert canonical({"geometry": {"smiles": "C1CC1"}, "name": "x"}) == {
        "geometry": {"smiles": "C1CC1"}
    }
