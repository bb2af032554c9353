"""Frozen natural orbitals against MP2 natural orbitals by hand, from PySCF's density."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import gto, mp, scf

from tests.problems import computed_problem, spec_of
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.problem import select_orbitals
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.parts import look_up_parts
from vqe_cli.schema import RunSpec

WATER = {"geometry": "O 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59", "basis": "6-31g**"}
HYDROXYL = {"geometry": "O 0 0 0\nH 0 0 0.97", "multiplicity": 2, "basis": "6-31g**"}
OCCUPIED = 5


def spec_for(molecule: dict[str, Any], **options: Any) -> RunSpec:
    return spec_of(molecule, active_space={"name": "fno", **options})


def selected(molecule: dict[str, Any], **options: Any) -> OrbitalSelection:
    spec = spec_for(molecule, **options)
    return select_orbitals(spec, look_up_parts(spec).active_space)


def by_hand() -> tuple[Any, Any]:
    """PySCF's MP2 of water with a frozen core, and its occupations of empty natural orbitals."""
    mole = gto.M(atom=WATER["geometry"], basis=WATER["basis"], verbose=0)
    solver = mp.MP2(scf.RHF(mole).run(conv_tol=1e-12), frozen=1).run()
    return solver, np.linalg.eigh(solver.make_rdm1()[OCCUPIED:, OCCUPIED:])


def energy_by_hand(solver: Any, natural: Any, count: int) -> float:
    """MP2 with the most occupied natural orbitals, made semicanonical."""
    mean_field = solver._scf
    empty = mean_field.mo_coeff[:, OCCUPIED:] @ natural[:, ::-1]
    fock = mean_field.get_fock()
    _, rotation = np.linalg.eigh(empty[:, :count].T @ fock @ empty[:, :count])
    kept = empty[:, :count] @ rotation
    orbitals = np.hstack([mean_field.mo_coeff[:, :OCCUPIED], kept, empty[:, count:]])
    other = mean_field.copy()
    other.mo_coeff = orbitals
    other.mo_energy = np.einsum("pi,pq,qi->i", orbitals, fock, orbitals)
    left_out = range(OCCUPIED + count, orbitals.shape[1])
    return float(mp.MP2(other, frozen=[0, *left_out]).run().e_corr)


def test_the_most_occupied_orbitals_are_active_and_mp2_corrects_for_the_others() -> None:
    solver, (occupations, natural) = by_hand()
    found = selected(WATER, virtuals=6)
    assert found.inactive == (0,)
    assert len(found.active) == 4 + 6
    assert found.criterion is not None
    values = np.sort(found.criterion.values[5:11])
    assert values.sum() == pytest.approx(occupations[-6:].sum(), abs=1e-6)
    expected = solver.e_corr - energy_by_hand(solver, natural, 6)
    assert found.mp2_correction == pytest.approx(expected, abs=1e-7)


def test_a_threshold_of_the_occupation_counts_them() -> None:
    _, (occupations, _) = by_hand()
    found = selected(WATER, threshold=5e-3)
    assert len(found.active) - 4 == int((occupations > 5e-3).sum())


def test_a_share_of_the_correlation_energy_needs_the_fewest_orbitals() -> None:
    solver, (_, natural) = by_hand()
    count = len(selected(WATER, share=0.8).active) - 4
    assert energy_by_hand(solver, natural, count) <= 0.8 * solver.e_corr
    assert energy_by_hand(solver, natural, count - 1) > 0.8 * solver.e_corr


@pytest.mark.parametrize("molecule", [WATER, HYDROXYL], ids=["closed", "open"])
def test_nothing_left_out_needs_no_correction(molecule: dict[str, Any]) -> None:
    assert selected(molecule, share=1.0).mp2_correction == pytest.approx(0.0, abs=1e-9)


def test_the_determinant_of_an_open_shell_is_kept_and_the_record_has_the_correction() -> None:
    problem = computed_problem(HYDROXYL, active_space={"name": "fno", "virtuals": 3})
    assert problem.scf is not None
    assert problem.hartree_fock_energy == pytest.approx(problem.scf.energy, abs=1e-8)
    assert problem.active_space is not None
    correction = problem.active_space.mp2_correction
    assert correction is not None
    assert -0.2 < correction < -0.01


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"virtuals": 100}, "19 empty|more than"),
        ({"virtuals": 20}, "there are 19 empty orbitals, not 20"),
        ({"threshold": 0.5}, "no empty natural orbital"),
        ({"virtuals": 3, "share": 0.5}, "exclude each other"),
        ({"share": 1.5}, "share"),
    ],
)
def test_impossible_choices_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises((InputError, ResourceLimitError), match=message):
        selected(WATER, **options)
