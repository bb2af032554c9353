"""Evidence for and against single-reference methods, and the judgement that follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA
from vqe_cli.chemistry.correlation.diagnostics import D1_CLOSED, T1_CLOSED, T1_OPEN

Judgement = Literal["sufficient", "doubtful", "insufficient", "unknown"]

UNSTABLE = "an unrestricted determinant lies below the restricted one"
"""A sign only where T1 is unknown: it holds for benzene, where CCSD(T) is very accurate."""

OCCUPATION = 0.1
"""Threshold on deviations of occupations, after the diagnostic M of Tishchenko, Zheng and Truhlar,
J. Chem. Theory Comput. 4, 1208 (2008), which is made of the same deviations."""


@dataclass(frozen=True)
class Evidence:
    """The evidence; None for unknown values.

    Args:
        open_shell: Whether there are unpaired electrons.
        t1: T1 diagnostic of CCSD in all orbitals except the core's.
        d1: D1 diagnostic of the same CCSD.
        occupation_deviation: Largest distance of an MP2 natural occupation from 2, 1 or 0.
        externally_stable: Whether no unrestricted determinant lies lower.
        ccsd_t_error_mha: CCSD(T) minus exact energy of the active space, mHa; None also where CCSD
            is exact there by construction.
        diverged: Whether the iterations of CCSD did not converge.
        determinants: Number of determinants of the active space; None without an active space.
        triplet_gap_ev: Hartree-Fock energy of the triplet minus that of the singlet in eV, both
            restricted; None where the singlet is stable.
        two_electrons: Whether at most two electrons are outside the core, where CCSD is exact.
    """

    open_shell: bool
    t1: float | None
    d1: float | None
    occupation_deviation: float | None
    externally_stable: bool | None
    ccsd_t_error_mha: float | None
    diverged: bool
    determinants: int | None
    triplet_gap_ev: float | None = None
    two_electrons: bool = False


def judged(evidence: Evidence) -> tuple[Judgement, str]:
    """Judge whether CCSD(T) suffices.

    An observed failure counts more than any diagnostic: CCSD(T) off by more than chemical accuracy
    where the exact energy is known, or CCSD that does not converge, is `insufficient`. A
    diagnostic beyond its threshold, or a triplet below the singlet, is `doubtful`. Without T1
    and without a comparison the judgement is never `sufficient`.

    Args:
        evidence: All evidence.

    Returns:
        The judgement, and one sentence with the numbers.
    """
    if evidence.two_electrons:
        return "sufficient", "CCSD is exact: at most two electrons are outside the core."
    failures, doubts = tuple(_failures(evidence)), tuple(_doubts(evidence))
    assurances = tuple(_assurances(evidence))
    if failures:
        return "insufficient", _sentence("CCSD(T) fails", (*failures, *doubts))
    if doubts:
        return "doubtful", _sentence("CCSD(T) is in doubt", doubts)
    if evidence.t1 is None and evidence.ccsd_t_error_mha is None:
        return "unknown", _sentence(
            "Neither T1 nor a comparison with the exact energy could be had", assurances
        )
    return "sufficient", _sentence("Nothing speaks against CCSD(T)", assurances)


def _sentence(what: str, reasons: tuple[str, ...]) -> str:
    return f"{what}: {'; '.join(reasons)}." if reasons else f"{what}."


def _failures(evidence: Evidence) -> Iterator[str]:
    if evidence.diverged:
        yield "its iterations do not converge"
    error = evidence.ccsd_t_error_mha
    if error is not None and abs(error) > CHEMICAL_ACCURACY_MHA:
        yield (
            f"it misses the exact energy of the active space by {error:+.2f} mHa"
            f" (more than {CHEMICAL_ACCURACY_MHA})"
        )


def _doubts(evidence: Evidence) -> Iterator[str]:
    limit = t1_limit(evidence)
    if evidence.t1 is not None and evidence.t1 > limit:
        yield f"T1 = {evidence.t1:.4f} (more than {limit})"
    if not evidence.open_shell and evidence.d1 is not None and evidence.d1 > D1_CLOSED:
        yield f"D1 = {evidence.d1:.4f} (more than {D1_CLOSED})"
    deviation = evidence.occupation_deviation
    if deviation is not None and deviation > OCCUPATION:
        yield f"an MP2 natural occupation is {deviation:.3f} off (more than {OCCUPATION})"
    gap = evidence.triplet_gap_ev
    if gap is not None and gap < 0:
        yield f"the Hartree-Fock triplet lies {-gap:.2f} eV below this singlet"
    elif evidence.externally_stable is False and evidence.t1 is None:
        yield UNSTABLE


def _assurances(evidence: Evidence) -> Iterator[str]:
    if evidence.t1 is not None:
        yield f"T1 = {evidence.t1:.4f} (at most {t1_limit(evidence)})"
    if evidence.d1 is not None and not evidence.open_shell:
        yield f"D1 = {evidence.d1:.4f} (at most {D1_CLOSED})"
    if evidence.occupation_deviation is not None:
        yield f"MP2 natural occupations within {evidence.occupation_deviation:.3f} of 2 and 0"
    if evidence.externally_stable is False and evidence.t1 is not None:
        yield f"{UNSTABLE}, which alone says little: in most π systems it does"
    if evidence.ccsd_t_error_mha is not None:
        error = abs(evidence.ccsd_t_error_mha)
        yield f"CCSD(T) within {error:.2f} mHa of the exact energy of the active space"


def t1_limit(evidence: Evidence) -> float:
    """The threshold on T1 for closed or open shells."""
    return T1_OPEN if evidence.open_shell else T1_CLOSED
