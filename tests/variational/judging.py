"""Solutions of hydrogen that are perfect but for one value, and their checks."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.problems import named_problem
from vqe_cli.backends.objective import OptimizerResult, Traits
from vqe_cli.fermions.problem import ElectronicProblem, QubitProblem
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.problem_records import ScfRecord
from vqe_cli.schema.records import Evaluations, ReferenceRecord
from vqe_cli.variational.checks import check_result
from vqe_cli.variational.solution import Solution

NO_STATE: Any = SimpleNamespace(conserves_spin=True)
NO_OBJECTIVE: Any = None
"""Placeholders: checks use numbers, and whether the ansatz conserves S²."""

EXACT = -1.2
EXACT_TRAITS = Traits(1, False, False, True, ())
CIRCUIT_TRAITS = replace(EXACT_TRAITS, conserving=False)
SAMPLED_TRAITS = replace(EXACT_TRAITS, sampled=True)
NOISY_TRAITS = replace(CIRCUIT_TRAITS, noisy=True)
REFERENCE = ReferenceRecord(method="fci", energy=EXACT, wall_s=0.0)
SCF = ScfRecord(
    method="RHF",
    energy=-1.1,
    converged=True,
    stable=True,
    externally_stable=True,
    steps=("DIIS",),
    iterations=5,
    wall_s=0.1,
)
PERFECT = Solution(
    state=NO_STATE,
    objective=NO_OBJECTIVE,
    optimizer="l-bfgs-b",
    x=np.array([0.1]),
    energy=Estimate(EXACT),
    initial_energy=-1.0,
    outcome=OptimizerResult(np.array([0.1]), True, "done", 3),
    gradient_norm=1e-6,
    observables={
        "particle-number": Estimate(2.0),
        "sz": Estimate(0.0),
        "s-squared": Estimate(0.0),
        "energy-variance": Estimate(1e-12),
    },
    evaluations=Evaluations(energy=5, gradient=5, shots=0),
    shots_by_purpose={},
    starts=(EXACT,),
    history=(),
    wall_s=0.1,
    replayed=0,
)


def hydrogen(scf: ScfRecord | None = SCF) -> ElectronicProblem:
    return replace(named_problem("h2"), scf=scf)


def judged(
    solution: Solution = PERFECT,
    traits: Traits = EXACT_TRAITS,
    reference: ReferenceRecord | None = REFERENCE,
    problem: ElectronicProblem | QubitProblem | None = None,
    **options: Any,
) -> tuple[dict[str, Check], str]:
    checks, verdict = check_result(problem or hydrogen(), solution, traits, reference, **options)
    assert len({check.name for check in checks}) == len(checks)
    return {check.name: check for check in checks}, verdict


def with_energy(difference: float, standard_error: float | None = None) -> Solution:
    return replace(PERFECT, energy=Estimate(EXACT + difference, standard_error))


def with_observable(name: str, value: float, standard_error: float | None = None) -> Solution:
    measured = {**PERFECT.observables, name: Estimate(value, standard_error)}
    return replace(PERFECT, observables=measured)
