"""The Hamiltonian in the space spanned by bit strings, with qiskit-addon-sqd."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from math import comb

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.seeds import stream
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement.estimates import Counts


@dataclass(frozen=True)
class Recovery:
    """Options of `diagonalize_fermionic_hamiltonian`, under the same names."""

    samples_per_batch: int
    num_batches: int
    max_iterations: int
    symmetrize_spin: bool
    carryover_threshold: float
    max_dim: int | None


@dataclass(frozen=True, eq=False)
class Subspace:
    """The lowest state in the best subspace.

    Args:
        energy: Total energy, Hartree.
        dimension: Number of determinants that span the subspace.
        spin_squared: The expectation value ⟨S²⟩.
        one_body: One-body density matrices of alpha and beta, shape (2, norb, norb).
    """

    energy: float
    dimension: int
    spin_squared: float
    one_body: FloatArray


def diagonalise(
    problem: ElectronicProblem, counts: Counts, options: Recovery, seed: int
) -> Subspace:
    """Recover configurations and diagonalise until nothing changes.

    The reference determinant belongs to every subspace, so that no energy lies above its own.

    Args:
        problem: The electronic problem.
        counts: Counts of bit strings; alpha orbitals are the lower half of the bits.
        options: Options of the recovery.
        seed: Random seed of the recovery.

    Returns:
        The lowest state found.
    """
    from qiskit_addon_sqd.fermion import diagonalize_fermionic_hamiltonian, solve_sci_batch

    alpha, beta = ((1 << count) - 1 for count in problem.nelec)

    found = diagonalize_fermionic_hamiltonian(
        problem.h1,
        problem.h2,
        _rows(counts, 2 * problem.norb),
        norb=problem.norb,
        nelec=problem.nelec,
        initial_occupancies=_first_occupancies(problem, counts),
        include_configurations=([alpha], [beta]),
        sci_solver=partial(solve_sci_batch, spin_sq=problem.spin_squared),
        seed=stream(seed, "subsampling").generator,
        **asdict(options),
    )
    state = found.sci_state
    one_body = np.array(state.rdm(1))
    return Subspace(
        energy=float(found.energy) + problem.core_energy,
        dimension=int(state.amplitudes.size),
        spin_squared=float(state.spin_square()),
        one_body=0.5 * (one_body + one_body.transpose(0, 2, 1)),
    )


def random_determinants(problem: ElectronicProblem, shots: int, seed: int) -> Counts:
    """Uniformly random determinants with the right numbers of electrons.

    Args:
        problem: The electronic problem.
        shots: Number of determinants.
        seed: Random seed of the determinants.
    """
    rng = stream(seed, "random bit strings").generator
    alpha, beta = (_random_strings(problem.norb, count, shots, rng) for count in problem.nelec)
    return Counts(*np.unique(alpha | beta << problem.norb, return_counts=True))


def _random_strings(norb: int, electrons: int, shots: int, rng: np.random.Generator) -> IntArray:
    """Random strings of one spin, orbital 0 the lowest bit, shape (shots,)."""
    found = np.zeros(shots, dtype=np.int64)
    missing = np.full(shots, electrons)
    for orbital in range(norb):
        # Each remaining orbital is filled with probability missing electrons / remaining orbitals.
        filled = rng.random(shots) * (norb - orbital) < missing
        found |= filled.astype(np.int64) << orbital
        missing -= filled
    return found


def share_of_random_bits(problem: ElectronicProblem) -> float:
    """The share of uniformly random bit strings with the right electrons of each spin."""
    alpha, beta = (comb(problem.norb, count) / 2.0**problem.norb for count in problem.nelec)
    return alpha * beta


def valid_shots(problem: ElectronicProblem, counts: Counts) -> int:
    """The number of shots with the right electrons of each spin."""
    return int(counts.repetitions[_is_valid(problem, counts)].sum())


def _is_valid(problem: ElectronicProblem, counts: Counts) -> npt.NDArray[np.bool_]:
    alpha = counts.outcomes & ((1 << problem.norb) - 1)
    beta = counts.outcomes >> problem.norb
    right = np.bitwise_count(alpha) == problem.nelec[0]
    return np.asarray(right & (np.bitwise_count(beta) == problem.nelec[1]))


def _first_occupancies(
    problem: ElectronicProblem, counts: Counts
) -> tuple[FloatArray, FloatArray] | None:
    """Occupations of the reference determinant if no bit string is valid; else None."""
    if _is_valid(problem, counts).any():
        return None
    orbitals = np.arange(problem.norb)
    alpha, beta = ((orbitals < count).astype(float) for count in problem.nelec)
    return alpha, beta


def _rows(counts: Counts, num_bits: int) -> npt.NDArray[np.bool_]:
    """Bits of each shot, the highest first, shape (shots, num_bits)."""
    places = np.arange(num_bits - 1, -1, -1)
    bits = (counts.outcomes[:, None] >> places & 1).astype(bool)
    return np.repeat(bits, counts.repetitions, axis=0)
