"""Exchanges of the characters of states: two levels that avoid one another."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from vqe_cli.fermions.state_overlaps import StateVectors
from vqe_cli.scan.exchanges import exchanges_of, with_followed
from vqe_cli.scan.records import ScanPoint
from vqe_cli.schema.state_records import StateRecord

pytestmark = pytest.mark.quick

COUPLING = 0.1
"""The coupling of both levels, Hartree; their energies without it are -x and x."""

NAMES = ("1 singlet A1", "2 singlet A1")


def angle(x: float) -> float:
    """The mixing angle of the lower state, from the first level at large x to the second one."""
    return 0.5 * math.atan2(COUPLING, x)


def state(energy: float) -> StateRecord:
    return StateRecord(
        energy=energy,
        excitation_ev=0.0,
        s_squared=0.0,
        multiplicity=1,
        irrep="A1",
        degeneracy=1,
        oscillator_strength=None,
        transition_dipole=None,
        natural_transition_weights=(),
        single_excitation_share=None,
        transition=None,
        reference_energy=None,
        reference_overlap=None,
        reference_oscillator_strength=None,
        error_mha=None,
    )


def curve(values: Sequence[float]) -> tuple[ScanPoint, ...]:
    """Both states ±√(x² + V²) at several points."""
    energies = [math.hypot(x, COUPLING) for x in values]
    return tuple(
        ScanPoint(value=x, energy=-e, states=dict(zip(NAMES, (state(-e), state(e)), strict=True)))
        for x, e in zip(values, energies, strict=True)
    )


def vectors(point: ScanPoint) -> StateVectors:
    """The states as an electron in two orbitals."""
    cosine, sine = math.cos(angle(point.value)), math.sin(angle(point.value))
    lower, upper = np.array([[cosine], [sine]]), np.array([[-sine], [cosine]])
    return StateVectors(np.eye(2), (1, 0), (lower, upper))


@pytest.mark.parametrize("values", [(-1.0, -0.5, 0.45, 1.0), (-0.5, -0.3, -0.1, 0.15, 0.3, 0.5)])
def test_followed_curves_cross_where_characters_are_exchanged(values: Sequence[float]) -> None:
    points = curve(values)
    (found,) = exchanges_of(points, vectors)
    before, after = found.record(points).between
    expected = math.sin(angle(after) - angle(before)) ** 2
    assert found.overlaps == pytest.approx((expected, expected), abs=1e-12)
    assert before < 0.0 < after
    followed = with_followed(points, [found])
    for point in followed:
        first = point.beside["1 singlet A1, followed"].energy
        assert first is not None
        assert first == pytest.approx(math.copysign(math.hypot(point.value, COUPLING), point.value))


def test_states_that_keep_their_characters_are_not_exchanged() -> None:
    assert not exchanges_of(curve((0.1, 0.5, 1.0)), vectors)


def test_states_of_several_irreps_exchange_nothing() -> None:
    """As those of a Π state do in geometries that are turned by 90 degrees."""
    names = ("1 singlet B1", "1 singlet B2")
    points = [
        one.model_copy(update={"states": dict(zip(names, one.states.values(), strict=True))})
        for one in curve((-1.0, 1.0))
    ]
    assert not exchanges_of(points, vectors)


def test_a_point_without_vectors_is_passed_over() -> None:
    points = curve((-1.0, -0.5, 0.0, 0.5))
    known = {point.value: vectors(point) for point in points if point.value}
    (found,) = exchanges_of(points, lambda point: known.get(point.value))
    assert found.record(points).between == (-0.5, 0.5)
