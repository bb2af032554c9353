"""Sample-based quantum diagonalisation."""

from __future__ import annotations

import time
from dataclasses import replace
from math import comb
from typing import cast

import numpy as np
from pydantic import Field

from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.errors import InputError
from vqe_cli.machine import refuse_if_larger
from vqe_cli.objective import (
    Counts,
    Density,
    Estimate,
    Objective,
    SamplingObjective,
    Traits,
)
from vqe_cli.records import Evaluations, SqdRecord
from vqe_cli.solve import Solution
from vqe_cli.solvers import Solver
from vqe_cli.solvers._subspace import Recovery, Subspace, diagonalise, uniform_counts, valid_shots
from vqe_cli.trial import TrialState

VECTORS = 30
"""Vectors of the subspace that Davidson's method and its products hold at once."""


class Sqd(Solver):
    """Sample-based diagonalisation: H in the space of the bit strings the trial state gives.

    Bit strings of the trial state are repaired by the mean occupations of the orbitals, H is
    diagonalised in the space they span, which gives better occupations, until nothing changes.
    Without an optimiser named, the trial state stays at its starting point. The energy is
    variational, with noise too. The same is done with uniformly random bit strings, since a
    subspace that is large enough holds the ground state whatever was sampled.

    Reference:
        Robledo-Moreno et al., Sci. Adv. 11, eadu9991 (2025); qiskit-addon-sqd,
        https://github.com/Qiskit/qiskit-addon-sqd.
    """

    shots: int = Field(10_000, ge=1, le=100_000_000, description="Bit strings to draw.")
    samples_per_batch: int = Field(
        300, ge=1, le=1_000_000, description="Different bit strings that span a subspace."
    )
    num_batches: int = Field(
        3, ge=1, le=1000, description="Subspaces of each iteration; the lowest energy counts."
    )
    max_iterations: int = Field(5, ge=1, le=1000, description="Repairs of the bit strings.")
    symmetrize_spin: bool | None = Field(
        None,
        description="Each alpha string serves beta as well, and the other way round. "
        "Default: for closed shells.",
    )
    carryover_threshold: float = Field(
        1e-4, ge=0, le=1, description="Strings with a larger amplitude stay for the next iteration."
    )
    max_dimension: int | None = Field(
        None, ge=1, description="Strings of each spin at most. Default: no limit."
    )

    def check(self, trial: TrialState, traits: Traits) -> None:
        """Bits must be occupations of orbitals, and somebody must draw them."""
        problem = trial.encoding.problem
        if not isinstance(problem, ElectronicProblem):
            raise InputError("sqd diagonalises electrons; this is a qubit model", path=("solver",))
        if trial.encoding.mapper.name != "jordan-wigner":
            raise InputError(
                "sqd reads occupations of orbitals from bits, in Jordan-Wigner only, not in"
                f" {trial.encoding.mapper.name}",
                path=("mapper",),
                hint="mapper: jordan-wigner",
            )
        if not traits.has_samples:
            raise InputError(
                "sqd needs bit strings, and this backend gives expectation values only",
                path=("backend",),
                hint="backend: exact, or give the backend shots",
            )
        if self.symmetrize_spin and problem.nelec[0] != problem.nelec[1]:
            raise InputError(
                "alpha and beta strings can serve each other in closed shells only",
                path=("solver", "symmetrize_spin"),
            )
        self._refuse_too_large(problem)

    def needs_energy(self, traits: Traits) -> bool:
        """It is only shown, and would take more shots than all the rest."""
        return not traits.sampled

    def finish(
        self, trial: TrialState, objective: Objective, solution: Solution, seed: int
    ) -> Solution:
        """Sample, diagonalise, and do the same with random bit strings."""
        began = time.perf_counter()
        problem = trial.encoding.problem
        assert isinstance(problem, ElectronicProblem)
        draw, recover, random, recover_random = _seeds(seed)
        sampled = cast(SamplingObjective, objective).samples(solution.x, self.shots, draw)
        uniform = uniform_counts(2 * problem.norb, self.shots, random)
        options = self._recovery(problem)
        found = diagonalise(problem, sampled, options, recover)
        control = diagonalise(problem, uniform, options, recover_random)
        return replace(
            solution,
            energy=Estimate(found.energy),
            observables={
                "particle-number": Estimate(float(sum(problem.nelec))),
                "sz": Estimate(problem.spin_z),
                "s-squared": Estimate(found.spin_squared),
            },
            evaluations=_with_shots(solution.evaluations, self.shots),
            shots_by_purpose={**solution.shots_by_purpose, "sqd": self.shots},
            wall_s=solution.wall_s + time.perf_counter() - began,
            density=Density(found.one_body),
            sqd=_record(problem, solution, sampled, found, control),
        )

    def _recovery(self, problem: ElectronicProblem) -> Recovery:
        closed = problem.nelec[0] == problem.nelec[1]
        return Recovery(
            samples_per_batch=self.samples_per_batch,
            num_batches=self.num_batches,
            max_iterations=self.max_iterations,
            symmetrize_spin=closed if self.symmetrize_spin is None else self.symmetrize_spin,
            carryover_threshold=self.carryover_threshold,
            max_dim=self.max_dimension,
        )

    def _refuse_too_large(self, problem: ElectronicProblem) -> None:
        """Each iteration may add a batch of strings to each spin, twice as many where shared."""
        new = 2 * self.samples_per_batch * self.max_iterations
        limit = new if self.max_dimension is None else min(new, self.max_dimension)
        alpha, beta = (min(comb(problem.norb, count), limit) for count in problem.nelec)
        refuse_if_larger(
            8 * VECTORS * alpha * beta,
            f"a subspace of up to {alpha * beta:,} determinants",
            "lower samples_per_batch, or set max_dimension",
        )


def _seeds(seed: int) -> list[int]:
    """Of the samples, their recovery, the random bits and theirs."""
    return [int(number >> 1) for number in np.random.SeedSequence([seed, 17]).generate_state(4)]


def _with_shots(evaluations: Evaluations, shots: int) -> Evaluations:
    return evaluations.model_copy(update={"shots": evaluations.shots + shots})


def _record(
    problem: ElectronicProblem,
    solution: Solution,
    sampled: Counts,
    found: Subspace,
    control: Subspace,
) -> SqdRecord:
    return SqdRecord(
        shots=sampled.shots,
        valid_shots=valid_shots(problem, sampled),
        different_strings=len(sampled.outcomes),
        subspace_dimension=found.dimension,
        full_dimension=problem.sector_dimension,
        subspace_fraction=found.dimension / problem.sector_dimension,
        trial_energy=None if solution.initial_energy is None else solution.energy.value,
        random_energy=control.energy,
        random_subspace_dimension=control.dimension,
    )
