"""Active spaces that are left to chance, and those in which nothing can happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.families import slow
from tests.problems import H2, H2O, N2, frontier, problem_of, spec_of
from vqe_cli import run
from vqe_cli.chemistry.correlation.possible import correlation_is_possible
from vqe_cli.schema.check_records import Check

METHANE = {"geometry": "\n".join(["C 0 0 0", "H 0.63 0.63 0.63", "H 0.63 -0.63 -0.63",
                                  "H -0.63 0.63 -0.63", "H -0.63 -0.63 0.63"])}  # fmt: skip
BENZENE = {
    "geometry": """
        C 1.39 0 0\n C -1.39 0 0
        C 0.695 1.203775 0\n C -0.695 1.203775 0\n C 0.695 -1.203775 0\n C -0.695 -1.203775 0
        H 2.48 0 0\n H -2.48 0 0
        H 1.24 2.147743 0\n H -1.24 2.147743 0\n H 1.24 -2.147743 0\n H -1.24 -2.147743 0
    """
}


def cut(molecule: Mapping[str, Any], **space: Any) -> Check | None:
    checks = problem_of(dict(molecule), active_space=space).checks
    return next((check for check in checks if check.name == "active-space-cut"), None)


@pytest.mark.parametrize(
    ("molecule", "space"),
    [
        (METHANE, frontier(4, 4)),
        (METHANE, {"name": "explicit", "orbitals": [4, 5, 6, 7]}),
        (METHANE, {"name": "mp2-natural", "electrons": 4, "orbitals": 4}),
        (N2, frontier(4, 4)),
        slow(BENZENE, {"name": "pi", "max_electrons": 2, "max_orbitals": 2}),
        (BENZENE, {"name": "avas", "orbitals": ["C 2pz"], "max_electrons": 4, "max_orbitals": 4}),
    ],
    ids=["frontier", "explicit", "mp2-natural", "n2", "pi", "avas"],
)
def test_a_cut_through_equal_orbitals_is_a_warning(
    molecule: Mapping[str, Any], space: dict[str, Any]
) -> None:
    """Methane's highest occupied orbitals are three (t2), those of benzene two (e1g)."""
    found = cut(molecule, **space)
    assert found is not None
    assert (found.status, found.hard) == ("warn", False)
    assert "equal" in found.detail


@pytest.mark.parametrize(
    ("molecule", "asked", "whole"),
    [(METHANE, (2, 2), (6, 6)), (METHANE, (4, 4), (6, 6)), (N2, (2, 2), (4, 4))],
)
def test_a_cut_names_the_space_with_whole_sets(
    molecule: Mapping[str, Any], asked: tuple[int, int], whole: tuple[int, int]
) -> None:
    """Methane's t2 and t2* are three orbitals each; N2 at 2 Å has pairs of π and π* orbitals."""
    placed = {**molecule, "geometry": "N 0 0 0; N 0 0 2.0"} if molecule is N2 else molecule
    found = cut(placed, **frontier(*asked))
    assert found is not None
    electrons, orbitals = whole
    flag = f"--active-space '{{name: frontier, electrons: {electrons}, orbitals: {orbitals}}}'"
    assert flag in found.detail
    assert cut(placed, **frontier(*whole)) is None


def test_a_space_with_few_of_the_valence_electrons_says_so() -> None:
    """Ozone has 18 of them: error zero in (2e,2o) says nothing of the others."""
    ozone = {"geometry": "O 0 0 0; O 0 1.0885 0.6697; O 0 -1.0885 0.6697"}
    told = problem_of(ozone, active_space=frontier(2, 2)).active_space
    assert told is not None
    assert "2 of 18 valence electrons" in told.reason
    assert "vqe inspect FILE --spaces" in told.reason
    named = problem_of(H2O, active_space={"name": "explicit", "orbitals": [5, 6]}).active_space
    assert named is not None
    assert "2 of 8 valence electrons" in named.reason
    half = problem_of(H2O, active_space=frontier(4, 4)).active_space
    assert half is not None
    assert "valence" not in half.reason


@pytest.mark.parametrize(
    ("molecule", "space"),
    [
        (METHANE, frontier(6, 6)),
        (METHANE, {"name": "frozen-core"}),
        (H2O, frontier(4, 4)),
        (N2, {"name": "avas", "orbitals": ["N 2p"]}),
        (BENZENE, {"name": "pi", "max_electrons": 4, "max_orbitals": 4}),
        (BENZENE, {"name": "pi"}),
    ],
)
def test_whole_sets_are_no_cut(molecule: Mapping[str, Any], space: dict[str, Any]) -> None:
    assert cut(molecule, **space) is None


def test_the_cut_counts_in_the_verdict() -> None:
    record = run(spec_of(METHANE, active_space=frontier(4, 4)))
    assert record.check("active-space-cut").status == "warn"
    assert record.verdict == "warn"


@pytest.mark.parametrize(
    ("molecule", "space"),
    [
        ({"geometry": "He 0 0 0"}, {"name": "full"}),
        (H2, frontier(2, 1)),
        ({**H2, "multiplicity": 3}, {"name": "full"}),
        ({"geometry": "H 0 0 0\nH 0 0 0.8\nH 0 0 1.6", "multiplicity": 2}, frontier(1, 1)),
        ({"geometry": "He 0 0 0\nHe 0 0 1", "charge": 1, "multiplicity": 2}, {"name": "full"}),
    ],
    ids=["he", "h2", "h2-triplet", "h3", "he2-cation"],
)
def test_a_space_without_correlation_says_so(
    molecule: dict[str, Any], space: dict[str, Any]
) -> None:
    record = run(spec_of(molecule, active_space=space))
    assert record.check("correlation-possible").status == "warn"
    assert record.verdict == "warn"
    assert record.result.energy == pytest.approx(record.problem.hartree_fock_energy, abs=1e-9)
    assert any("no correlation is possible" in note for note in record.problem.notes)


def test_one_electron_needs_none() -> None:
    record = run(spec_of({**H2, "charge": 1, "multiplicity": 2}))
    assert record.verdict == "pass"
    assert any("one electron" in note for note in record.problem.notes)


@pytest.mark.parametrize(
    ("norb", "nelec", "possible"),
    [
        (1, (1, 1), False), (2, (1, 1), True), (2, (2, 1), False), (2, (1, 0), False),
        (3, (3, 2), False), (3, (3, 1), False), (3, (2, 1), True), (4, (4, 2), True),
        (4, (2, 0), True), (2, (2, 0), False),
    ],
)  # fmt: skip
def test_one_electron_or_one_hole_is_not_correlated(
    norb: int, nelec: tuple[int, int], possible: bool
) -> None:
    assert correlation_is_possible(norb, nelec) is possible
