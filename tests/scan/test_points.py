"""The choice between directions, refinement, and remarks."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

import vqe_cli
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.scan.computation import ComputedPoints
from vqe_cli.scan.coordinates.internal import read_internal
from vqe_cli.scan.coordinates.zmatrix_variable import read_variable
from vqe_cli.scan.curve import scan_record
from vqe_cli.scan.plan import PlannedScan, plan_scan
from vqe_cli.scan.refinement import refinement
from vqe_cli.screening.model import Failure, PropertyResult


def scan_of(values: str) -> PlannedScan:
    spec = vqe_cli.spec_from_data({"molecule": {"geometry": "H 0 0 0; H 0 0 0.7"}})
    coordinate = read_internal("distance", f"1,2={values}", spec)
    return plan_scan(spec, coordinate, (), ("up", "down"))


def result(key: str, energy: float | None, **more: Any) -> PropertyResult:
    """A result as a child leaves it; a failure without an energy."""
    if energy is None:
        failure = Failure(kind="not-converged", message="it did not converge")
        return PropertyResult(key=key, property="point", failure=failure)
    record = {
        "unit": "Hartree",
        "energy": energy,
        "standard_error": None,
        "reference_energy": -1.0,
        "error_mha": 1000.0 * (energy + 1.0),
        "verdict": "pass",
        "failed_checks": [],
        "only_unconverged": False,
        "hartree_fock_energy": -0.9,
        "s_squared": 0.0,
        "evaluations": 1,
        "shots": 0,
        "active_space": (2, 2),
        "space_changes": None,
        "point_group": "Dooh",
        "mean_field": "lowest",
        "corrected": [],
        "states": [],
        "forces": None,
        "methods": {},
        "geometry": [],
        **more,
    }
    return PropertyResult(key=key, property="point", record=record)


def computed(scan: PlannedScan, energies: dict[tuple[str, float], Any]) -> ComputedPoints:
    points = [point for chain in scan.chains for point in chain]
    found = ComputedPoints(points)
    for point in points:
        given = energies.get((point.direction, point.value), -1.0)
        more = given if isinstance(given, dict) else {"energy": given}
        found.results[point.key] = result(point.key, **more)
    return found


def test_points_of_a_chain_start_from_the_one_before() -> None:
    up, down = scan_of("0.7,0.8,0.9").chains
    assert [point.value for point in up] == [0.7, 0.8, 0.9]
    assert [point.value for point in down] == [0.9, 0.8, 0.7]
    for chain in (up, down):
        assert [point.start for point in chain] == [None, *(one.key for one in chain[:-1])]
    assert len({point.key for chain in (up, down) for point in chain}) == 6


def test_the_lower_of_two_directions_is_kept_and_told() -> None:
    scan = scan_of("0.7,0.8")
    record = scan_record(scan, computed(scan, {("up", 0.8): -0.99, ("down", 0.7): -0.995}))
    first, second = record.points
    assert (first.energy, first.direction) == (-1.0, "up")
    assert (second.energy, second.direction) == (-1.0, "down")
    assert first.differ
    assert "up and down differ at 0.7, 0.8 Å, by up to 10 mHa" in record.remarks[0]


def test_a_lower_energy_that_fails_its_checks_is_not_kept() -> None:
    scan = scan_of("0.7,0.8")
    failing = {"energy": -1.5, "verdict": "fail"}
    point = scan_record(scan, computed(scan, {("up", 0.7): failing})).points[0]
    assert (point.energy, point.direction) == (-1.0, "down")


def test_sampled_energies_that_agree_keep_the_first_direction() -> None:
    scan = scan_of("0.7,0.8")
    energies = {
        ("up", 0.7): {"energy": -1.0, "standard_error": 0.01},
        ("down", 0.7): {"energy": -1.02, "standard_error": 0.01},
        ("up", 0.8): {"energy": -1.0, "standard_error": 0.001},
        ("down", 0.8): {"energy": -1.02, "standard_error": 0.001},
    }
    first, second = scan_record(scan, computed(scan, energies)).points
    assert (first.direction, first.differ) == ("up", False)
    assert (second.direction, second.differ) == ("down", True)


def test_nonparallelity_is_the_largest_minus_the_smallest_error() -> None:
    scan = scan_of("0.7,0.8,0.9")
    energies = {(way, 0.8): -0.997 for way in ("up", "down")} | {("up", 0.9): None}
    energies |= {("down", 0.9): -1.001}
    record = scan_record(scan, computed(scan, energies))
    assert record.nonparallelity_error_mha == pytest.approx(4.0)
    assert record.statistics["vqe"].largest_error_mha == pytest.approx(3.0)
    assert record.statistics["vqe"].largest_at == 0.8


def test_a_point_that_fails_both_ways_is_told() -> None:
    scan = scan_of("0.7,0.8")
    record = scan_record(scan, computed(scan, {("up", 0.7): None, ("down", 0.7): None}))
    assert record.points[0].failure is not None
    assert record.points[0].failure.kind == "not-converged"
    assert any("1 point failed, at 0.7 Å" in remark for remark in record.remarks)


def test_a_direction_that_fails_is_told_where_the_other_one_has_an_energy() -> None:
    scan = scan_of("0.7,0.8")
    energies = {("up", 0.7): -1.0, ("up", 0.8): -1.1, ("down", 0.7): -1.0, ("down", 0.8): None}
    record = scan_record(scan, computed(scan, energies))
    assert record.points[1].energy == -1.1
    assert record.points[1].failed_directions["down"].message == "it did not converge"
    told = "down has no energy at 0.8 Å, and is not compared: it did not converge"
    assert told in record.remarks
    assert not record.points[0].failed_directions


def test_a_change_of_the_active_space_is_told_where_it_is() -> None:
    scan = scan_of("0.7,0.8,0.9")
    changes = {"energy": -1.0, "space_changes": "smallest overlap: the energy jumps"}
    record = scan_record(scan, computed(scan, {(way, 0.8): changes for way in ("up", "down")}))
    assert [point.space_changes is not None for point in record.points] == [False, True, False]
    assert record.remarks[0].startswith("the active space changes at 0.8 Å: smallest overlap")


def test_active_spaces_of_several_sizes_on_a_curve_are_told() -> None:
    scan = scan_of("0.7,0.8,0.9")
    larger = {"energy": -2.0, "active_space": (6, 6)}
    record = scan_record(scan, computed(scan, {("down", 0.9): larger}))
    assert [point.active_space for point in record.points] == [(2, 2), (2, 2), (6, 6)]
    assert any("(2e,2o) at 0.7, 0.8 Å; (6e,6o) at 0.9 Å" in remark for remark in record.remarks)
    same = scan_record(scan, computed(scan, {}))
    assert not any("sizes" in remark for remark in same.remarks)


def test_a_method_without_an_energy_says_why() -> None:
    scan = scan_of("0.7,0.8")
    scan = replace(scan, methods=(CLASSICAL_METHODS.create("ccsd"),))
    missing = {"ccsd": {"label": "CCSD", "energy": None, "reason": "did not converge"}}
    given = {(way, 0.8): {"energy": -1.0, "methods": missing} for way in ("up", "down")}
    record = scan_record(scan, computed(scan, given))
    assert "CCSD has no energy at 0.8 Å: did not converge" in record.remarks
    assert "ccsd" not in record.statistics


def test_intervals_at_a_bend_are_halved_until_the_number_is_reached() -> None:
    scan = scan_of("1,2,3,4,5")
    bent = {(way, 2): -1.2 for way in ("up", "down")}
    found = computed(scan, bent)
    chains = refinement(scan, 2)(found)
    assert [(chain[0].value, chain[0].direction) for chain in chains] == [
        (1.5, "up"), (1.5, "down"), (2.5, "up"), (2.5, "down"),
    ]  # fmt: skip
    keys = {(point.direction, point.value): point.key for point in found.points}
    assert chains[0][0].start == keys["up", 1]
    assert chains[1][0].start == keys["down", 2]
    for (point,) in chains:
        found.points.append(point)
        found.results[point.key] = result(point.key, -1.1)
    assert not refinement(scan, 2)(found)


def test_a_straight_curve_is_not_refined() -> None:
    scan = scan_of("1,2,3,4,5")
    assert not refinement(scan, 5)(computed(scan, {}))


def test_constants_of_a_z_matrix_in_bohr_are_those_of_the_distance() -> None:
    """A Morse curve: r_e and ω_e = a √(2 D / μ) by hand."""
    depth, width, length = 0.17, 1.03, 1.40  # Hartree, 1/bohr, bohr
    zmatrix = {"zmatrix": "H; H 1 R; R = 1.4"}
    spec = vqe_cli.spec_from_data({"molecule": {"geometry": zmatrix, "units": "bohr"}})
    scan = plan_scan(spec, read_variable("R=1.1:1.7:13", spec), (), ("alone",))
    found = ComputedPoints([point for chain in scan.chains for point in chain])
    for point in found.points:
        energy = depth * (1 - math.exp(-width * (point.value - length))) ** 2
        found.results[point.key] = result(point.key, energy)
    constants = scan_record(scan, found).constants
    assert constants is not None
    assert constants.r_e == pytest.approx(0.529177210903 * length, abs=1e-6)
    mass = 1822.888486209 * 1.00782503 / 2
    expected = 219474.6313632 * width * math.sqrt(2 * depth / mass)
    assert constants.omega_e == pytest.approx(expected, abs=0.05)


def state(energy: float, multiplicity: int, irrep: str | None) -> dict[str, Any]:
    return {
        "energy": energy,
        "excitation_ev": 0.0,
        "s_squared": 0.0,
        "multiplicity": multiplicity,
        "irrep": irrep,
        "degeneracy": 1,
        "oscillator_strength": None,
        "transition_dipole": None,
        "natural_transition_weights": [],
        "single_excitation_share": None,
        "transition": None,
        "reference_energy": energy - 0.001,
        "reference_overlap": 1.0,
        "reference_oscillator_strength": None,
        "error_mha": 1.0,
    }


def test_states_keep_their_names_where_others_cross_them() -> None:
    scan = scan_of("0.7,0.8")
    near = [state(-1.0, 1, "A1"), state(-0.9, 3, "B1"), state(-0.8, 1, "A1")]
    far = [state(-1.0, 1, "A1"), state(-0.85, 1, "A1"), state(-0.8, 3, "B1")]
    energies = {
        (way, value): {"energy": -1.0, "states": states}
        for way in ("up", "down")
        for value, states in ((0.7, near), (0.8, far))
    }
    record = scan_record(scan, computed(scan, energies))
    curves = {
        name: [point.states[name].energy for point in record.points]
        for name in record.points[0].states
    }
    assert curves == {
        "1 singlet A1": [-1.0, -1.0],
        "1 triplet B1": [-0.9, -0.8],
        "2 singlet A1": [-0.8, -0.85],
    }
    assert record.statistics["2 singlet A1"].largest_error_mha == pytest.approx(1.0)
    assert any("spin and irrep" in remark for remark in record.remarks)


def test_states_of_several_point_groups_have_no_irreps() -> None:
    scan = scan_of("0.7,0.8")
    energies = {
        (way, value): {"energy": -1.0, "states": [state(-1.0, 1, irrep)], "point_group": group}
        for way in ("up", "down")
        for value, irrep, group in ((0.7, "A1", "C2v"), (0.8, "Ag", "D2h"))
    }
    record = scan_record(scan, computed(scan, energies))
    assert [list(point.states) for point in record.points] == [["1 singlet"], ["1 singlet"]]
    assert any("point group changes" in remark for remark in record.remarks)


def test_checks_that_do_not_hold_are_named() -> None:
    scan = scan_of("0.7,0.8")
    doubtful = {"energy": -1.0, "verdict": "warn", "failed_checks": ["chemical-accuracy"]}
    energies = {("up", 0.7): doubtful, ("down", 0.7): doubtful}
    record = scan_record(scan, computed(scan, energies))
    assert "chemical-accuracy does not hold at 0.7 Å" in record.remarks


def test_a_continued_mean_field_is_told() -> None:
    scan = scan_of("0.7,0.8")
    energies = {
        ("up", 0.8): {"energy": -1.1, "mean_field": "continued"},
        ("down", 0.7): {"energy": -1.1, "mean_field": "changed"},
    }
    remarks = scan_record(scan, computed(scan, energies)).remarks
    assert any("at 0.8 Å Hartree-Fock is continued" in remark for remark in remarks)
    assert "Hartree-Fock changes to another state at 0.7 Å" in remarks
