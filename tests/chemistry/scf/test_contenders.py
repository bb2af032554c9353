"""The lowest few states are followed to their minima; one that breaks the point group is told."""

from __future__ import annotations

import logging
from typing import Literal

import pytest
from pyscf import gto

from vqe_cli.chemistry.scf import ground_state
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.mean_field import MeanField, solve_mean_field
from vqe_cli.chemistry.scf.state_search import atomic_states
from vqe_cli.chemistry.scf.trials import Trials
from vqe_cli.schema import ScfSpec

H5 = "".join(f"H 0 0 {1.1534067294204016 * place};" for place in range(5))


def _quartet_chain(*, symmetry: bool, options: ScfSpec | None = None) -> MeanField:
    mole = gto.M(atom=H5, basis="6-31g", spin=3, symmetry=symmetry and "D2h", verbose=0)
    return solve_mean_field(mole, options)


def test_solution_of_broken_symmetry_behind_a_barrier_is_told() -> None:
    """ROHF -2.427495200 keeps the inversion and is stable; -2.427630350 (PySCF, random orbitals)
    does not."""
    field = _quartet_chain(symmetry=True)
    assert field.report.energy == pytest.approx(-2.427495200, abs=1e-7)
    assert field.report.lower_broken_symmetry_mha == pytest.approx(0.13515, abs=1e-3)
    assert [check.name for check in field.checks] == ["symmetry-broken-solution"]
    assert field.orbsym is not None


def test_without_symmetry_the_disturbed_orbitals_win() -> None:
    """The same molecule, where its point group does not matter."""
    field = _quartet_chain(symmetry=True, options=ScfSpec(symmetry="break"))
    assert field.report.energy == pytest.approx(-2.427630350, abs=1e-7)


def test_a_guess_on_which_diis_fails_is_taken_up_by_second_order() -> None:
    """BrOI in its triplet: PySCF from `atom` (symmetry on), followed to its stable state."""
    mole = gto.M(
        atom="Br 0 0 0; O -0.027935 -3.347265 0.797976; I 0.541133 -2.79324 4.506586",
        basis="sbkjc",
        ecp="sbkjc",
        spin=2,
        symmetry=True,
        verbose=0,
    )
    method = HartreeFock()
    trials = Trials.in_whole_basis(method, method.new(mole))
    found = {state.guess: state.energy for state in atomic_states(trials)}
    assert found["atom"] == pytest.approx(-39.833767686, abs=1e-5)


@pytest.mark.parametrize("guesses", ["auto", "one"])
def test_a_long_search_is_announced_and_logs_each_guess(
    guesses: Literal["auto", "one"],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(ground_state, "LONG", 0.0)
    caplog.set_level(logging.INFO, "vqe")
    mole = gto.M(atom="O 0 0 0; H 0 0 0.97", basis="sto-3g", spin=1, symmetry=True, verbose=0)
    field = solve_mean_field(mole, ScfSpec(guesses=guesses))
    warned = [line for line in caplog.records if line.levelno == logging.WARNING]
    assert len(warned) == (guesses == "auto")
    found = [line for line in caplog.messages if line.startswith("from ")]
    assert len(found) == field.report.guesses - 1
