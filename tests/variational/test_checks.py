"""Every check at its boundary, and the verdict that follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.problems import H2, LIH, named_problem, spec_of
from tests.variational.judging import (
    CIRCUIT_TRAITS,
    EXACT,
    EXACT_TRAITS,
    NOISY_TRAITS,
    PERFECT,
    REFERENCE,
    SAMPLED_TRAITS,
    SCF,
    hydrogen,
    judged,
    with_energy,
    with_observable,
)
from vqe_cli import run
from vqe_cli.ansatz import spin_conserving
from vqe_cli.backends.objective import OptimizerResult, Traits
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import QubitProblem
from vqe_cli.measurement.estimates import Estimate, MitigatedEnergy
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.problem_records import ScfRecord
from vqe_cli.schema.records import ReferenceRecord
from vqe_cli.variational.checks import only_convergence_failed, verdict_of
from vqe_cli.variational.solution import Solution

pytestmark = pytest.mark.quick


def test_perfect_result_passes_every_check() -> None:
    checks, verdict = judged()
    assert verdict == "pass"
    assert {check.status for check in checks.values()} == {"pass"}
    assert set(checks) == {
        "finite",
        "scf-converged",
        "scf-stable",
        "optimizer-converged",
        "particle-number",
        "sz",
        "s-squared",
        "not-below-exact",
        "chemical-accuracy",
        "gradient-norm",
        "energy-variance",
    }


@pytest.mark.parametrize(
    "solution",
    [
        with_energy(np.nan),
        with_energy(-np.inf),
        with_energy(0.0, np.inf),
        replace(PERFECT, x=np.array([0.1, np.nan])),
    ],
    ids=["nan", "infinite", "error-bar", "parameters"],
)
def test_numbers_that_are_not_finite_fail(solution: Solution) -> None:
    checks, verdict = judged(solution)
    assert checks["finite"].status == "fail"
    assert verdict == "fail"


@pytest.mark.parametrize(
    ("scf", "name"),
    [
        (SCF.model_copy(update={"converged": False}), "scf-converged"),
        (SCF.model_copy(update={"stable": False}), "scf-stable"),
    ],
)
def test_orbitals_must_be_converged_and_stable(scf: ScfRecord, name: str) -> None:
    checks, verdict = judged(problem=hydrogen(scf))
    assert checks[name].status == "fail"
    assert checks[name].hard
    assert verdict == "fail"


def test_external_instability_does_not_fail() -> None:
    _, verdict = judged(problem=hydrogen(SCF.model_copy(update={"externally_stable": False})))
    assert verdict == "pass"


def test_stability_that_was_not_tested_is_not_checked() -> None:
    checks, verdict = judged(problem=hydrogen(SCF.model_copy(update={"stable": None})))
    assert "scf-stable" not in checks
    assert verdict == "pass"


def test_integrals_from_a_file_have_no_field_to_check() -> None:
    checks, verdict = judged(problem=hydrogen(None))
    assert not any(name.startswith("scf") for name in checks)
    assert verdict == "pass"


def test_optimiser_must_converge() -> None:
    solution = replace(PERFECT, outcome=OptimizerResult(PERFECT.x, False, "too many", 9))
    checks, verdict = judged(solution)
    assert checks["optimizer-converged"].status == "fail"
    assert checks["optimizer-converged"].detail == "too many"
    assert verdict == "fail"


def test_single_evaluation_is_not_asked_to_converge() -> None:
    solution = replace(
        PERFECT, outcome=OptimizerResult(PERFECT.x, False, "once", 1), gradient_norm=5.0
    )
    checks, verdict = judged(solution, optimised=False)
    assert checks["optimizer-converged"].status == "skip"
    assert "gradient-norm" not in checks
    assert verdict == "pass"


@pytest.mark.parametrize(
    ("name", "expected", "traits", "tolerance"),
    [
        ("particle-number", 2.0, EXACT_TRAITS, 1e-6),
        ("sz", 0.0, EXACT_TRAITS, 1e-6),
        ("s-squared", 0.0, EXACT_TRAITS, 1e-2),
        ("particle-number", 2.0, CIRCUIT_TRAITS, 1e-3),
        ("sz", 0.0, CIRCUIT_TRAITS, 1e-3),
        ("s-squared", 0.0, CIRCUIT_TRAITS, 1e-2),
    ],
)
@pytest.mark.parametrize("sign", [-1, 1])
def test_conserved_quantities_may_be_off_by_their_tolerance(
    name: str, expected: float, traits: Traits, tolerance: float, sign: int
) -> None:
    inside = with_observable(name, expected + 0.99 * sign * tolerance)
    outside = with_observable(name, expected + 1.01 * sign * tolerance)
    assert judged(inside, traits)[0][name].status == "pass"
    checks, verdict = judged(outside, traits)
    assert checks[name].status == "fail"
    assert checks[name].tolerance == pytest.approx(tolerance)
    assert verdict == "fail"


@pytest.mark.parametrize("name", ["particle-number", "sz", "s-squared"])
def test_sampled_quantities_may_be_off_by_four_standard_errors(name: str) -> None:
    expected = 2.0 if name == "particle-number" else 0.0
    inside = with_observable(name, expected + 0.39, 0.1)
    outside = with_observable(name, expected + 0.41, 0.1)
    assert judged(inside, SAMPLED_TRAITS)[0][name].status == "pass"
    assert judged(outside, SAMPLED_TRAITS)[0][name].status == "fail"


@pytest.mark.parametrize("error", [0.1, 0.01, 0.001])
@pytest.mark.parametrize("name", ["particle-number", "sz", "s-squared"])
def test_what_noise_moves_warns_however_many_shots_resolve_it(name: str, error: float) -> None:
    expected = 2.0 if name == "particle-number" else 0.0
    checks, verdict = judged(with_observable(name, expected + 0.05, error), NOISY_TRAITS)
    assert not checks[name].hard
    assert checks[name].status == ("pass" if error == 0.1 else "warn")
    assert verdict == "warn"  # from the check noise-free


@pytest.mark.parametrize(
    ("name", "spin", "neighbour"),
    [("particle-number", 1, 1.0), ("sz", 1, 0.5), ("s-squared", 1, 2.0), ("s-squared", 3, 2.0)],
)
def test_an_error_bar_that_reaches_the_next_sector_resolves_nothing(
    name: str, spin: int, neighbour: float
) -> None:
    """The S² nearest to that of a singlet is that of a triplet, and the other way round."""
    problem = hydrogen() if spin == 1 else replace(named_problem("h2-triplet"), scf=SCF)
    expected = {"particle-number": 2.0, "sz": problem.spin_z, "s-squared": problem.spin_squared}
    for share, status in ((0.99, "pass"), (1.01, "warn")):
        solution = with_observable(name, expected[name], share * neighbour / 4)
        checks, verdict = judged(solution, SAMPLED_TRAITS, problem=problem)
        assert checks[name].status == status
        assert ("not resolved" in checks[name].detail) == (status == "warn")
        if status == "warn":
            assert verdict != "pass"


def test_quantities_that_were_not_measured_are_not_checked() -> None:
    checks, verdict = judged(replace(PERFECT, observables={}))
    assert not {"particle-number", "sz", "s-squared", "energy-variance"} & set(checks)
    assert verdict == "pass"


def test_triplet_is_expected_where_it_was_asked_for() -> None:
    triplet = replace(named_problem("h2-triplet"), scf=SCF, checks=())
    measured = {"sz": Estimate(1.0), "s-squared": Estimate(2.0)}
    solution = replace(PERFECT, observables=measured)
    assert judged(solution, problem=triplet)[1] == "pass"
    assert judged(solution)[1] == "fail"


@pytest.mark.parametrize(
    ("difference", "error", "status"),
    [
        (-0.9e-8, None, "pass"),
        (-1.5e-8, None, "fail"),
        (0.5, None, "pass"),
        (-0.0039, 0.001, "pass"),
        (-0.0041, 0.001, "fail"),
    ],
)
def test_energy_may_not_lie_below_the_exact_one(
    difference: float, error: float | None, status: str
) -> None:
    checks, verdict = judged(with_energy(difference, error))
    assert checks["not-below-exact"].status == status
    assert (verdict == "fail") == (status == "fail")


def test_mitigated_energy_may_lie_below_the_exact_one_and_never_passes() -> None:
    energy = Estimate(EXACT - 0.1, 0.001, 100)
    rows = (MitigatedEnergy("raw", energy, 1.0), MitigatedEnergy("readout", energy, 2.0))
    mitigated = replace(PERFECT, energy=energy, mitigation=rows)
    checks, verdict = judged(mitigated, NOISY_TRAITS)
    assert checks["not-below-exact"].status == "warn"
    assert "mitigated" in checks["not-below-exact"].detail
    assert verdict == "warn"
    assert judged(replace(mitigated, mitigation=None), NOISY_TRAITS)[1] == "fail"


def test_round_off_grows_with_the_energy() -> None:
    heavy = REFERENCE.model_copy(update={"energy": -1000.0})
    above, below = (
        replace(PERFECT, energy=Estimate(-1000.0 - offset)) for offset in (0.9e-5, 1.1e-5)
    )
    assert judged(above, reference=heavy)[0]["not-below-exact"].status == "pass"
    assert judged(below, reference=heavy)[0]["not-below-exact"].status == "fail"


@pytest.mark.parametrize(
    ("difference", "error", "verdict"),
    [
        (0.00159, None, "pass"),
        (0.00161, None, "warn"),
        (0.001, 0.0003, "pass"),
        (0.001, 0.00032, "warn"),
        (0.0, 0.0008, "pass"),
        (0.0, 0.0009, "warn"),
        (-0.001, 0.00032, "warn"),
    ],
)
def test_error_and_its_bar_must_be_chemically_accurate(
    difference: float, error: float | None, verdict: str
) -> None:
    checks, found = judged(with_energy(difference, error))
    assert found == verdict
    expected = 1000 * (abs(difference) + 1.96 * (error or 0.0))
    assert checks["chemical-accuracy"].value == pytest.approx(expected)
    assert checks["chemical-accuracy"].tolerance == 1.6


def test_missing_reference_says_so_and_does_not_warn() -> None:
    checks, verdict = judged(reference=None)
    assert checks["chemical-accuracy"].status == "skip"
    assert "no exact reference" in checks["chemical-accuracy"].detail
    assert "not-below-exact" not in checks
    assert verdict == "pass"


@pytest.mark.parametrize("name", ["hf", "mp2", "ccsd", "ccsd-t"])
def test_result_is_not_compared_with_a_method_that_is_not_exact(name: str) -> None:
    """A correct VQE energy lies below Hartree-Fock, and CCSD may lie below the exact energy."""
    with pytest.raises(InputError, match="not exact") as caught:
        run(spec_of(H2, reference=name))
    assert caught.value.path == ("reference",)
    assert caught.value.hint


@pytest.mark.parametrize("difference", [0.0, 0.001, 0.1])
def test_noisy_energy_never_passes(difference: float) -> None:
    checks, verdict = judged(with_energy(difference), NOISY_TRAITS)
    assert checks["noise-free"].status == "warn"
    assert verdict == "warn"
    assert judged(with_energy(difference), NOISY_TRAITS, reference=None)[1] != "pass"


@pytest.mark.parametrize(("norm", "verdict"), [(0.0099, "pass"), (0.0101, "warn")])
def test_gradient_must_be_small_at_the_end(norm: float, verdict: str) -> None:
    checks, found = judged(replace(PERFECT, gradient_norm=norm))
    assert checks["gradient-norm"].value == norm
    assert found == verdict


@pytest.mark.parametrize(
    ("variance", "reference", "verdict"),
    [
        (1.59e-3, None, "pass"),
        (1.61e-3, None, "warn"),
        (1.61e-3, REFERENCE, "pass"),
    ],
)
def test_variance_decides_where_there_is_no_reference(
    variance: float, reference: ReferenceRecord | None, verdict: str
) -> None:
    solution = with_observable("energy-variance", variance)
    assert judged(solution, reference=reference)[1] == verdict


@pytest.mark.parametrize(
    ("starts", "verdict"),
    [((EXACT,), "pass"), ((EXACT + 0.0015, EXACT), "pass"), ((EXACT + 0.0017, EXACT), "warn")],
)
def test_restart_that_comes_out_lower_is_a_warning(starts: tuple[float, ...], verdict: str) -> None:
    assert judged(replace(PERFECT, starts=starts))[1] == verdict


@pytest.mark.parametrize(
    ("starts", "reference", "verdict"),
    [
        ((EXACT + 0.5, EXACT), REFERENCE, "pass"),
        ((EXACT + 0.5, EXACT, EXACT + 0.3), None, "warn"),
        ((EXACT + 0.5, EXACT, EXACT + 0.0015), None, "pass"),
    ],
)
def test_random_starts_without_a_reference_must_agree_on_the_lowest(
    starts: tuple[float, ...], reference: ReferenceRecord | None, verdict: str
) -> None:
    solution = replace(PERFECT, starts=starts)
    assert judged(solution, reference=reference, several_expected=True)[1] == verdict


def test_qubit_hamiltonian_has_no_symmetries_to_check() -> None:
    checks, verdict = judged(problem=QubitProblem((("ZZ", 1.0),)))
    assert not {"particle-number", "sz", "s-squared", "scf-converged"} & set(checks)
    assert verdict == "pass"


def check(status: Any, hard: bool, name: str = "x") -> Check:
    return Check(name=name, status=status, hard=hard)


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ((check("pass", True), check("pass", False)), "pass"),
        ((check("pass", True), check("skip", False)), "pass"),
        ((check("pass", True), check("warn", False)), "warn"),
        ((check("pass", True), check("fail", False)), "warn"),
        ((check("fail", True), check("warn", False)), "fail"),
        ((), "pass"),
    ],
)
def test_verdict_follows_from_the_worst_check(checks: tuple[Check, ...], verdict: str) -> None:
    assert verdict_of(checks) == verdict


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        ({"optimizer-converged"}, True),
        ({"scf-converged", "optimizer-converged"}, True),
        ({"optimizer-converged", "sz"}, False),
        (set(), False),
    ],
)
def test_failures_of_convergence_alone_are_distinguished(failed: set[str], expected: bool) -> None:
    names = ("optimizer-converged", "scf-converged", "sz", "finite")
    checks = tuple(check("fail" if name in failed else "pass", True, name) for name in names)
    assert only_convergence_failed(checks) is expected


def test_unconverged_run_fails_in_full() -> None:
    record = run(spec_of(LIH, optimizer={"name": "l-bfgs-b", "maxiter": 1}))
    assert record.verdict == "fail"
    assert only_convergence_failed(record.checks)


@pytest.mark.slow
def test_failed_spin_names_an_ansatz_that_conserves_it_and_that_one_passes() -> None:
    stretched = {"geometry": "N 0 0 0\nN 0 0 2.0"}
    space = {"name": "frontier", "electrons": 6, "orbitals": 6}
    failed = next(
        c for c in run(spec_of(stretched, active_space=space)).checks if c.name == "s-squared"
    )
    assert failed.status == "fail"
    assert "--ansatz '{name: k-upccgsd, k: 4}'" in failed.detail
    assert "puccd, qnp, tups" in failed.detail
    other = run(spec_of(stretched, active_space=space, ansatz={"name": "k-upccgsd", "k": 4}))
    passed = next(c for c in other.checks if c.name == "s-squared")
    assert passed.status == "pass"
    assert passed.value == pytest.approx(0.0, abs=1e-10)
    assert other.verdict != "fail"


def test_unpaired_electrons_are_not_advised_to_move_in_pairs() -> None:
    assert spin_conserving(named_problem("h3-doublet")) == ("k-upccgsd", "qnp", "tups")
