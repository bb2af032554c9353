"""Calculations end when their time is up, and say so."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Iterator

import pytest
from pyscf import cc

from tests.families import slow_but
from tests.problems import H2O, spec_of
from tests.verification.molecules import Solved
from vqe_cli.errors import InputError
from vqe_cli.screening.model import Failure
from vqe_cli.verification.claim import claim_from_data
from vqe_cli.verification.timed import in_time, last_in_time
from vqe_cli.verification.verification import verify


def refuse(text: str) -> str:
    """A function that fails."""
    raise InputError(text)


@pytest.mark.parametrize("quick", [True, False])
def test_answers_and_errors_are_those_of_the_function(quick: bool) -> None:
    assert in_time(math.hypot, 3.0, 4.0, seconds=60, quick=quick) == 5.0
    failed = in_time(refuse, "no such orbital", seconds=60, quick=quick)
    assert isinstance(failed, Failure)
    assert "no such orbital" in failed.message


def test_a_calculation_that_takes_longer_is_killed() -> None:
    found = in_time(time.sleep, 1000.0, seconds=0.3, quick=False)
    assert isinstance(found, Failure)
    assert (found.kind, found.message) == ("timeout", "was stopped after 0.3 s")


def counting(last: int) -> Iterator[int]:
    """Numbers, before the last of which the process is killed."""
    yield from range(1, last)
    os.kill(os.getpid(), signal.SIGKILL)
    yield last


@pytest.mark.parametrize(("last", "kept"), [(3, [2]), (1, [])])
def test_the_last_answer_before_a_kill_is_kept(last: int, kept: list[int]) -> None:
    answers, failure = last_in_time(counting, last, seconds=60, quick=False)
    assert answers == kept
    assert failure is not None
    assert "killed by SIGKILL" in failure.message


def test_inputs_of_calculations_reach_the_child() -> None:
    spec = spec_of({"geometry": "H 0 0 0\nH 0 0 0.735"})
    assert in_time(type(spec).model_copy, spec, seconds=60, quick=False) == spec


@pytest.mark.parametrize("seconds", slow_but((), (0.5, 3.0)))
def test_what_was_stopped_is_named_and_the_rest_of_the_bracket_stands(seconds: float) -> None:
    """Water in 6-31G, whose full CI has 1.7 million determinants; the energy is CCSD by PySCF."""
    molecule = {**H2O, "basis": "6-31g"}
    energy = float(cc.CCSD(Solved(molecule).field).run(verbose=0).e_tot)
    found = verify(claim_from_data({"molecule": molecule, "claim": {"energy": energy}}), seconds)
    assert found.exact_energy is None
    assert {one.method for one in found.not_tried} >= {"FCI", "DMRG"}
    assert found.upper_bound is not None
    assert found.lower_bound is not None
    assert found.lower_bound < energy < found.upper_bound
