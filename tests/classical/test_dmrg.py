"""The density matrix renormalisation group: against full CI, quiet, and tidy."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.families import slow
from tests.problems import CH2, H3, encoding_of, named_problem, problem_of
from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Size
from vqe_cli.classical import CLASSICAL_METHODS, ClassicalEnergy
from vqe_cli.errors import ResourceLimitError, UnavailableError

O2 = {"geometry": "O 0 0 0\nO 0 0 1.2", "multiplicity": 3}
H8 = {"geometry": "\n".join(f"H 0 0 {place}" for place in range(8))}


def solved(problem: Any, **options: Any) -> ClassicalEnergy:
    pytest.importorskip("pyblock2")
    return CLASSICAL_METHODS.create({"name": "dmrg", **options}).solve(encoding_of(problem))


def exact(problem: Any) -> float:
    return CLASSICAL_METHODS.create("fci").solve(encoding_of(problem)).energy


@pytest.mark.parametrize("molecule", [H3, slow(CH2), slow(O2)], ids=["h3", "ch2", "o2"])
def test_many_states_give_full_ci(molecule: dict[str, Any]) -> None:
    problem = problem_of(molecule)
    found = solved(problem)
    assert found.converged
    assert found.energy == pytest.approx(exact(problem), abs=1e-7)


@pytest.mark.parametrize("name", ["random-3-2-0", "random-3-3-1", "random-3-1-2", "h2-triplet"])
def test_every_shell_has_the_energy_of_full_ci(name: str) -> None:
    problem = named_problem(name)
    assert solved(problem).energy == pytest.approx(exact(problem), abs=1e-8)


def test_few_states_give_an_upper_bound_whose_uncertainty_covers_full_ci() -> None:
    problem = problem_of(H8)
    found, lowest = solved(problem, bond_dimension=20), exact(problem)
    assert lowest + 1e-5 < found.energy < problem.hartree_fock_energy
    assert found.notes["discarded_weight"] > 1e-6
    error = found.notes["extrapolated_energy"] - lowest
    assert abs(error) <= found.notes["extrapolation_error"]


def test_nothing_is_printed_and_no_file_is_left(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    solved(named_problem("h4"))
    assert capfd.readouterr() == ("", "")
    assert not list(tmp_path.iterdir())


def test_missing_package_is_refused_with_the_extra_that_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyblock2.driver.core", None)
    with pytest.raises(UnavailableError, match="block2") as caught:
        CLASSICAL_METHODS.create("dmrg").solve(encoding_of("h4"))
    assert caught.value.hint == "pip install 'vqe-cli[dmrg]'"


def test_too_many_states_are_refused_beforehand() -> None:
    method = CLASSICAL_METHODS.create({"name": "dmrg", "bond_dimension": 10_000})
    (need,) = method.needs(Size(60, (30, 30)), 120, Memory())
    assert not need.fits(Memory(10**9))
    assert isinstance(need.memory, int)
    with pytest.raises(ResourceLimitError, match="bond dimension"):
        Memory(10**6).refuse_if_larger(need.memory, need.what, "a smaller bond_dimension")
