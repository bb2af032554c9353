"""T1, D1 and MP2 occupations against PySCF run by hand, Psi4, and what the papers found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pyscf import cc, gto, mp

from tests.problems import CH2, H2, H2O, H3, LIH, N2, pyscf_mean_field
from vqe_cli._core.resources import Memory
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.correlation.diagnostics import (
    ccsd_cost,
    ccsd_diagnostics,
    mp2_natural_occupations,
    refuse_large_ccsd,
)
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.chemistry.scf.scf_objects import semicanonical_scf
from vqe_cli.errors import ResourceLimitError
from vqe_cli.schema import MoleculeSpec

OZONE = {"geometry": {"zmatrix": "O\nO 1 1.2717\nO 1 1.2717 2 116.78"}, "basis": "cc-pvdz"}
NITROGEN = {"geometry": "N 0 0 0; N 0 0 1.0977", "basis": "cc-pvdz"}
CYANO = {"geometry": "C 0 0 0; N 0 0 1.175", "multiplicity": 2, "basis": "cc-pvdz"}


def field_of(molecule: Mapping[str, Any], **options: Any) -> MeanField:
    return mean_field_of(MoleculeSpec.model_validate({**molecule, **options}))


@pytest.mark.parametrize(("molecule", "core"), [(H2O, 1), (N2, 2), (LIH, 1)])
def test_closed_shells_against_pyscf(molecule: Mapping[str, Any], core: int) -> None:
    found = ccsd_diagnostics(field_of(molecule, basis="6-31g"))
    solver = cc.CCSD(pyscf_mean_field({**molecule, "basis": "6-31g"}), frozen=core)
    solver.conv_tol, solver.verbose = 1e-10, 0
    with threads_for(1):
        solver.kernel()
    assert found.t1 == pytest.approx(solver.get_t1_diagnostic(), abs=1e-6)
    assert found.d1 == pytest.approx(solver.get_d1_diagnostic(), abs=1e-6)
    assert found.energy == pytest.approx(solver.e_tot, abs=1e-7)


@pytest.mark.slow
def test_ozone_is_in_doubt_and_nitrogen_is_not() -> None:
    """Lee and Taylor drew the line at 0.02 for T1, Janssen and Nielsen at 0.05 for D1."""
    ozone, nitrogen = ccsd_diagnostics(field_of(OZONE)), ccsd_diagnostics(field_of(NITROGEN))
    assert ozone.t1 > 0.02 > nitrogen.t1
    assert ozone.d1 > 0.05 > nitrogen.d1


def test_semicanonical_orbitals_give_the_rohf_ccsd_energy_of_psi4() -> None:
    """The CN radical of Psi4's own test suite (sample cc8b): all electrons correlated."""
    field = field_of(CYANO)
    assert field.report.energy == pytest.approx(-92.195556606951840, abs=1e-8)
    with threads_for(1):
        solver = cc.UCCSD(semicanonical_scf(field, core=0))
        solver.verbose, solver.max_cycle = 0, 100
        solver.kernel()
    assert solver.e_corr == pytest.approx(-0.284922921400590, abs=1e-6)


def test_open_shells_against_spin_orbitals_that_were_not_rotated() -> None:
    """GCCSD over ROHF's own orbitals, whose Fock matrix is not diagonal, has them at once."""
    found = ccsd_diagnostics(field_of(CH2))
    general = pyscf_mean_field(CH2).to_ghf()
    spin = general.mo_coeff.orbspin
    solver = cc.GCCSD(general, frozen=[0, 1])
    solver.conv_tol, solver.verbose = 1e-10, 0
    with threads_for(1):
        solver.kernel()
    occupied = spin[general.mo_occ > 0][2:]
    empty = spin[general.mo_occ == 0]
    alpha = solver.t1[occupied == 0][:, empty == 0]
    beta = solver.t1[occupied == 1][:, empty == 1]
    # Two doubly and two singly occupied orbitals: the latter are the first empty ones of beta.
    blocks = [
        (alpha[:2] + beta[:, 2:]) / 2,
        beta[:, :2] / np.sqrt(2),
        alpha[2:] / np.sqrt(2),
    ]
    t1 = np.sqrt(sum(np.sum(block**2) for block in blocks) / 6)
    assert found.t1 == pytest.approx(t1, abs=1e-6)
    assert found.d1 == pytest.approx(max(np.linalg.norm(b, 2) for b in blocks), abs=1e-6)
    assert found.energy == pytest.approx(solver.e_tot, abs=1e-7)


@pytest.mark.parametrize(
    "molecule",
    [
        {"geometry": "H 0 0 0", "multiplicity": 2},
        {**H2, "multiplicity": 3},
        {"geometry": "He 0 0 0"},
        {"geometry": "Li 0 0 0", "multiplicity": 2, "basis": "6-31g"},
    ],
    ids=["h", "h2-triplet", "he", "li"],
)
def test_where_nothing_can_be_correlated_diagnostics_are_zero(molecule: Mapping[str, Any]) -> None:
    field = field_of(molecule)
    found = ccsd_diagnostics(field)
    assert (found.t1, found.d1) == (0.0, 0.0)
    assert found.energy == pytest.approx(field.report.energy, abs=1e-10)


def test_mp2_occupations_against_pyscf() -> None:
    molecule = {**N2, "basis": "6-31g"}
    density = mp.MP2(pyscf_mean_field(molecule), frozen=2).run(verbose=0).make_rdm1()
    found = mp2_natural_occupations(field_of(molecule))
    np.testing.assert_allclose(found, np.linalg.eigvalsh(density)[::-1], atol=1e-7)


@pytest.mark.parametrize("molecule", [CH2, H3, {**H2, "multiplicity": 3}])
def test_mp2_occupations_of_open_shells_are_those_of_electrons(
    molecule: Mapping[str, Any],
) -> None:
    field = field_of(molecule, basis="6-31g")
    found = mp2_natural_occupations(field)
    assert found.sum() == pytest.approx(field.mole.nelectron, abs=1e-9)
    assert found.max() <= 2 + 1e-9
    assert found.min() >= -1e-9


def test_open_shell_mp2_density_adds_up_over_what_is_far_apart() -> None:
    molecule = "O 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692"
    water = mp2_natural_occupations(field_of({"geometry": molecule}))
    radical = {"geometry": f"{molecule}\nH 0 0 90", "multiplicity": 2}
    together = mp2_natural_occupations(field_of(radical))
    np.testing.assert_allclose(together, np.sort([*water, 1.0])[::-1], atol=1e-6)


def test_ccsd_is_refused_by_its_numbers_before_it_begins() -> None:
    carbons = "; ".join(f"C {1.4 * k} 0 0" for k in range(20))
    mole = gto.M(atom=carbons, basis="cc-pvtz", verbose=0)
    with pytest.raises(ResourceLimitError, match="80 electrons in 580 orbitals needs"):
        refuse_large_ccsd(mole)
    small = field_of(H2O)
    with pytest.raises(ResourceLimitError, match="8 electrons in 6 orbitals takes about"):
        ccsd_diagnostics(small, most_operations=100.0)
    with pytest.raises(ResourceLimitError, match="are allowed"):
        ccsd_diagnostics(replace(small, memory=Memory(1000)))


def test_the_leading_term_of_the_cost_grows_as_it_should() -> None:
    """Twice the virtual orbitals take sixteen times the operations in the end."""
    small, large = (
        ccsd_cost(gto.M(atom="Ne 0 0 0", basis=basis, verbose=0))
        for basis in ("cc-pvqz", "cc-pv5z")
    )
    empty = [cost.orbitals - 4 for cost in (small, large)]
    expected = (empty[1] / empty[0]) ** 4
    assert large.operations / small.operations == pytest.approx(expected, rel=0.3)
    assert small.electrons == 8
