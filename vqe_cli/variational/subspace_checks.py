"""Checks of sample-based diagonalisation: whether the samples contributed to the energy."""

from __future__ import annotations

import math
from collections.abc import Iterator

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.severity import ROUND_OFF, SIGMAS, or_fail, or_warn
from vqe_cli.variational.solution import Solution

LARGEST_SUBSPACE = 0.5
"""Share of all determinants above which any sample gives nearly the exact energy."""


def sampling_checks(solution: Solution) -> Iterator[Check]:
    """Checks of sample-based diagonalisation; none for other solvers.

    Args:
        solution: The solution of the run.
    """
    sqd = solution.sqd
    if sqd is None:
        return
    if sqd.reference_energy is not None:
        yield _not_above_reference(solution.energy.value, sqd.reference_energy)
    gain = HARTREE_IN_MILLIHARTREE * (sqd.random_energy - solution.energy.value)
    yield Check(
        name="sqd-beats-random",
        status=or_warn(gain > CHEMICAL_ACCURACY_MHA),
        hard=False,
        value=gain,
        detail="how much lower than with random determinants, the best of "
        f"{max(len(sqd.random_energies), 1)}, in mHa; up to {CHEMICAL_ACCURACY_MHA:g} mHa the "
        "trial state contributed nothing that counts",
    )
    if sqd.valid_share_of_noise is not None:
        yield _valid_shots(sqd.valid_shots, sqd.shots, sqd.valid_share_of_noise)
    yield Check(
        name="subspace-fraction",
        status=or_warn(sqd.subspace_fraction <= LARGEST_SUBSPACE),
        hard=False,
        value=sqd.subspace_fraction,
        expected=0.0,
        tolerance=LARGEST_SUBSPACE,
        detail=f"{sqd.subspace_dimension:,} of {sqd.full_dimension:,} determinants; "
        "most of them give the exact energy whatever was sampled",
    )


def _not_above_reference(energy: float, reference: float) -> Check:
    """Whether the energy is at most that of the reference determinant, part of every subspace."""
    tolerance = ROUND_OFF * max(1.0, abs(reference))
    return Check(
        name="not-above-reference-determinant",
        status=or_fail(energy - reference <= tolerance),
        hard=True,
        value=energy - reference,
        expected=0.0,
        tolerance=tolerance,
        detail="in Hartree; the determinant is in every subspace",
    )


def _valid_shots(valid: int, shots: int, noise: float) -> Check:
    """Whether more shots are valid, with the right electrons, than uniformly random bits would be.

    The least share is twice that of random bits, plus four of its standard errors.

    Args:
        valid: The number of shots with the right electrons.
        shots: The number of all shots.
        noise: The share of random bit strings with the right electrons.
    """
    least = 2 * noise + SIGMAS * math.sqrt(noise * (1 - noise) / shots)
    share = valid / shots
    holds = share >= min(least, 1.0)
    seen = f"{100 * share:.2g} % of the shots have the right electrons, of random bits "
    says = "" if holds else "; they cannot be told from noise"
    return Check(
        name="valid-shots",
        status=or_warn(holds),
        hard=False,
        value=share,
        expected=noise,
        tolerance=least,
        detail=f"{seen}{100 * noise:.2g} % would{says}",
    )
