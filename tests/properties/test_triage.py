"""Triage of molecules that are known to be well or badly described by one determinant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.families import slow
from tests.problems import CH2, H2O, H3, N2, frontier, pyscf_mean_field
from tests.screening.cases import case_of, compute
from vqe_cli.properties import triage
from vqe_cli.properties._evidence import Evidence, judged

CHAIN = {"geometry": "H 0 0 0\nH 0 0 1.8\nH 0 0 3.6\nH 0 0 5.4"}
OZONE = {"geometry": "O 0 0 0.4457\nO 0 1.0885 -0.2228\nO 0 -1.0885 -0.2228", "basis": "6-31g"}
"""The textbook's doubtful case: T1 is about 0.03 in any basis (Lee and Taylor 1989)."""


def test_t1_and_d1_are_pyscfs_with_the_core_frozen() -> None:
    from pyscf import cc

    molecule = {**N2, "basis": "6-31g"}
    values = compute("triage", case_of(molecule, active_space=frontier(6, 6))).values
    solver = cc.CCSD(pyscf_mean_field(molecule), frozen=2).run(conv_tol=1e-9, conv_tol_normt=1e-7)
    assert values["t1"] == pytest.approx(solver.get_t1_diagnostic(), abs=1e-6)
    assert values["d1"] == pytest.approx(solver.get_d1_diagnostic(), abs=1e-6)
    assert values["classical_methods"] == "sufficient"


def test_ccsd_t_and_the_exact_energy_are_pyscfs() -> None:
    from pyscf import cc, fci

    values = compute("triage", case_of(CHAIN)).values
    field = pyscf_mean_field(CHAIN)
    solver = cc.CCSD(field).run(conv_tol=1e-9, conv_tol_normt=1e-7, max_cycle=200)
    exact = fci.FCI(field).kernel()[0]
    expected = 1000 * (solver.e_tot + solver.ccsd_t() - exact)
    assert values["ccsd_t_error_mha"] == pytest.approx(expected, abs=1e-3)
    assert values["classical_methods"] == "insufficient"
    assert values["hf_externally_stable"] is False


@pytest.mark.parametrize(
    ("molecule", "expected"),
    [(H2O, "sufficient"), slow(CH2, "sufficient"), slow(OZONE, "doubtful")],
    ids=["water", "triplet-methylene", "ozone"],
)
def test_known_molecules_are_judged_as_chemists_do(molecule: Any, expected: str) -> None:
    found = compute("triage", case_of(molecule, active_space=frontier(4, 4)))
    assert found.values["classical_methods"] == expected


@pytest.mark.parametrize(
    "molecule",
    [
        pytest.param({"geometry": "O 0 0 0\nO 0 0 1.21", "basis": "6-31g"}, marks=pytest.mark.slow),
        {"geometry": "C 0 0 0\nH 0 0.86 0.70\nH 0 -0.86 0.70"},
    ],
    ids=["oxygen", "methylene"],
)
def test_a_singlet_above_its_triplet_is_doubtful(molecule: dict[str, Any]) -> None:
    """Both are triplets in nature, and no T1 tells. Oxygen's ROHF is left for a lower one."""
    found = compute("triage", case_of(molecule, active_space=frontier(4, 4)))
    triplet = pyscf_mean_field({**molecule, "multiplicity": 3}).e_tot
    singlet = pyscf_mean_field(molecule).e_tot
    gap = 27.211386 * (triplet - singlet)
    assert gap < 0
    assert gap - 0.05 < found.values["hf_triplet_gap_ev"] < gap + 1e-5
    assert found.values["classical_methods"] == "doubtful"
    assert "triplet lies" in str(found.values["triage_reason"])


def test_a_space_without_triples_shows_nothing() -> None:
    """One empty orbital in STO-3G: CCSD is exact however bad the bond."""
    fluorine = {"geometry": "F 0 0 0\nF 0 0 1.41"}
    found = compute("triage", case_of(fluorine, active_space=frontier(6, 4)))
    assert found.values["ccsd_t_error_mha"] is None
    assert "exact energy" not in str(found.values["triage_reason"])


def test_three_electrons_may_have_triples() -> None:
    from pyscf import cc, fci

    molecule = {**H3, "basis": "6-31g"}
    values = compute("triage", case_of(molecule)).values
    assert values["determinants"] == 15 * 6  # two alpha, one beta electron in six orbitals
    field = pyscf_mean_field(molecule)
    solver = cc.UCCSD(field.to_uhf()).run(conv_tol=1e-9, conv_tol_normt=1e-7)
    expected = 1000 * (solver.e_tot + solver.ccsd_t() - fci.FCI(field).kernel()[0])
    # PySCF's triples leave out that ROHF orbitals are not canonical; CCSD alone is off by 0.18 mHa.
    assert values["ccsd_t_error_mha"] == pytest.approx(expected, abs=0.01)


def test_two_electrons_are_never_too_much_for_ccsd() -> None:
    found = compute("triage", case_of({"geometry": "H 0 0 0\nH 0 0 3"}))
    assert found.values["classical_methods"] == "sufficient"
    assert "CCSD is exact" in str(found.values["triage_reason"])


def test_a_molecule_without_the_active_space_is_judged_by_the_rest() -> None:
    found = compute("triage", case_of(H2O, active_space={"name": "pi"}))
    assert found.values["t1"] is not None
    assert found.values["determinants"] is None
    assert found.values["classical_methods"] == "sufficient"
    assert "there are no pi orbitals" in found.record["notes"][0]


def test_what_is_settled_is_not_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage, "FEW_OPERATIONS", 1.0)
    settled = compute("triage", case_of(CHAIN))
    assert settled.values["classical_methods"] == "insufficient"
    assert settled.values["t1"] is None
    assert compute("triage", case_of(H2O, active_space=frontier(4, 4))).values["t1"] is not None


def test_ccsd_that_is_too_expensive_is_left_out_with_its_reason() -> None:
    case = case_of(H2O, active_space=frontier(4, 4))
    found = compute({"name": "triage", "max_operations": 1.0}, case)
    assert found.values["t1"] is None
    assert "floating-point operations" in found.record["notes"][0]
    assert found.values["classical_methods"] == "sufficient"
    cheap = {"name": "triage", "max_operations": 1.0, "max_determinants": 1}
    nothing = compute(cheap, case)
    assert nothing.values["classical_methods"] == "unknown"
    assert "36 determinants are more than 1" in nothing.record["notes"][0]


GOOD = Evidence(
    open_shell=False,
    t1=0.01,
    d1=0.02,
    occupation_deviation=0.03,
    externally_stable=True,
    ccsd_t_error_mha=0.1,
    diverged=False,
    determinants=100,
)


@pytest.mark.parametrize(
    ("changes", "judgement", "reason"),
    [
        ({}, "sufficient", "Nothing speaks against"),
        ({"t1": 0.021}, "doubtful", "T1 = 0.0210 (more than 0.02)"),
        ({"t1": 0.021, "open_shell": True}, "sufficient", "at most 0.045"),
        ({"d1": 0.06}, "doubtful", "D1 = 0.0600 (more than 0.05)"),
        ({"d1": 0.06, "open_shell": True}, "sufficient", "T1 = 0.0100"),
        ({"occupation_deviation": 0.2}, "doubtful", "0.200 off"),
        ({"triplet_gap_ev": -0.5}, "doubtful", "triplet lies 0.50 eV below"),
        ({"triplet_gap_ev": 0.5}, "sufficient", "Nothing speaks against"),
        ({"externally_stable": False}, "sufficient", "unrestricted determinant"),
        ({"externally_stable": False, "t1": None}, "doubtful", "unrestricted determinant"),
        ({"ccsd_t_error_mha": -2.0}, "insufficient", "-2.00 mHa"),
        ({"diverged": True, "t1": None}, "insufficient", "do not converge"),
        ({"t1": None, "d1": None}, "sufficient", "CCSD(T) within 0.10 mHa"),
        ({"t1": None, "ccsd_t_error_mha": None}, "unknown", "Neither T1"),
    ],
)
def test_evidence_is_weighed(changes: dict[str, Any], judgement: str, reason: str) -> None:
    found, sentence = judged(replace(GOOD, **changes))
    assert found == judgement
    assert reason in sentence
    assert sentence.endswith(".")
