"""MP2 and CCSD(T) of all electrons but the cores', against PySCF."""

from __future__ import annotations

from typing import Any

import pytest

from tests.problems import H2, H2O, pyscf_mean_field, spec_of
from vqe_cli.chemistry.correlation.all_electrons import ccsd_t, ccsd_t_operations, mp2_energy
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.errors import ResourceLimitError

NITROGEN = {"geometry": "N 0 0 0", "multiplicity": 4, "basis": "6-31g"}


def field_of(molecule: dict[str, Any]) -> MeanField:
    spec = spec_of(molecule).molecule
    assert spec is not None
    return mean_field_of(spec)


def test_water_with_its_core_frozen() -> None:
    from pyscf import cc, mp

    water = {**H2O, "basis": "6-31g"}
    field, theirs = field_of(water), pyscf_mean_field(water)
    assert mp2_energy(field) == pytest.approx(mp.MP2(theirs, frozen=1).run().e_tot, abs=1e-8)
    solver = cc.CCSD(theirs, frozen=1).run(conv_tol=1e-9)
    found = ccsd_t(field)
    assert found.energy == pytest.approx(solver.e_tot + solver.ccsd_t(), abs=1e-7)
    assert found.t1 == pytest.approx(cc.ccsd.CCSD.get_t1_diagnostic(solver), abs=1e-6)


def test_a_radical_atom() -> None:
    """Nitrogen's ROHF orbitals are those of UHF but for spin polarisation of 1s and 2s."""
    from pyscf import cc

    solver = cc.UCCSD(pyscf_mean_field(NITROGEN).to_uhf(), frozen=1).run(conv_tol=1e-9)
    expected = solver.e_tot + solver.ccsd_t()
    assert ccsd_t(field_of(NITROGEN)).energy == pytest.approx(expected, abs=1e-5)


def test_two_electrons_are_exact() -> None:
    """FCI of H2 in STO-3G by PySCF."""
    assert ccsd_t(field_of(dict(H2))).energy == pytest.approx(-1.137306, abs=1e-6)


@pytest.mark.parametrize("molecule", ["Li 0 0 0", "H 0 0 0"], ids=["lithium", "hydrogen"])
def test_one_electron_outside_the_core_has_no_correlation(molecule: str) -> None:
    field = field_of({"geometry": molecule, "multiplicity": 2})
    assert mp2_energy(field) == ccsd_t(field).energy == field.report.energy


def test_what_is_too_expensive_is_refused_with_its_cost() -> None:
    field = field_of(dict(H2O))
    cost = ccsd_t_operations(field.mole)
    assert ccsd_t(field, most_operations=cost).t1 > 0
    with pytest.raises(ResourceLimitError, match="floating-point operations"):
        ccsd_t(field, most_operations=cost / 1.01)
