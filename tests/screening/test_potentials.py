"""Core potentials and bases from files in campaigns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vqe_cli.schema import spec_from_data
from vqe_cli.screening.candidates.validation import Caps, validate
from vqe_cli.screening.candidates.variants import variants_of
from vqe_cli.screening.cases import Planner
from vqe_cli.screening.model import Candidate
from vqe_cli.screening.settings import load_config
from vqe_cli.screening.store.model import PlannedCase

pytestmark = pytest.mark.quick

HI = {"molecule": {"geometry": "H 0 0 0\nI 0 0 1.609", "charge": 0, "multiplicity": 1}}
HE_TEXT = "He 0\nS 1 1.00\n 1.0 1.0\n****\n"


def cases(folder: Path, settings: str, candidate: dict[str, Any] = HI) -> list[PlannedCase]:
    file = folder / "screen.yaml"
    file.write_text(settings)
    config = load_config(file)
    planner = Planner(config, variants_of(config.sections.grid))
    found = validate(Candidate(name="one", source="here", input=candidate), Caps())
    assert found.failure is None
    return list(planner.of_candidate(0, found))


def keys(found: list[PlannedCase]) -> list[str]:
    return [case.properties[0].key for case in found]


def test_every_choice_of_potentials_has_another_key(tmp_path: Path) -> None:
    """Also those that make no difference for some elements."""
    choices = ("auto", "none", "lanl2dz", "{I: lanl2dz}", "{I: none}")
    settings = "molecule: {basis: def2-svp}\ngrid: {molecule.ecp: [" + ", ".join(choices) + "]}\n"
    assert len(set(keys(cases(tmp_path, settings)))) == len(choices)
    (default,) = keys(cases(tmp_path, "molecule: {basis: def2-svp}\n"))
    assert default == keys(cases(tmp_path, settings))[0]


def test_functions_are_counted_whatever_the_spelling(tmp_path: Path) -> None:
    """Hydrogen has 1s, iodine in def2-SVP 4s 4p 2d."""
    (case,) = cases(tmp_path, "molecule: {basis: {h: sto-3g, DEFAULT: def2-svp}}\n")
    assert case.failure is None
    assert case.basis_functions == 1 + 4 + 4 * 3 + 2 * 5


@pytest.mark.parametrize(
    "key", ["molecule: {basis: {file: he.gbs}}", "grid: {molecule.basis: [{file: he.gbs}, sto-3g]}"]
)
def test_a_basis_from_a_file_travels_as_its_text(tmp_path: Path, key: str) -> None:
    """The children that compute it know no folders."""
    (tmp_path / "he.gbs").write_text(HE_TEXT)
    helium = {"molecule": {"geometry": "He 0 0 0"}}
    first = cases(tmp_path, f"{key}\n", helium)
    spec = spec_from_data(first[0].spec)
    assert spec.molecule is not None
    assert spec.molecule.model_dump()["basis"]["text"] == HE_TEXT
    assert first[0].basis_functions == 1
    (tmp_path / "he.gbs").write_text(HE_TEXT.replace("1.0 1.0", "2.0 1.0"))
    assert keys(cases(tmp_path, f"{key}\n", helium))[0] != keys(first)[0]
