"""The verification of a claim."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace

from vqe_cli._core.log import package_logger
from vqe_cli._core.provenance import provenance
from vqe_cli.chemistry.problem import build_problem, is_unrestricted
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.classical import CLASSICAL_METHODS, refuse_restricted_methods
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.parts import Parts, located, look_up_parts, resolved_spec
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.variational.observers import Clock, Observer
from vqe_cli.variational.other_references import refuse_with_orbitals_of
from vqe_cli.variational.preparation import prepare_problem
from vqe_cli.variational.recording import problem_record
from vqe_cli.verification.claim import Claim
from vqe_cli.verification.density_matrices import conventions_of_density
from vqe_cli.verification.evidence import recomputed
from vqe_cli.verification.judgement import Case, Judgement, judge
from vqe_cli.verification.lower_bound import LowerBound, lower_bound
from vqe_cli.verification.mistakes import Claimed, explanations, of_other_molecules
from vqe_cli.verification.qubit_orders import orders_of_bits, orders_of_circuit
from vqe_cli.verification.records import (
    VERIFY_SCHEMA,
    Certificate,
    NullHypothesis,
    Verification,
)
from vqe_cli.verification.upper_bounds import upper_bounds

LOG = package_logger(__name__)

SHARE_OF_CERTIFICATE = 1 / 6
"""Share of the time limit for the lower bound where the exact energy is known."""

FEW_ATOMS = 4
"""Number of atoms up to which mean fields in small basis sets take a second at most."""

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
        _refuse_with_unrestricted_orbitals(claim, parts)
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
        if judgement.verdict != "confirmed":
            judgement = _explained(judgement, claim, parts, encoding, case, deadline)
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


def _refuse_with_unrestricted_orbitals(claim: Claim, parts: Parts) -> None:
    """Refuse evidence over one set of orbitals for both spins where alpha and beta ones differ."""
    refuse_with_orbitals_of(claim.spec, parts)
    if not is_unrestricted(claim.spec):
        return
    for key in ("bitstrings", "density"):
        if getattr(claim.keys, key) is not None:
            raise InputError(
                f"{key} are verified over restricted orbitals, and alpha and beta orbitals differ",
                path=(key,),
                hint="claim the record of a run, parameters or a circuit",
            )
    if claim.keys.claim.method is not None:
        refuse_restricted_methods([CLASSICAL_METHODS.create(claim.keys.claim.method)])


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
    else:
        terms = (value for label, value in problem.paulis if set(label) == {"I"})
        yield NullHypothesis(name="a random state, on average,", energy=math.fsum(terms))


def _explained(
    judgement: Judgement,
    claim: Claim,
    parts: Parts,
    encoding: Encoding,
    case: Case,
    deadline: _Deadline,
) -> Judgement:
    """The verdict with mistakes that explain the number: reasons if it fails, else remarks."""
    stated, spec = claim.keys.claim, claim.spec
    fails = judgement.verdict != "plausible"
    found = []
    if fails:
        bounds = case.upper.bounds
        found = list(explanations(stated.energy, bounds, encoding, stated.tolerance))
        checks_hold = all(check.status == "pass" for check in case.evidence.checks)
        if not (case.agrees and checks_hold):
            found += _other_conventions(claim, encoding)
    if not found and (fails or case.exact is not None) and not _is_of_problem(case):
        claimed = Claimed(spec, parts, stated.tolerance, quick=_has_few_atoms(encoding))
        found = list(of_other_molecules(stated.energy, claimed, deadline.remaining()))
    if fails:
        return replace(judgement, reasons=(*judgement.reasons, *found))
    return replace(judgement, remarks=(*judgement.remarks, *found))


def _is_of_problem(case: Case) -> bool:
    """Whether the number is an energy of this very problem, so that no other explains it."""
    stated = case.claim
    return any(abs(one.energy - stated.energy) <= stated.tolerance for one in case.upper.bounds)


def _other_conventions(claim: Claim, encoding: Encoding) -> Iterator[str]:
    """Orders of qubits and of indices in which the evidence gives the claimed energy."""
    keys, stated = claim.keys, claim.keys.claim
    if keys.circuit is not None:
        path = claim.path(keys.circuit)
        yield from orders_of_circuit(path, encoding, stated.energy, stated.tolerance)
    if keys.bitstrings is not None:
        folder = claim.spec.source.folder
        yield from orders_of_bits(keys.bitstrings, folder, encoding, stated)
    if keys.density is not None:
        folder = claim.spec.source.folder
        yield from conventions_of_density(keys.density, folder, encoding.problem, stated)


def _has_few_atoms(encoding: Encoding) -> bool:
    problem = encoding.problem
    atoms = problem.atoms if isinstance(problem, ElectronicProblem) else None
    return atoms is not None and len(atoms) <= FEW_ATOMS


def _certificate(lower: LowerBound | None) -> Certificate | None:
    if lower is None:
        return None
    return Certificate(
        energy=lower.energy, conditions=lower.conditions, note=lower.note, wall_s=lower.wall_s
    )
