"""Heat-bath configuration interaction: against full CI, with and without perturbation theory."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.families import slow
from tests.problems import CH2, H2O, H3, N2, encoding_of, frontier, named_problem, problem_of
from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Size
from vqe_cli.classical import CLASSICAL_METHODS, ClassicalEnergy
from vqe_cli.errors import UnavailableError


def solved(problem: Any, **options: Any) -> ClassicalEnergy:
    pytest.importorskip("pyci")
    return CLASSICAL_METHODS.create({"name": "pyci", **options}).solve(encoding_of(problem))


def exact(problem: Any) -> float:
    return CLASSICAL_METHODS.create("fci").solve(encoding_of(problem)).energy


@pytest.mark.parametrize("molecule", [H3, H2O, slow(CH2)], ids=["h3", "h2o", "ch2"])
def test_a_small_threshold_gives_full_ci_with_its_spin(molecule: dict[str, Any]) -> None:
    problem = problem_of(molecule)
    found = solved(problem, select_cutoff=1e-7)
    assert found.energy == pytest.approx(exact(problem), abs=1e-7)
    assert found.notes["s_squared"] == pytest.approx(problem.spin_squared, abs=1e-5)
    assert found.notes["complete"]


@pytest.mark.parametrize("name", ["random-3-2-0", "random-3-3-1", "random-3-1-2", "h2-triplet"])
def test_every_shell_has_the_energy_of_full_ci(name: str) -> None:
    problem = named_problem(name)
    found = solved(problem, select_cutoff=1e-9)
    assert found.energy == pytest.approx(exact(problem), abs=1e-8)


def test_perturbation_theory_removes_most_of_the_error() -> None:
    problem = problem_of(N2, active_space=frontier(6, 6))
    found, lowest = solved(problem, select_cutoff=2e-2), exact(problem)
    assert lowest < found.energy < problem.hartree_fock_energy
    corrected = found.notes["energy_with_perturbation"]
    assert abs(corrected - lowest) < 0.3 * (found.energy - lowest)


def test_growth_ends_at_the_largest_number_of_determinants() -> None:
    found = solved(problem_of(N2), max_determinants=100)
    assert not found.notes["complete"]


def test_missing_package_is_refused_with_the_extra_that_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyci", None)
    with pytest.raises(UnavailableError, match="PyCI") as caught:
        CLASSICAL_METHODS.create("pyci").solve(encoding_of("h4"))
    assert caught.value.hint == "pip install 'vqe-cli[pyci]'"


def test_memory_is_that_of_the_largest_space() -> None:
    method = CLASSICAL_METHODS.create({"name": "pyci", "max_determinants": 10_000_000})
    (need,) = method.needs(Size(60, (30, 30)), 120, Memory())
    assert not need.fits(Memory(10**9))
    assert need.seconds > 3600
