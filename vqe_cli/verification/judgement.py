"""The verdict on a claim, and its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.schema.severity import ROUND_OFF, SIGMAS
from vqe_cli.verification.claim import ClaimedEnergy
from vqe_cli.verification.lower_bound import LowerBound
from vqe_cli.verification.recorded_runs import ERROR_BAR
from vqe_cli.verification.records import ClaimVerdict, Evidence, NullHypothesis
from vqe_cli.verification.upper_bounds import UpperBounds

SPREADS = 3.0
"""Standard deviations below the mean of random trials at which an energy is better than theirs."""

SAME = 1e-6
"""Largest difference of energies that are the same, Hartree."""

CHEMICAL_ACCURACY = CHEMICAL_ACCURACY_MHA / HARTREE_IN_MILLIHARTREE


@dataclass(frozen=True)
class Judgement:
    """A verdict with its reasons.

    Args:
        verdict: The verdict.
        reasons: What it rests on.
        remarks: What else was noticed.
    """

    verdict: ClaimVerdict
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """What is known of a claim.

    Args:
        claim: The claimed energy.
        evidence: What its evidence gives.
        upper: Variational energies of the problem.
        lower: The certified lower bound; None without one.
        nulls: Energies that are reached without the claimed work.
    """

    claim: ClaimedEnergy
    evidence: Evidence
    upper: UpperBounds
    lower: LowerBound | None
    nulls: tuple[NullHypothesis, ...]

    @property
    def exact(self) -> float | None:
        """The exact energy, Hartree; None if it does not fit."""
        best = self.upper.lowest
        return best.energy if best is not None and best.exact else None

    @property
    def scatter(self) -> float:
        """The difference that the error bar of a sampled energy explains, Hartree."""
        return SIGMAS * (self.claim.standard_error or 0.0)

    @property
    def allowed(self) -> float:
        """The difference to the evidence that counts as agreement, Hartree."""
        return self.claim.tolerance + max(self.scatter, self.evidence.allowance)

    @property
    def agrees(self) -> bool:
        """Whether the evidence gives the claimed energy."""
        energy = self.evidence.energy
        return energy is not None and abs(self.claim.energy - energy) <= self.allowed

    @property
    def is_exact(self) -> bool:
        """Whether the claimed energy is the exact one."""
        near = self.claim.tolerance + self.scatter
        return self.exact is not None and abs(self.claim.energy - self.exact) <= near


def judge(case: Case) -> Judgement:
    """The verdict on a claim: the worst that is found.

    Args:
        case: What is known of the claim.
    """
    remarks = tuple(_remarks(case))
    impossible = tuple(_impossible(case))
    if impossible:
        return Judgement("impossible", impossible, remarks)
    unsupported = tuple(_unsupported(case))
    if unsupported:
        return Judgement("not-supported", unsupported, remarks)
    confirmed = tuple(_confirming(case))
    if confirmed:
        vague = tuple(_vague(case))
        return Judgement("plausible" if vague else "confirmed", (*confirmed, *vague), remarks)
    return Judgement("plausible", tuple(_plausible(case)), remarks)


def _impossible(case: Case) -> Iterator[str]:
    claimed, evidence = case.claim.energy, case.evidence
    slack = case.claim.tolerance + case.scatter + ROUND_OFF * max(1.0, abs(claimed))
    lawful = not evidence.variational and case.agrees
    if case.exact is not None:
        if claimed < case.exact - slack and not lawful:
            yield f"the energy lies {_mha(case.exact - claimed)} below the exact one"
    elif case.lower is not None and claimed < case.lower.energy - slack and not lawful:
        conditions = case.lower.conditions
        below = _mha(case.lower.energy - claimed)
        yield f"the energy lies {below} below the certified lower bound ({conditions})"
    for check in evidence.checks:
        if check.hard and check.status == "fail":
            yield f"{check.name}: {_values(check.value, check.expected)}{_more(check.detail)}"


def _unsupported(case: Case) -> Iterator[str]:
    claimed, evidence = case.claim.energy, case.evidence
    for check in evidence.checks:
        if not check.hard and check.status == "fail":
            yield f"{check.name}: {_values(check.value, check.expected)}{_more(check.detail)}"
    if evidence.energy is not None:
        difference = claimed - evidence.energy
        if abs(difference) > case.allowed:
            side = "above" if difference > 0 else "below"
            yield f"the claim is {_mha(abs(difference))} {side} what its evidence gives"
        elif not case.is_exact:
            yield from _no_better(case)
        return
    best = case.upper.lowest
    if best is None or evidence.kind != "none":
        return
    above = claimed - best.energy
    if case.exact is not None and above > max(case.allowed, CHEMICAL_ACCURACY):
        yield f"nothing supports the energy, which lies {_mha(above)} above the exact one"
    elif case.exact is None and above > case.allowed:
        yield f"{best.method} alone is {_mha(above)} lower"


def _no_better(case: Case) -> Iterator[str]:
    """Null hypotheses that give as low an energy as bit strings do."""
    for null in case.evidence.nulls:
        if null.mean is None or null.spread is None:
            continue
        floor = -math.inf if case.exact is None else case.exact
        usual = min(null.energy, max(null.mean - SPREADS * null.spread, floor))
        if case.claim.energy >= usual - case.allowed:
            scatter = f"{null.mean:.6f} ± {null.spread:.6f}, at best {null.energy:.6f}"
            yield f"{null.name} give {scatter}: the given ones show no more than that"


def _confirming(case: Case) -> Iterator[str]:
    bars = f", within {SIGMAS:g} standard errors" if case.scatter else ""
    if case.agrees:
        yield f"the evidence gives {case.evidence.energy:.8f}, computed again{bars}"
    if case.is_exact:
        assert case.upper.lowest is not None
        yield f"{case.upper.lowest.method} gives {case.exact:.8f}, the exact energy{bars}"


def _vague(case: Case) -> Iterator[str]:
    """Null hypotheses that agree with the claim as well, within its error bar or tolerance.

    An error bar that was computed again is that of an honest measurement, however wide it is.
    """
    checked = any(check.name == ERROR_BAR for check in case.evidence.checks)
    if checked and case.scatter <= case.evidence.allowance:
        return
    found = case.exact if case.is_exact else case.evidence.energy
    assert found is not None
    for null in case.nulls:
        differs = abs(found - null.energy) > SAME
        if differs and abs(case.claim.energy - null.energy) <= case.allowed:
            reach = _mha(case.allowed)
            yield f"{null.name} agrees within {reach} as well, with {null.energy:.8f}"


def _plausible(case: Case) -> Iterator[str]:
    best = case.upper.lowest
    if case.exact is not None:
        above = case.claim.energy - case.exact
        yield f"{_mha(above)} above the exact energy: it may be that of an approximate state"
        return
    if best is not None:
        side = "below" if case.claim.energy <= best.energy else "above"
        distance = _mha(abs(best.energy - case.claim.energy))
        yield f"{distance} {side} the best upper bound of this machine ({best.method})"
    if case.lower is not None:
        above = case.claim.energy - case.lower.energy
        yield f"{_mha(above)} above the certified lower bound ({case.lower.conditions})"
    yield "nothing contradicts the energy, and nothing here gives it"


def _remarks(case: Case) -> Iterator[str]:
    yield from case.evidence.notes
    for check in case.evidence.checks:
        if check.status == "warn":
            yield f"{check.name}: {_values(check.value, check.expected)}{_more(check.detail)}"
    bar = case.claim.standard_error
    if bar is not None and bar > CHEMICAL_ACCURACY:
        yield f"a standard error of {_mha(bar)} is more than chemical accuracy, 1.6 mHa"
    if case.exact is not None and case.evidence.energy is not None and not case.is_exact:
        above = case.claim.energy - case.exact
        side = "above" if above > 0 else "below"
        yield f"the claimed energy lies {_mha(abs(above))} {side} the exact one"
    if case.is_exact and case.evidence.energy is not None and not case.agrees:
        yield "the claimed energy is the exact one all the same"
    for null in (*case.nulls, *case.evidence.nulls):
        if case.claim.energy >= null.energy - case.claim.tolerance:
            verb = "gives" if null.trials == 1 else "give"
            yield f"{null.name} {verb} {null.energy:.6f}, as low as the claim or lower"


def _values(value: object, expected: object) -> str:
    if expected is None:
        return _value(value)
    return f"{_value(value)}, not {_value(expected)}"


def _value(value: object) -> str:
    return f"{value:.8g}" if isinstance(value, float) else str(value)


def _more(detail: str) -> str:
    return f" ({detail})" if detail else ""


def _mha(hartree: float) -> str:
    """A positive energy difference, in mHa or, if large, in Hartree."""
    if abs(hartree) >= 1.0:
        return f"{hartree:.4g} Ha"
    return f"{HARTREE_IN_MILLIHARTREE * hartree:.4g} mHa"
