"""What drifted and probably why, in words that the figures carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vqe_cli._core.energy_units import Units, units_of
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.replay.differences import CODE, PARAMETERS
from vqe_cli.replay.records import Change, Contributions, Kind, ReplayedValue
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.severity import ROUND_OFF, SIGMAS

SINGLE = 1e-5
"""Smallest difference of neighbouring orbital energies of orbitals that are unique, Hartree."""

_MACHINE: tuple[Kind, ...] = ("version", "package", "platform", "threads")
_ORBITALS: tuple[Kind, ...] = ("structure", "mean-field", "orbitals")


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a replay found; for a model, one mHa stands for a thousandth of its unit.

    Args:
        recorded: The recorded run.
        drift_mha: Energy now minus recorded energy, mHa; None if it was not computed again.
        tolerance_mha: The largest drift that counts as the same, mHa.
        compared_energy: The recorded energy that is compared, Hartree; None if there is none.
        at_parameters: Exact energy at the recorded parameters, Hartree; None if unknown.
        on_recorded_integrals: Whether `at_parameters` is that of recorded integrals.
        contributions: The drift in parts; None without recorded integrals.
        changes: What differs.
        values: What the run gives beside its energy.
        on_device: Whether the recorded energy was measured on a device.
    """

    recorded: RunRecord
    drift_mha: float | None
    tolerance_mha: float
    compared_energy: float | None
    at_parameters: float | None
    on_recorded_integrals: bool
    contributions: Contributions | None
    changes: tuple[Change, ...]
    values: tuple[ReplayedValue, ...]
    on_device: bool

    @property
    def units(self) -> Units:
        """The units in which energies and their differences are told."""
        return units_of(self.recorded.problem.unit)

    @property
    def drifted(self) -> bool:
        """Whether the energy drifted beyond round-off or its error bar."""
        return self.drift_mha is not None and not abs(self.drift_mha) <= self.tolerance_mha

    def of(self, kinds: Sequence[Kind]) -> tuple[Change, ...]:
        """The changes of some kinds.

        Args:
            kinds: The kinds.
        """
        return tuple(one for one in self.changes if one.kind in kinds)

    @property
    def gap_mha(self) -> float | None:
        """Energy at the recorded parameters minus recorded energy, mHa; None if not comparable.

        Energies with noise are not those of their parameters.
        """
        recorded = self.recorded
        noisy = any(check.name == "noise-free" for check in recorded.checks)
        if self.at_parameters is None or self.compared_energy is None:
            return None
        if noisy and not self.on_device:
            return None
        return HARTREE_IN_MILLIHARTREE * (self.at_parameters - self.compared_energy)

    @property
    def gap_tolerance_mha(self) -> float:
        """The largest such difference that counts as none, mHa."""
        error = None if self.on_device else self.recorded.result.standard_error
        allowed = ROUND_OFF * max(1.0, abs(self.compared_energy or 0.0))
        return HARTREE_IN_MILLIHARTREE * (allowed if error is None else SIGMAS * error)


def wrong_parameters(evidence: Evidence) -> tuple[str, ...]:
    """The contradiction between the recorded energy and the recorded parameters, if there is one.

    In the recorded integrals, and in orbitals that are unique and have not changed, the energy at
    the parameters is the recorded energy.

    Args:
        evidence: What the replay found.
    """
    if not evidence.on_recorded_integrals and not _orbitals_are_known(evidence):
        return ()
    for one in evidence.changes:
        if one.kind == "optimiser-path" and one.name == PARAMETERS:
            return (
                f"the record has {one.recorded} parameters, its ansatz {one.now}: one of them was"
                " changed, or this version builds the ansatz otherwise",
            )
    gap = evidence.gap_mha
    if gap is None or abs(gap) <= evidence.gap_tolerance_mha:
        return ()
    return (
        f"the recorded parameters give {evidence.at_parameters:.10f} {evidence.units.energy},"
        f" {evidence.units.difference(gap)} from the recorded energy: one of them"
        " was changed, or this version orders the ansatz otherwise",
    )


def _orbitals_are_known(evidence: Evidence) -> bool:
    """Whether today's orbitals are certainly those of the record."""
    space = evidence.recorded.problem.active_space
    if evidence.recorded.problem.kind == "qubit":
        return True
    if space is None or evidence.of(_ORBITALS) or evidence.recorded.result.orbital_optimisation:
        return False
    energies = sorted(one.energy for one in space.orbitals)
    return all(higher - lower > SINGLE for lower, higher in pairwise(energies))


def explanation(evidence: Evidence, contradictions: Sequence[str]) -> str:
    """What drifted and probably why.

    Args:
        evidence: What the replay found.
        contradictions: What in the file contradicts the rest.
    """
    return " ".join(_sentences(evidence, contradictions))


def _sentences(evidence: Evidence, contradictions: Sequence[str]) -> Iterator[str]:
    if contradictions:
        number = len(contradictions)
        yield (
            "The file was changed after it was written: "
            + ("one contradiction." if number == 1 else f"{number} contradictions.")
        )
    drift = evidence.drift_mha
    if drift is None:
        yield "The recorded energy was measured on a device, and is not computed again."
    elif evidence.drifted:
        yield f"The energy drifted by {evidence.units.difference(drift)}."
        yield from _causes(evidence)
    elif evidence.recorded.result.standard_error is not None and not evidence.on_device:
        yield from _sampled(evidence, drift)
    else:
        yield "The energy is the same to round-off."
        yield from _of_other_orbitals(evidence)
    yield from _values(evidence)
    yield from _unexplained(evidence)


def _values(evidence: Evidence) -> Iterator[str]:
    """The sentence on values beside the energy that drifted, if the energy did not."""
    drifted = [one for one in evidence.values if one.drifted]
    if not drifted or evidence.drifted:
        return
    named = ", ".join(_value(one) for one in drifted[:3])
    more = f" and {len(drifted) - 3} more" if len(drifted) > 3 else ""
    yield f"Beside the energy drifted: {named}{more}{_because(evidence)}."


def _value(one: ReplayedValue) -> str:
    if one.drift is None:
        return f"{one.name}, {one.recorded} → {'nothing' if one.now is None else one.now}"
    return f"{one.name} by {one.drift:+.2g} {one.unit}".rstrip()


def _unexplained(evidence: Evidence) -> Iterator[str]:
    """The sentence on differences without a cause that is known."""
    drift = abs(evidence.drift_mha or 0.0)
    differs = drift > HARTREE_IN_MILLIHARTREE * ROUND_OFF or any(
        one.drifted for one in evidence.values
    )
    differs |= any(one.kind != "integrals" for one in evidence.changes)
    if evidence.of(_MACHINE) or not differs:
        return
    if evidence.recorded.provenance.get("source_sha256") is None:
        yield "The record does not tell which code of this version wrote it."
    else:
        yield (
            "With the same code, versions and machine hardly anything should differ: the file may"
            " have been changed by hand."
        )


def _of_other_orbitals(evidence: Evidence) -> Iterator[str]:
    """The sentence on parameters that belong to other orbitals than those of now."""
    gap = evidence.gap_mha
    if gap is None or evidence.on_recorded_integrals or _orbitals_are_known(evidence):
        return
    if abs(gap) > evidence.gap_tolerance_mha:
        yield (
            "The recorded parameters belong to other orbitals than those of now, such as rotated"
            f" degenerate ones: here their energy is {evidence.units.difference(gap)} away."
        )


def _sampled(evidence: Evidence, drift: float) -> Iterator[str]:
    if abs(drift) <= HARTREE_IN_MILLIHARTREE * ROUND_OFF:
        yield "The sampled energy is the same, shot by shot."
        return
    yield (
        f"The energy differs by {evidence.units.difference(drift)}, within its error bar of"
        f" {evidence.units.difference(evidence.tolerance_mha, '.4g')} (four standard errors)."
    )
    yield f"Other random numbers, or another path of the optimiser{_because(evidence)}."


def _causes(evidence: Evidence) -> Iterator[str]:
    """The sentences on the probable cause of a drift."""
    parts = evidence.contributions
    if parts is not None:
        yield _by_parts(evidence, parts)
        return
    scf = evidence.of(("mean-field",))
    gap = evidence.gap_mha
    if evidence.of(("structure",)):
        yield f"The coordinates made of the structure differ{_because(evidence)}."
    elif any(one.name == "energy" for one in scf):
        yield f"Probably the mean field: it has another energy now{_because(evidence)}."
    elif gap is not None and abs(gap) <= evidence.gap_tolerance_mha:
        yield (
            "The recorded parameters still give the recorded energy, so the optimiser took another"
            f" path{_because(evidence)}."
        )
    elif scf or evidence.of(("orbitals",)):
        yield f"Probably the orbitals, which differ{_because(evidence)}."
    elif gap is not None and abs(gap - (evidence.drift_mha or 0.0)) <= evidence.gap_tolerance_mha:
        yield "The recorded parameters give the energy of now: the recorded energy is not theirs."
    else:
        yield f"The mean field is the same; the optimiser took another path{_because(evidence)}."


def _by_parts(evidence: Evidence, parts: Contributions) -> str:
    """The largest part of the drift, and what it means."""
    integrals = [f"; integrals {one.detail}" for one in evidence.of(("integrals",))]
    named = (
        (parts.mean_field_mha, "".join(["the mean field", *integrals])),
        (parts.search_mha, "the optimiser, which ends elsewhere on the recorded integrals"),
        (
            parts.evaluation_mha,
            "the energy of the recorded parameters on the recorded integrals, which is another",
        ),
    )
    size, cause = max(named, key=lambda part: abs(part[0]))
    return f"Of it {evidence.units.difference(size)} come from {cause}{_because(evidence)}."


def _because(evidence: Evidence) -> str:
    return because(evidence.of(_MACHINE))


def because(changes: Sequence[Change]) -> str:
    """The versions and the machine that differ, as the end of a sentence.

    Args:
        changes: What differs of them.
    """
    found = [_told(one) for one in changes]
    if not found:
        return "; versions and machine are the same"
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    return f" ({', '.join(found[:4])}{more})"


def _told(one: Change) -> str:
    """A change of versions or machine; of checksums the beginning, unless commits are known."""
    if one.name != CODE:
        return f"{one.name} {one.recorded} → {one.now}"
    return f"{CODE}, {one.detail}" if one.detail else f"{CODE} {one.recorded:.8} → {one.now:.8}"
