"""Sample-based quantum diagonalisation."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import comb
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from vqe_cli._core.seeds import stream
from vqe_cli._core.sizes import Need, Size
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.backends.objective import DrawsSamples, Expected, Traits
from vqe_cli.errors import InputError
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import MOST_QUBITS
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.schema.backend_records import SqdRecord
from vqe_cli.schema.records import Evaluations
from vqe_cli.variational.solution import Solution
from vqe_cli.variational.solvers import Solver
from vqe_cli.variational.solvers._subspace import (
    Recovery,
    Subspace,
    diagonalise,
    random_determinants,
    share_of_random_bits,
    valid_shots,
)

if TYPE_CHECKING:
    from vqe_cli.qubits.mappers import Mapper

VECTORS = 30
"""The number of subspace vectors that Davidson's method and its products hold at once."""

SECONDS_PER_PAIR = 2e-8
"""Seconds of a diagonalisation on one core, per determinant and pair of orbitals."""

BYTES_PER_BIT = 10
"""Bytes per bit while strings are split into bits: a number, a bit, and a copy."""

CONTROLS = 5
"""The largest number of baselines of random bit strings; the best one is compared with."""


class Sqd(Solver):
    """Sample-based diagonalisation of the Hamiltonian in the space of sampled bit strings.

    Sampled bit strings are repaired with the mean occupations of the orbitals, and H is
    diagonalised in the space they span, which gives better occupations, until nothing changes.
    If the input names no optimiser, the state stays at its starting point. The energy is
    variational, even with noise, and never above that of the reference determinant, which belongs
    to every subspace. A baseline repeats this, up to five times, with random determinants of the
    right electrons, since a large enough subspace holds the ground state whatever was sampled; the
    energy is compared with the best of them.

    Reference:
        Robledo-Moreno et al., Sci. Adv. 11, eadu9991 (2025); qiskit-addon-sqd,
        https://github.com/Qiskit/qiskit-addon-sqd.
    """

    draws: ClassVar[bool] = True

    shots: int = Field(
        default=10_000, ge=1, le=100_000_000, description="Number of bit strings to draw."
    )
    samples_per_batch: int = Field(
        default=300,
        ge=1,
        le=1_000_000,
        description="Number of different bit strings that span a subspace.",
    )
    num_batches: int = Field(
        default=3,
        ge=1,
        le=1000,
        description="Number of subspaces in each iteration; the lowest energy is kept.",
    )
    max_iterations: int = Field(
        default=5, ge=1, le=1000, description="Maximum number of repairs of the bit strings."
    )
    symmetrize_spin: bool | None = Field(
        default=None,
        description="Whether strings of alpha and beta are used for both spins. "
        "Default: for closed shells.",
    )
    carryover_threshold: float = Field(
        default=1e-4,
        ge=0,
        le=1,
        description="Smallest amplitude of strings that are kept for the next iteration.",
    )
    max_dimension: int | None = Field(
        default=None, ge=1, description="Maximum number of strings of each spin. Default: no limit."
    )

    def shots_drawn(self) -> int:
        """The number of bit strings in the options."""
        return self.shots

    def check_problem(self, mapper: Mapper, *, electrons: bool) -> None:
        """Refuse bits that are not occupations of orbitals."""
        if not electrons:
            raise InputError(
                "sqd diagonalises electrons; this is a qubit model",
                path=("solver",),
                hint="use solver vqe",
            )
        if not mapper.stores_occupations:
            raise InputError(
                "sqd reads occupations of orbitals from bits, in Jordan-Wigner only, not in"
                f" {mapper.label}",
                path=("mapper",),
                hint="mapper: jordan-wigner",
            )

    def check_spin(self, unpaired: int) -> None:
        """Refuse strings shared by both spins in open shells."""
        if self.symmetrize_spin and unpaired:
            raise InputError(
                "alpha and beta strings can be shared in closed shells only",
                path=("solver", "symmetrize_spin"),
                hint="leave out 'symmetrize_spin'",
            )

    def check_backend(self, expected: Expected) -> None:
        """Refuse backends without samples."""
        if not expected.can(DrawsSamples):
            raise InputError(
                "sqd needs bit strings, and this backend gives expectation values only",
                path=("backend",),
                hint="backend: exact, or give the backend shots",
            )

    def needs_energy(self, traits: Traits) -> bool:
        """Whether energies are exact: a sampled one, for display only, takes too many shots."""
        return not traits.sampled

    def finish(self, solution: Solution, seed: int) -> Solution:
        """The lowest state among samples, with a baseline of random bit strings."""
        began = time.perf_counter()
        problem = solution.state.encoding.problem
        assert isinstance(problem, ElectronicProblem)
        draw = stream(seed, "SQD samples").seed
        assert isinstance(solution.objective, DrawsSamples)
        sampled = solution.objective.samples(solution.x, self.shots, draw)
        options = self._recovery(problem)
        found = diagonalise(problem, sampled, options, stream(seed, "SQD recovery").seed)
        controls = _controls(problem, self.shots, options, seed, found.energy)
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
            sqd=_record(problem, solution, sampled, found, controls),
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

    @property
    def _diagonalisations(self) -> int:
        """The largest number of diagonalisations, those of the baselines included."""
        return (1 + CONTROLS) * self.num_batches * self.max_iterations

    def needs(self, size: Size) -> Iterator[Need]:
        """Memory and time of subspaces and bit strings.

        Each iteration may add a batch of strings to each spin, and twice as many if strings are
        shared.
        """
        bits = 2 * size.norb
        if bits > MOST_QUBITS:
            what = f"{bits} spin orbitals"
            yield Need(what, limit=f"{what} are more than {MOST_QUBITS} bits of a string")
        new = 2 * self.samples_per_batch * self.max_iterations
        limit = new if self.max_dimension is None else min(new, self.max_dimension)
        alpha, beta = (min(comb(size.norb, count), limit) for count in size.nelec)
        yield Need(
            f"a subspace of up to {alpha * beta:,} determinants",
            8 * VECTORS * alpha * beta,
            hint="a lower samples_per_batch, or max_dimension",
            seconds=SECONDS_PER_PAIR * self._diagonalisations * alpha * beta * size.norb**2,
        )
        yield Need(
            f"{counted(self.shots, 'string')} of {counted(bits, 'bit')}",
            BYTES_PER_BIT * self.shots * bits,
        )


def _controls(
    problem: ElectronicProblem, shots: int, options: Recovery, seed: int, energy: float
) -> list[Subspace]:
    """Baselines with random determinants, until one is as low as the sampled subspace.

    Args:
        problem: The electronic problem.
        shots: Number of determinants drawn for each baseline.
        options: Options of the recovery.
        seed: The run's random seed.
        energy: Energy of the sampled subspace, Hartree.
    """
    found: list[Subspace] = []
    for number in range(CONTROLS):
        own = stream(seed, "SQD baseline", number).seed
        drawn = random_determinants(problem, shots, own)
        found.append(diagonalise(problem, drawn, options, own))
        if found[-1].energy <= energy + CHEMICAL_ACCURACY_MHA / HARTREE_IN_MILLIHARTREE:
            break  # further baselines would not change the conclusion
    return found


def _with_shots(evaluations: Evaluations, shots: int) -> Evaluations:
    return evaluations.model_copy(update={"shots": evaluations.shots + shots})


def _record(
    problem: ElectronicProblem,
    solution: Solution,
    sampled: Counts,
    found: Subspace,
    controls: Sequence[Subspace],
) -> SqdRecord:
    best = min(controls, key=lambda control: control.energy)
    return SqdRecord(
        shots=sampled.shots,
        valid_shots=valid_shots(problem, sampled),
        different_strings=len(sampled.outcomes),
        subspace_dimension=found.dimension,
        full_dimension=problem.sector_dimension,
        subspace_fraction=found.dimension / problem.sector_dimension,
        trial_energy=None if solution.initial_energy is None else solution.energy.value,
        random_energy=best.energy,
        random_subspace_dimension=best.dimension,
        random_energies=tuple(control.energy for control in controls),
        reference_energy=problem.hartree_fock_energy,
        valid_share_of_noise=share_of_random_bits(problem),
    )
