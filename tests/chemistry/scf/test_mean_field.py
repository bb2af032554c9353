"""Hartree-Fock against PySCF run by hand, its fallbacks, and what it does at saddle points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from pyscf import gto, scf

from tests.families import slow, slow_but
from tests.problems import (
    CH2,
    H2,
    H2O,
    H3,
    LIH,
    N2,
    computed_problem,
    frontier,
    problem_of,
    pyscf_mean_field,
    spec_of,
)
from vqe_cli._core.resources import Memory
from vqe_cli.chemistry.correlation.diagnostics import ccsd_diagnostics
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.chemistry.molecule import build_molecule
from vqe_cli.chemistry.scf import hartree_fock, mean_field, mean_fields
from vqe_cli.chemistry.scf.mean_field import MeanField, solve_mean_field
from vqe_cli.chemistry.scf.mean_fields import MeanFields, mean_field_of
from vqe_cli.errors import NotConvergedError, ResourceLimitError
from vqe_cli.schema import MoleculeSpec, ScfSpec


@pytest.fixture(scope="module", autouse=True)
def each_mean_field_once() -> None:
    """Every test computes its own."""


NH = {"geometry": "N 0 0 0\nH 0 0 1.04", "multiplicity": 3}
O2 = {"geometry": "O 0 0 0\nO 0 0 1.21", "multiplicity": 3}
BH3_CATION = {
    "geometry": "B 0 0 0.10369114\nH 0 0 -1.13269886\nH 0 -0.37149 3.0\nH 0 0.37149 3.0",
    "charge": 1,
    "multiplicity": 2,
    "basis": "cc-pvdz",
}
HYDROGEN_FLUORIDE = {"geometry": {"zmatrix": "H\nF 1 0.917"}, "basis": "cc-pvdz"}
SILVER_HYDRIDE = {
    "geometry": "Ag 0 0 0\nH 0 0 1.617",
    "basis": {"Ag": "lanl2dz", "H": "6-31g"},
    "ecp": {"Ag": "lanl2dz"},
}


def solved(molecule: Mapping[str, Any], **scf: Any) -> MeanField:
    spec = spec_of(molecule).molecule
    assert spec is not None
    return solve_mean_field(build_molecule(with_coordinates(spec)), ScfSpec(**scf))


def lowest_by_pyscf(molecule: Mapping[str, Any]) -> float:
    """Follow internal instabilities with PySCF's own tools until the energy stays."""
    method = pyscf_mean_field(molecule)
    for _ in range(4):
        method = method.newton().run(method.stability()[0], method.mo_occ)
    return float(method.e_tot)


@pytest.mark.parametrize(
    "molecule",
    [H2, slow(LIH), slow(H2O), N2, H3, slow(CH2), NH, {**H2O, "charge": 1, "multiplicity": 2}],
    ids=["h2", "lih", "h2o", "n2", "h3", "ch2", "nh-triplet", "h2o-cation"],
)
def test_energy_is_that_of_pyscf(molecule: Mapping[str, Any]) -> None:
    report = solved(molecule).report
    assert report.energy == pytest.approx(pyscf_mean_field(molecule).e_tot, abs=1e-9)
    assert report.converged
    assert report.steps == ("DIIS",)
    assert report.method == ("RHF" if molecule.get("multiplicity", 1) == 1 else "ROHF")


@pytest.mark.parametrize(
    ("molecule", "energy"),
    [(HYDROGEN_FLUORIDE, -100.01941126902270), slow(BH3_CATION, -25.943614318546)],
    ids=["hf", "bh3-cation"],
)
def test_energy_is_the_published_one(molecule: Mapping[str, Any], energy: float) -> None:
    """CFOUR's and Psi4's, from QCEngine's `standard_suite_ref.py`."""
    assert solved(molecule).report.energy == pytest.approx(energy, abs=2e-9)


def test_effective_core_potential_is_used() -> None:
    field = solved(SILVER_HYDRIDE)
    expected = pyscf_mean_field(SILVER_HYDRIDE)
    assert field.report.energy == pytest.approx(expected.e_tot, abs=1e-9)
    assert field.mole.nelectron == 47 - 28 + 1
    assert field.mo_occ.sum() == 20


@pytest.mark.parametrize("molecule", [H2O, CH2, slow(O2)], ids=["h2o", "ch2", "o2"])
def test_orbitals_are_orthonormal_and_ordered_by_occupation_then_energy(
    molecule: Mapping[str, Any],
) -> None:
    field = solved(molecule)
    overlap = field.mo_coeff.T @ field.mole.intor("int1e_ovlp") @ field.mo_coeff
    np.testing.assert_allclose(overlap, np.eye(field.num_orbitals), atol=1e-10)
    assert (np.diff(field.mo_occ) <= 0).all()
    for occupation in (2, 1, 0):
        assert (np.diff(field.mo_energy[field.mo_occ == occupation]) >= -1e-12).all()
    assert int(field.mo_occ.sum()) == field.mole.nelectron


@pytest.mark.parametrize("molecule", [slow(LIH), N2, CH2], ids=["lih", "n2", "ch2"])
def test_equal_inputs_give_identical_orbitals(molecule: Mapping[str, Any]) -> None:
    first, second = solved(molecule), solved(molecule)
    assert first.mo_coeff.tobytes() == second.mo_coeff.tobytes()
    assert first.report.energy == second.report.energy


def test_occupied_irreps_of_water_are_those_of_the_textbook() -> None:
    field = solved(H2O)
    assert field.orbsym is not None
    assert field.point_group == field.full_point_group == "C2v"
    names = dict(zip(field.mole.irrep_id, field.mole.irrep_name, strict=True))
    occupied = [names[irrep] for irrep in field.orbsym[:5]]
    assert sorted(occupied) == ["A1", "A1", "A1", "B1", "B2"]


def test_linear_molecules_use_an_abelian_subgroup() -> None:
    field = solved(N2)
    assert field.orbsym is not None
    assert (field.point_group, field.full_point_group) == ("D2h", "Dooh")
    names = dict(zip(field.mole.irrep_id, field.mole.irrep_name, strict=True))
    occupied = sorted(names[irrep] for irrep in field.orbsym[:7])
    assert occupied == ["Ag", "Ag", "Ag", "B1u", "B1u", "B2u", "B3u"]


def test_without_symmetry_the_energy_is_the_same() -> None:
    with_symmetry, without = solved(H2O), solved({**H2O, "symmetry": False})
    assert without.orbsym is None
    assert without.point_group is None
    assert without.report.energy == pytest.approx(with_symmetry.report.energy, abs=1e-10)


@pytest.mark.parametrize(
    ("cycles", "last_step"),
    [(4, "damping 0.5 and level shift 0.5, then DIIS"), (3, "second order")],
)
@pytest.mark.parametrize("molecule", [slow(H2O), LIH], ids=["h2o", "lih"])
def test_ladder_is_climbed_when_diis_fails_and_every_step_recorded(
    monkeypatch: pytest.MonkeyPatch, molecule: Mapping[str, Any], cycles: int, last_step: str
) -> None:
    monkeypatch.setattr(hartree_fock, "MAX_CYCLES", cycles)
    report = solved(molecule).report
    assert report.steps[0] == "DIIS: not converged"
    assert report.steps[-1] == last_step
    assert report.converged
    assert report.stable
    assert report.energy == pytest.approx(pyscf_mean_field(molecule).e_tot, abs=1e-8)


def test_no_convergence_is_an_error_that_names_what_was_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hartree_fock, "MAX_CYCLES", 1)
    with pytest.raises(NotConvergedError, match=r"DIIS.*damping.*second order") as caught:
        solved(H2O)
    assert caught.value.exit_code == 4
    assert caught.value.hint


C2 = {"geometry": "C 0 0 0\nC 0 0 1.25"}
SQUARE_H4 = {"geometry": "H 0 0 0\nH 0 1.23 0\nH 1.23 0 0\nH 1.23 1.23 0"}


@pytest.mark.parametrize(
    "molecule",
    [
        SQUARE_H4,
        slow({**C2, "basis": "6-31g"}),
        C2,
        slow({"geometry": "N 0 0 0\nN 0 0 2.5"}),
        slow({"geometry": "B 0 0 0\nB 0 0 1.6", "multiplicity": 3}),
        O2,
    ],
    ids=["square-h4", "c2-6-31g", "c2-sto-3g", "n2-stretched", "b2-triplet", "o2-triplet"],
)
def test_saddle_points_are_left_for_the_minimum_that_pyscf_finds(
    molecule: Mapping[str, Any],
) -> None:
    field = solved(molecule, symmetry="break", guesses="one")
    assert any("left a saddle point" in step for step in field.report.steps)
    assert field.report.energy == pytest.approx(lowest_by_pyscf(molecule), abs=1e-6)
    assert field.report.stable
    overlap = field.mo_coeff.T @ field.mole.intor("int1e_ovlp") @ field.mo_coeff
    np.testing.assert_allclose(overlap, np.eye(field.num_orbitals), atol=1e-10)


def test_orbitals_that_break_the_symmetry_carry_no_irreps() -> None:
    field = solved(SQUARE_H4, symmetry="break")
    assert field.orbsym is None


@pytest.mark.slow
def test_minimum_of_an_atom_with_open_d_shell_is_called_stable() -> None:
    """No rotation lowers this energy, though PySCF's approximate ROHF Hessian says so."""
    report = solved({"geometry": "Cr 0 0 0", "multiplicity": 7}, symmetry="break").report
    assert report.energy == pytest.approx(-1032.20923534, abs=1e-6)
    assert report.stable
    assert not any("-0.000" in step or " 0.000 mHa" in step for step in report.steps)


@pytest.mark.parametrize(("distance", "stable"), [(0.735, True), (2.5, False)])
def test_external_stability_of_hydrogen_ends_when_it_is_stretched(
    distance: float, stable: bool
) -> None:
    report = solved({"geometry": f"H 0 0 0\nH 0 0 {distance}"}).report
    assert report.stable
    assert report.externally_stable is stable


def test_external_stability_is_not_asked_of_open_shells() -> None:
    report = solved(H3).report
    assert report.stable
    assert report.externally_stable is None


def test_a_mean_field_is_computed_once_where_it_is_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solved = []
    monkeypatch.setattr(
        mean_fields,
        "solve_mean_field",
        lambda mole, *rest: solved.append(mole) or solve_mean_field(mole, *rest),
    )
    data = (H2, {**H2, "name": "again"}, {**H2, "basis": "6-31g"})
    first, named, other = (MoleculeSpec.model_validate(molecule) for molecule in data)
    fields = MeanFields()
    field = fields.of(first)
    assert fields.of(named).mo_coeff is field.mo_coeff
    fields.of(other)
    assert len(solved) == 2
    mean_field_of(first)
    assert len(solved) == 3


def test_a_mean_field_is_known_to_all_that_share_it() -> None:
    spec = spec_of(H2).molecule
    assert spec is not None
    fields = MeanFields()
    heard = fields.heard_by(lambda *_: None)
    assert fields.of(spec).mo_coeff is heard.of(spec).mo_coeff


def test_a_remembered_mean_field_is_still_checked() -> None:
    def refuse(mole: Any) -> None:
        raise ResourceLimitError(f"{mole.nao} are too many")

    spec = spec_of(H2).molecule
    assert spec is not None
    fields = MeanFields()
    fields.of(spec)
    with pytest.raises(ResourceLimitError, match="2 are too many"):
        fields.of(spec, refuse)


def test_a_remembered_mean_field_has_the_memory_of_who_asks_for_it() -> None:
    spec = spec_of(H2).molecule
    assert spec is not None
    fields = MeanFields()
    assert fields.of(spec, memory=Memory(10**9)).memory == Memory(10**9)
    assert fields.of(spec).memory == Memory()


def test_a_geometry_that_is_almost_symmetric_is_computed_without_symmetry() -> None:
    """Hydrazine as MMFF94 leaves it: PySCF 2.14 finds C2 and then raises an IndexError."""
    geometry = """
        N -0.67041959 -0.02003133 -0.26327679
        N 0.67041948 0.02003324 0.26327279
        H -1.17505429 -0.84481689 0.08015019
        H -1.22230759 0.77517588 0.07721904
        H 1.22230629 -0.77517875 -0.07721215
        H 1.17505570 0.84481785 -0.08015308
    """
    field = mean_field_of(MoleculeSpec.model_validate({"geometry": geometry}))
    plain = gto.M(atom=geometry, verbose=0)
    assert field.report.energy == pytest.approx(scf.RHF(plain).kernel(), abs=1e-8)


@pytest.mark.parametrize("seed", slow_but((0, 1), range(6)))
def test_a_geometry_that_is_symmetric_only_just_is_no_error(seed: int) -> None:
    """PySCF's search loses its way for benzene where atoms are off by some microångström."""
    generator = np.random.default_rng(seed)
    corners = [
        (np.pi * k / 3, symbol, r) for k in range(6) for symbol, r in (("C", 1.395), ("H", 2.48))
    ]
    lines = []
    for angle, symbol, radius in corners:
        place = radius * np.array([np.cos(angle), np.sin(angle), 0.0])
        x, y, z = place + generator.normal(0.0, 3e-6, 3)
        lines.append(f"{symbol} {x:.8f} {y:.8f} {z:.8f}")
    molecule = MoleculeSpec.model_validate({"geometry": {"cartesian": "\n".join(lines)}})
    mole = build_molecule(with_coordinates(molecule))
    plain = gto.M(atom=lines, verbose=0)
    assert mole.energy_nuc() == pytest.approx(plain.energy_nuc(), abs=1e-9)
    assert mole.nao == plain.nao


@pytest.mark.parametrize("molecule", [H2O, slow(CH2)], ids=["closed", "open"])
def test_integrals_that_were_not_kept_are_computed_again(
    molecule: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = MoleculeSpec.model_validate(dict(molecule))
    kept = problem_of(molecule, active_space=frontier(4, 4)), ccsd_diagnostics(mean_field_of(spec))
    assert mean_field_of(spec).eri is not None
    monkeypatch.setattr(mean_field, "KEPT_INTEGRALS_BYTES", 0)
    assert mean_field_of(spec).eri is None
    again = (
        computed_problem(molecule, active_space=frontier(4, 4)),
        ccsd_diagnostics(mean_field_of(spec)),
    )
    np.testing.assert_allclose(again[0].h1, kept[0].h1, atol=1e-9)
    np.testing.assert_allclose(again[0].h2, kept[0].h2, atol=1e-9)
    assert again[0].core_energy == pytest.approx(kept[0].core_energy, abs=1e-9)
    assert again[1].t1 == pytest.approx(kept[1].t1, abs=1e-6)
