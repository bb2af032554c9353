"""Checks of excited states: accuracy of each, spin, and exact states that were missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vqe_cli._core.units import (
    CHEMICAL_ACCURACY_MHA,
    HARTREE_IN_EV,
    HARTREE_IN_MILLIHARTREE,
)
from vqe_cli._core.wording import counted
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.schema.run_spec import StatesSpec
from vqe_cli.schema.severity import or_warn
from vqe_cli.schema.state_records import StateRecord
from vqe_cli.variational.spins import irrep_of, multiplicity_of, spin_squared
from vqe_cli.variational.state_matching import DEGENERATE, MATCHES_FROM, Comparison
from vqe_cli.variational.state_methods import FoundState

STRENGTH_TOLERANCE = 0.01
"""Largest error of an oscillator strength: a weak band is some hundredths strong."""

MOST_MIXED = 0.01
"""Largest weight of other states that errors of measurements may mix into a state."""

MOST_NAMED = 5
"""Largest number of missed states that are named one by one."""


def state_checks(
    problem: ElectronicProblem,
    spec: StatesSpec,
    records: Sequence[StateRecord],
    comparison: Comparison,
) -> Iterator[Check]:
    """The checks of a run's states, all of severity warning.

    Args:
        problem: The electronic problem.
        spec: The states that were asked for.
        records: The states.
        comparison: The exact states.
    """
    yield from _number(spec, records)
    yield from _spins(records)
    yield from _lowest(records)
    if comparison.missing is not None:
        yield Check(
            name="states-accuracy",
            status="warn" if comparison.failed else "skip",
            hard=False,
            detail=f"no exact states: {comparison.missing}",
        )
        return
    for place, record in enumerate(records):
        yield _accuracy(place, record)
    yield from _intensities(records)
    yield from _missed(problem, spec, records, comparison)


def _number(spec: StatesSpec, records: Sequence[StateRecord]) -> Iterator[Check]:
    """Whether there are as many states as asked for."""
    if len(records) < spec.number:
        wanted = counted(spec.number, "state")
        yield doubt(
            "states-number",
            f"the method has only {len(records)} of {wanted} of these electrons and this spin",
        )


def search_checks(states: Sequence[FoundState]) -> Iterator[Check]:
    """The check that every search for a state converged.

    Args:
        states: The states.
    """
    ended = [str(place) for place, one in enumerate(states) if not one.converged]
    if ended:
        yield doubt(
            "states-converged",
            f"the search did not converge: state {', '.join(ended)}; raise states.method.maxiter",
        )


def noise_checks(states: Sequence[FoundState]) -> Iterator[Check]:
    """The check that errors of measurements mix no state with others.

    Args:
        states: The states.
    """
    mixed = [str(place) for place, one in enumerate(states) if one.admixture > MOST_MIXED]
    if mixed:
        yield doubt(
            "states-noise",
            "errors of measurements mix this state with others nearby, and its error bar is too"
            f" small: state {', '.join(mixed)}; take more shots",
            value=max(one.admixture for one in states),
            expected=0.0,
            tolerance=MOST_MIXED,
        )


def _spins(records: Sequence[StateRecord]) -> Iterator[Check]:
    """Whether every state has one spin."""
    mixed = [str(place) for place, one in enumerate(records) if one.multiplicity is None]
    if mixed:
        yield doubt("states-spin", f"S² is not that of one spin: state {', '.join(mixed)}")


def _lowest(records: Sequence[StateRecord]) -> Iterator[Check]:
    """Whether the state of the run is the lowest one of its spin."""
    first, *others = records
    below = [one.energy for one in others if one.multiplicity == first.multiplicity]
    lower = HARTREE_IN_MILLIHARTREE * (first.energy - min(below, default=first.energy))
    if lower > CHEMICAL_ACCURACY_MHA:
        yield doubt(
            "states-lowest",
            "how much lower, in mHa, a state of the same spin lies: the run has found an excited"
            " state; another ansatz or another start may find the ground state",
            value=lower,
            expected=0.0,
            tolerance=CHEMICAL_ACCURACY_MHA,
        )


def _accuracy(place: int, record: StateRecord) -> Check:
    """Whether a state has the energy of the exact state that it overlaps with."""
    name = f"state-{place}"
    if record.error_mha is None:
        return doubt(
            name,
            "overlaps with no exact state",
            value=record.reference_overlap,
            expected=1.0,
            tolerance=1.0 - MATCHES_FROM,
        )
    error = abs(record.error_mha)
    return Check(
        name=name,
        status=or_warn(error <= CHEMICAL_ACCURACY_MHA),
        hard=False,
        value=error,
        expected=0.0,
        tolerance=CHEMICAL_ACCURACY_MHA,
        detail=f"|error| in mHa against the exact state of squared overlap"
        f" {record.reference_overlap:.3f}{_bar(record)}",
    )


def _bar(record: StateRecord) -> str:
    """The error bar of a measured state."""
    if record.standard_error is None:
        return ""
    return f", ± {HARTREE_IN_MILLIHARTREE * record.standard_error:.2g}"


def _intensities(records: Sequence[StateRecord]) -> Iterator[Check]:
    """Whether oscillator strengths are those of the exact states."""
    errors = [
        abs(one.oscillator_strength - one.reference_oscillator_strength)
        for one in records
        if one.oscillator_strength is not None and one.reference_oscillator_strength is not None
    ]
    if errors:
        yield Check(
            name="states-intensities",
            status=or_warn(max(errors) <= STRENGTH_TOLERANCE),
            hard=False,
            value=max(errors),
            expected=0.0,
            tolerance=STRENGTH_TOLERANCE,
            detail="largest difference of an oscillator strength from the exact one",
        )


def _missed(
    problem: ElectronicProblem,
    spec: StatesSpec,
    records: Sequence[StateRecord],
    comparison: Comparison,
) -> Iterator[Check]:
    """Whether exact states lie below the highest excited state without being among the states."""
    found = [match.root for match in comparison.of_states]
    known = {root for root in found if root is not None}
    excited = [root for root in found[1:] if root is not None]
    if not known:
        return
    highest = comparison.roots[max(excited or known)].energy
    first = comparison.root_of(0) or records[0]
    missed = []
    for place, root in enumerate(comparison.roots):
        if place in known or root.energy >= highest - DEGENERATE:
            continue
        spin = multiplicity_of(spin_squared(problem, root.vector))
        if spec.multiplicity in (None, spin):
            irrep = irrep_of(problem, root.vector)
            above = HARTREE_IN_EV * (root.energy - first.energy)
            missed.append(f"{above:.3f} eV (2S+1 = {spin}{f', {irrep}' if irrep else ''})")
    yield Check(
        name="states-missed",
        status=or_warn(not missed),
        hard=False,
        value=float(len(missed)),
        expected=0.0,
        detail=_named(missed),
    )


def _named(missed: Sequence[str]) -> str:
    if not missed:
        return "no exact state between the first and the last is missing"
    more = f" and {len(missed) - MOST_NAMED} more" if len(missed) > MOST_NAMED else ""
    return f"exact states that were missed: {', '.join(missed[:MOST_NAMED])}{more}"
