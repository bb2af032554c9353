"""Solvents in equilibrium with the active space, against PySCF's CASCI and CASSCF."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import gto, mcscf, scf, solvent

import vqe_cli
from tests.families import slow
from tests.problems import frontier, spec_of

LITHIUM_HYDRIDE = {"geometry": "Li 0 0 0\nH 0 0 1.6", "basis": "6-31g"}
SPACE = frontier(2, 2)


def by_pyscf(method: Any, model: Any) -> float:
    """The free energy of PySCF's CASCI or CASSCF, whose solvent follows it step by step.

    PySCF's own CASSCF in a solvent takes the density of the first orbitals (version 2.14).
    """
    mole = gto.M(atom=LITHIUM_HYDRIDE["geometry"], basis="6-31g", verbose=0)
    mean_field = model(scf.RHF(mole))
    cavity = mean_field.with_solvent
    cavity.eps = 78.355
    mean_field.run(conv_tol=1e-12)
    start = scf.RHF(mole)
    start.mo_coeff, start.mo_occ = mean_field.mo_coeff, mean_field.mo_occ
    found, orbitals, energy = method(start, 2, 2), start.mo_coeff, 0.0
    hcore, density = start.get_hcore(), mean_field.make_rdm1()
    for _ in range(12):
        polarisation, potential = cavity.kernel(density)
        found.get_hcore = lambda *_, field=potential: hcore + field
        found.conv_tol = 1e-11
        found.kernel(orbitals)
        energy = found.e_tot + polarisation - np.einsum("pq,qp->", potential, density)
        orbitals, density = found.mo_coeff, found.make_rdm1()
    return float(energy)


@pytest.mark.parametrize(
    ("model", "wrapper"), [("c-pcm", solvent.PCM), slow("ddcosmo", solvent.ddCOSMO)]
)
@pytest.mark.parametrize(
    ("orbitals", "method"), [("mean-field", mcscf.CASCI), ("optimised", mcscf.CASSCF)]
)
def test_two_electrons_polarise_their_solvent(
    orbitals: str, method: Any, model: str, wrapper: Any
) -> None:
    """UCCSD is exact for two electrons."""
    water = {"name": "water", "model": model, "self_consistent": True}
    record = vqe_cli.run(
        spec_of(LITHIUM_HYDRIDE, active_space=SPACE, orbitals=orbitals, solvent=water)
    )
    assert record.result.energy == pytest.approx(by_pyscf(method, wrapper), abs=1e-7)
    assert record.verdict == "pass"
    if record.result.orbital_optimisation is not None:
        energies = record.result.orbital_optimisation
        assert energies.energy == pytest.approx(record.result.energy, abs=1e-7)
        assert energies.casscf_energy == pytest.approx(record.result.energy, abs=1e-7)
        assert record.check("orbitals-lowest").status == "pass"
    found = record.problem.solvent
    assert found is not None
    assert found.reaction_field == "self-consistent"
    assert found.iterations is not None
    assert record.check("solvent-converged").status == "pass"
    scf_record = record.problem.scf
    assert scf_record is not None
    assert record.problem.hartree_fock_energy == scf_record.energy


def test_too_few_steps_are_a_failed_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vqe_cli.variational.solvent_equilibration.MAX_CYCLES", 1)
    water = {"name": "water", "model": "c-pcm", "self_consistent": True}
    record = vqe_cli.run(spec_of({**LITHIUM_HYDRIDE, "basis": "sto-3g"}, solvent=water))
    assert record.check("solvent-converged").status == "fail"
    assert record.verdict == "fail"


def test_pyscf_finds_the_same_equilibrium_without_optimising_orbitals() -> None:
    mole = gto.M(atom=LITHIUM_HYDRIDE["geometry"], basis="6-31g", verbose=0)
    mean_field = solvent.PCM(scf.RHF(mole))
    mean_field.with_solvent.eps = 78.355
    mean_field.run(conv_tol=1e-12)
    start = scf.RHF(mole)
    start.mo_coeff, start.mo_occ = mean_field.mo_coeff, mean_field.mo_occ
    found = solvent.PCM(mcscf.CASCI(start, 2, 2))
    found.with_solvent.eps, found.with_solvent.conv_tol = 78.355, 1e-10
    assert found.kernel()[0] == pytest.approx(by_pyscf(mcscf.CASCI, solvent.PCM), abs=1e-8)
