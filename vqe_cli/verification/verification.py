"""The verification of a claim."""

from __future__ import annotations

import time
from collections.abc import Iterator

from vqe_cli._core.log import package_logger
from vqe_cli._core.provenance import provenance
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.parts import Parts, located, look_up_parts, resolved_spec
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.variational.observers import Clock, Observer
from vqe_cli.variational.preparation import prepare_problem
from vqe_cli.variational.recording import problem_record
from vqe_cli.verification.claim import Claim
from vqe_cli.verification.evidence import recomputed
from vqe_cli.verification.judgement import Case, Judgement, judge
from vqe_cli.verification.lower_bound import LowerBound, lower_bound
from vqe_cli.verification.mistakes import explanations, of_other_molecules
from vqe_cli.verification.qubit_orders import orders_that_give
from vqe_cli.verification.records import (
    VERIFY_SCHEMA,
    Certificate,
    NullHypothesis,
    Verification,
)
from vqe_cli.verification.upper_bounds import UpperBounds, upper_bounds

LOG = package_logger(__name__)

SHARE_OF_CERTIFICATE = 1 / 6
"""Share of the time limit for the lower bound where the exact energy is known."""

DEFAULT_TIME_LIMIT = 60.0
"""Time for the bounds of a claim, seconds."""


class _Deadline:
    """The time that is left for bounds.

    Args:
        limit: The time limit, seconds.
    """

    def __init__(self, limit: float) -> None:
        self._end = time.perf_counter() + limit

    def remaining(self) -> float:
        """Seconds that are left; negative when none are."""
        return self._end - time.perf_counter()


def verify(claim: Claim, time_limit: float = DEFAULT_TIME_LIMIT) -> Verification:
    """The verdict on a claim, with all that it rests on.

    Args:
        claim: The claim.
        time_limit: Time for the bounds, seconds; evidence is computed again whatever it takes.

    Returns:
        The record of the verification.

    Raises:
        VqeError: The problem or its evidence cannot be computed.
    """
    began, spec = time.perf_counter(), claim.spec
    with located(spec):
        _refuse_correction(claim)
        parts = look_up_parts(spec)
        encoding = Encoding(_problem(spec, parts), parts.mapper, spec.memory)
        evidence = recomputed(claim, parts, encoding)
        LOG.info("evidence: %s, energy %s", evidence.kind, evidence.energy)
        deadline = _Deadline(time_limit)
        upper = upper_bounds(encoding, deadline.remaining)
        exact = upper.lowest is not None and upper.lowest.exact
        share = SHARE_OF_CERTIFICATE * time_limit if exact else time_limit
        lower = lower_bound(encoding.problem, max(min(share, deadline.remaining()), 1.0))
        case = Case(claim.keys.claim, evidence, upper, lower, tuple(_nulls(encoding)))
        judgement = judge(case)
        if judgement.verdict in ("impossible", "not-supported"):
            judgement = _explained(judgement, claim, parts, encoding, upper, deadline)
    best = upper.lowest
    return Verification(
        schema=VERIFY_SCHEMA,
        name=spec.title,
        verdict=judgement.verdict,
        reasons=judgement.reasons,
        remarks=judgement.remarks,
        claimed_energy=claim.keys.claim.energy,
        tolerance=claim.keys.claim.tolerance,
        standard_error=claim.keys.claim.standard_error,
        recomputed_energy=evidence.energy,
        upper_bound=None if best is None else best.energy,
        lower_bound=None if lower is None else lower.energy,
        exact_energy=case.exact,
        bounds=upper.bounds,
        not_tried=upper.not_tried,
        certificate=_certificate(lower),
        evidence=evidence,
        nulls=case.nulls,
        problem=problem_record(encoding, spec).model_dump(mode="json"),
        spec=resolved_spec(spec, parts),
        time_limit_s=time_limit,
        wall_s=time.perf_counter() - began,
        provenance=provenance(),
    )


def _refuse_correction(claim: Claim) -> None:
    """Refuse a claim of an energy with correlation outside the active space.

    The record of a run has it beside the energy that is verified.
    """
    if claim.spec.correction is not None and claim.record is None:
        raise InputError(
            "energies with a correction are not verified",
            path=("correction",),
            hint="claim the energy of the active space alone, without 'correction'",
        )


def _problem(spec: RunSpec, parts: Parts) -> Problem:
    """The problem of a claim, in orbitals that follow the ansatz where the claim says so."""
    if spec.orbitals.name != "optimised" and not spec.has_responding_solvent:
        return build_problem(spec, parts.active_space)
    return prepare_problem(spec, parts, MeanFields(), None, Observer(), Clock()).problem


def _nulls(encoding: Encoding) -> Iterator[NullHypothesis]:
    """What is reached without any calculation beyond the mean field."""
    problem = encoding.problem
    if isinstance(problem, ElectronicProblem):
        stationary = problem.reference_determinant == "hartree-fock"
        name = "Hartree-Fock alone" if stationary else "the reference determinant alone"
        yield NullHypothesis(name=name, energy=problem.hartree_fock_energy)


def _explained(
    judgement: Judgement,
    claim: Claim,
    parts: Parts,
    encoding: Encoding,
    upper: UpperBounds,
    deadline: _Deadline,
) -> Judgement:
    """The verdict with mistakes that explain the number as further reasons."""
    stated, spec = claim.keys.claim, claim.spec
    found = list(explanations(stated.energy, upper.bounds, encoding, stated.tolerance))
    if claim.keys.circuit is not None:
        path = claim.path(claim.keys.circuit)
        found += orders_that_give(path, encoding, stated.energy, stated.tolerance)
    if not found:
        found = list(
            of_other_molecules(stated.energy, spec, parts, stated.tolerance, deadline.remaining)
        )
    return Judgement(judgement.verdict, (*judgement.reasons, *found), judgement.remarks)


def _certificate(lower: LowerBound | None) -> Certificate | None:
    if lower is None:
        return None
    return Certificate(
        energy=lower.energy, conditions=lower.conditions, note=lower.note, wall_s=lower.wall_s
    )
