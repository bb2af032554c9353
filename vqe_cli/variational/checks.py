"""Checks of a result, each of severity error or warning, and the verdict that follows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from vqe_cli._core.log import package_logger, timed
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.backends.objective import Traits
from vqe_cli.chemistry.correlation.possible import correlation_is_possible
from vqe_cli.fermions.problem import BRILLOUIN, ElectronicProblem, Problem
from vqe_cli.schema.check_records import Check, Status, doubt
from vqe_cli.schema.orbital_records import OrbitalOptimisationRecord
from vqe_cli.schema.problem_records import ScfRecord
from vqe_cli.schema.records import MissingReference, ReferenceRecord, Verdict
from vqe_cli.schema.severity import ROUND_OFF, SIGMAS, or_fail, or_warn
from vqe_cli.variational.accuracy import Accuracy, accuracy_of
from vqe_cli.variational.solution import Solution
from vqe_cli.variational.subspace_checks import sampling_checks
from vqe_cli.variational.symmetry_checks import symmetry_checks

LOG = package_logger(__name__)

COVERAGE = 1.96
"""Standard errors added to a sampled energy's error before it is compared with a tolerance."""

GRADIENT_TOLERANCE = 1e-2
"""Hartree: a gradient g leaves about g²/2 to gain at a curvature of one, here 0.05 mHa."""

STAYED = 1e-10
"""Share of the energy within which two energies are equal to ten digits."""

LEAST_CORRELATION = 1e-6
"""Correlation energy in Hartree below which Hartree-Fock is as good as exact."""

VARIANCE_TOLERANCE = 1.6e-3
"""Hartree²: an error of 1.6 mHa for a gap of one Hartree, by E − E0 ≤ variance / gap."""


@timed(LOG, "checks")
def check_result(
    problem: Problem,
    solution: Solution,
    traits: Traits,
    reference: ReferenceRecord | None,
    *,
    missing: MissingReference | None = None,
    optimised: bool = True,
    several_expected: bool = False,
) -> tuple[tuple[Check, ...], Verdict]:
    """Run all checks of a result.

    Args:
        problem: The problem.
        solution: Its solution.
        traits: Properties of the objective, such as whether energies are sampled or noisy.
        reference: The exact energy; None if there is none.
        missing: The reason why there is no exact energy.
        optimised: Whether an optimiser ran; False for `optimizer: none`.
        several_expected: Whether starts are expected to end in different minima.

    Returns:
        The checks and the verdict.
    """
    accuracy = accuracy_of(problem, reference)
    checks = (
        *_finite(solution),
        *_scf(problem),
        *_reference_determinant(problem),
        *(problem.checks if isinstance(problem, ElectronicProblem) else ()),
        *_convergence(solution, optimised),
        *symmetry_checks(problem, solution, traits),
        *_missing(missing),
        *_reference(problem, solution, reference, accuracy),
        *_correlation(problem, solution, reference, optimised),
        *_quality(solution, traits, reference, optimised, accuracy),
        *_restarts(solution, reference, several_expected, accuracy),
        *sampling_checks(solution),
    )
    for check in checks:
        LOG.debug("check %s: %s", check.name, check.status)
    return checks, verdict_of(checks)


CONVERGENCE = frozenset(
    {"scf-converged", "scf-stable", "orbitals-converged", "optimizer-converged"}
)
"""Checks of convergence."""


def orbital_checks(orbitals: OrbitalOptimisationRecord | None) -> tuple[Check, ...]:
    """The checks that the optimisation of the orbitals converged, and in a low minimum.

    Args:
        orbitals: The record of the optimisation; None if there was none.
    """
    if orbitals is None:
        return ()
    steps = counted(orbitals.iterations, "step")
    detail = f"{steps}; raise orbitals.max_cycles if they were too few"
    converged = convergence_check("orbitals-converged", orbitals.converged, detail)
    if orbitals.casscf_energy is None:
        return (converged,)
    return converged, _low_minimum(orbitals.energy, orbitals.casscf_energy, len(orbitals.starts))


def _low_minimum(energy: float, casscf_energy: float, starts: int) -> Check:
    """The check that orbitals are as good as those of the exact state."""
    above = HARTREE_IN_MILLIHARTREE * (energy - casscf_energy)
    is_low = above <= CHEMICAL_ACCURACY_MHA
    side = "above" if above >= 0 else "below"
    poor = "" if is_low else "; the ansatz is too weak, or a lower minimum in the orbitals exists: "
    help_ = "" if is_low else f"try uccsd or uccgsd, or more than {starts} orbitals.starts"
    return Check(
        name="orbitals-lowest",
        status=or_warn(is_low),
        hard=False,
        value=above,
        tolerance=CHEMICAL_ACCURACY_MHA,
        detail=f"{abs(above):.4f} mHa {side} CASSCF, the exact state in its own orbitals{poor}"
        f"{help_}",
    )


def convergence_check(name: str, converged: bool, detail: str) -> Check:
    """The check that an iteration converged, of severity error.

    Args:
        name: Name of the check.
        converged: Whether it did.
        detail: How far it went, and what helps.
    """
    return Check(
        name=name,
        status=or_fail(converged),
        hard=True,
        value=converged,
        expected=True,
        detail=detail,
    )


def verdict_of(checks: tuple[Check, ...]) -> Verdict:
    """The verdict: fail if a check of severity error failed, warn if any other check did."""
    if any(check.hard and check.status == "fail" for check in checks):
        return "fail"
    return "warn" if any(check.status in ("warn", "fail") for check in checks) else "pass"


def only_convergence_failed(checks: tuple[Check, ...]) -> bool:
    """Whether the only failed checks of severity error are those of convergence."""
    failed = {check.name for check in checks if check.hard and check.status == "fail"}
    return bool(failed) and failed <= CONVERGENCE


def _finite(solution: Solution) -> Iterator[Check]:
    numbers = [solution.energy.value, solution.energy.standard_error or 0.0, *solution.x]
    holds = all(map(math.isfinite, numbers))
    yield Check(name="finite", status=or_fail(holds), hard=True, value=holds, expected=True)


def _scf(problem: Problem) -> Iterator[Check]:
    if not isinstance(problem, ElectronicProblem) or problem.scf is None:
        return
    yield from scf_checks(problem.scf)


def scf_checks(scf: ScfRecord) -> Iterator[Check]:
    """Checks of the Hartree-Fock calculation.

    Args:
        scf: The record of the calculation.
    """
    yield Check(
        name="scf-converged",
        status=or_fail(scf.converged),
        hard=True,
        value=scf.converged,
        expected=True,
        detail="; ".join(scf.steps),
    )
    if scf.stable is not None:
        yield Check(
            name="scf-stable",
            status=or_fail(scf.stable),
            hard=True,
            value=scf.stable,
            expected=True,
            detail=_stability(scf),
        )


def _stability(scf: ScfRecord) -> str:
    if not scf.stable:
        return "saddle point"
    broken = scf.lower_broken_symmetry_mha is not None
    symmetry = " of its symmetry" if broken else ""
    return f"no restricted determinant{symmetry} nearby lies lower"


def _reference_determinant(problem: Problem) -> Iterator[Check]:
    """Whether the reference determinant is that of Hartree-Fock."""
    if not isinstance(problem, ElectronicProblem):
        return
    if not problem.has_own_orbitals or problem.reference_determinant == "hartree-fock":
        return
    yield Check(
        name="reference-determinant",
        status="warn",
        hard=False,
        value=problem.brillouin_violation,
        expected=0.0,
        tolerance=BRILLOUIN,
        detail="not stationary: it is not Hartree-Fock's, and excitations mean less"
        if problem.brillouin_violation > BRILLOUIN
        else "stationary among the active orbitals only: the others are Kohn-Sham's",
    )


def _convergence(solution: Solution, optimised: bool) -> Iterator[Check]:
    status: Status = or_fail(solution.outcome.converged) if optimised else "skip"
    yield Check(
        name="optimizer-converged",
        status=status,
        hard=True,
        value=solution.outcome.converged if optimised else None,
        expected=True,
        detail=solution.outcome.message,
    )


def _missing(missing: MissingReference | None) -> Iterator[Check]:
    """A warning if the exact energy could not be computed."""
    if missing is not None and missing.failed:
        yield Check(
            name="exact-reference",
            status="warn",
            hard=False,
            value=False,
            expected=True,
            detail=missing.reason,
        )


def _reference(
    problem: Problem, solution: Solution, reference: ReferenceRecord | None, accuracy: Accuracy
) -> Iterator[Check]:
    if reference is None:
        yield Check(
            name=accuracy.check,
            status="skip",
            hard=False,
            detail="no exact reference: the verdict rests on the other checks",
        )
        return
    difference = solution.energy.value - reference.energy
    error = solution.energy.standard_error
    size = max(accuracy.scale, abs(reference.energy))
    slack = ROUND_OFF * size if error is None else SIGMAS * error
    above, mitigated = difference >= -slack, solution.mitigation is not None
    yield Check(
        name="not-below-exact",
        status=or_warn(above) if mitigated else or_fail(above),
        hard=not mitigated,
        value=difference,
        expected=0.0,
        tolerance=slack,
        detail=f"a mitigated energy is not variational; in {accuracy.unit}"
        if mitigated
        else f"the variational principle, in {accuracy.unit}",
    )
    bound = accuracy.factor * (abs(difference) + COVERAGE * (error or 0.0))
    with_bar = "" if error is None else " with 1.96 standard errors"
    yield Check(
        name=accuracy.check,
        status=or_warn(bound <= accuracy.tolerance),
        hard=False,
        value=bound,
        expected=0.0,
        tolerance=accuracy.tolerance,
        detail=f"|error|{with_bar} in {accuracy.error_unit}{_other_irrep(problem, reference)}",
    )


def _other_irrep(problem: Problem, reference: ReferenceRecord) -> str:
    """A remark if the exact state has another symmetry than the reference determinant."""
    irrep = reference.notes.get("irrep")
    if irrep is None or not isinstance(problem, ElectronicProblem):
        return ""
    if problem.reference_irrep is None:
        return ""
    start = problem.irrep_name(problem.reference_irrep)
    if irrep == start:
        return ""
    return f"; the exact state is {irrep}, the reference determinant {start}"


def _correlation(
    problem: Problem, solution: Solution, reference: ReferenceRecord | None, optimised: bool
) -> Iterator[Check]:
    """A warning if the optimiser has not left the reference determinant, and there is a way down.

    Without an exact energy, there is one where electrons can correlate at all.
    """
    if not isinstance(problem, ElectronicProblem) or not optimised:
        return
    determinant = problem.hartree_fock_energy
    stayed = abs(solution.energy.value - determinant) <= STAYED * abs(determinant)
    if reference is None:
        goes_down = correlation_is_possible(problem.norb, problem.nelec)
    else:
        goes_down = determinant - reference.energy > LEAST_CORRELATION
    if stayed and goes_down and solution.energy.standard_error is None:
        yield doubt(
            "correlation-found",
            "Hartree from the reference determinant's energy, at which the search has stayed",
            value=solution.energy.value - determinant,
            tolerance=STAYED * abs(determinant),
        )


def _quality(
    solution: Solution,
    traits: Traits,
    reference: ReferenceRecord | None,
    optimised: bool,
    accuracy: Accuracy,
) -> Iterator[Check]:
    unit, scale = accuracy.unit, accuracy.scale
    if traits.noisy:
        yield Check(
            name="noise-free",
            status="warn",
            hard=False,
            value=False,
            expected=True,
            detail=_what_noise_does(solution),
        )
    if solution.gradient_norm is not None and optimised:
        yield Check(
            name="gradient-norm",
            status=or_warn(solution.gradient_norm <= scale * GRADIENT_TOLERANCE),
            hard=False,
            value=solution.gradient_norm,
            expected=0.0,
            tolerance=scale * GRADIENT_TOLERANCE,
            detail=f"Euclidean norm, {unit}",
        )
    variance = solution.observables.get("energy-variance")
    if variance is not None:
        holds = variance.value <= scale**2 * VARIANCE_TOLERANCE
        yield Check(
            name="energy-variance",
            status="pass" if reference is not None else or_warn(holds),
            hard=False,
            value=variance.value,
            expected=0.0,
            tolerance=scale**2 * VARIANCE_TOLERANCE,
            detail=f"{unit}²; decides only where there is no exact reference",
        )


def _what_noise_does(solution: Solution) -> str:
    if solution.sqd is not None:
        return "an upper bound all the same, but the strings may be those of noise"
    kind = "noisy" if solution.mitigation is None else "mitigated"
    return f"a {kind} energy is not variational; agreement may be luck"


def _restarts(
    solution: Solution,
    reference: ReferenceRecord | None,
    several_expected: bool,
    accuracy: Accuracy,
) -> Iterator[Check]:
    if len(solution.starts) < 2:
        return
    lowest = min(solution.starts)
    gain = accuracy.factor * (solution.starts[0] - lowest)
    near = sum(
        accuracy.factor * (value - lowest) <= accuracy.tolerance for value in solution.starts
    )
    if several_expected:
        holds = reference is not None or near > 1
        starts = counted(len(solution.starts), "start")
        within = f"{accuracy.tolerance:g} {accuracy.error_unit}"
        detail = f"{near} of {starts} ended within {within} of the lowest"
    else:
        holds = gain <= accuracy.tolerance
        detail = f"how much lower a restart came than the first start, in {accuracy.error_unit}"
    yield Check(
        name="restarts",
        status=or_warn(holds),
        hard=False,
        value=gain,
        expected=0.0,
        tolerance=accuracy.tolerance,
        detail=detail,
    )
