"""CCSD(T) of all electrons minus CCSD(T) of the active ones, against PySCF's own."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import cc, fci

from tests.variational.corrections.molecules import HYDROXYL, LITHIUM_HYDRIDE, WATER, Molecule
from vqe_cli.errors import ResourceLimitError
from vqe_cli.schema.records import RunRecord


def outside(run: RunRecord) -> float:
    return run.result.correction("ccsd-t-outside").correction


def test_closed_shell_is_the_difference_of_two_of_pyscf() -> None:
    scf = WATER.scf()
    whole = cc.CCSD(scf).run(conv_tol=1e-10)
    active = cc.CCSD(scf, frozen=[0, 1, 2, *range(7, 13)]).run(conv_tol=1e-10)
    expected = whole.e_corr + whole.ccsd_t() - active.e_corr - active.ccsd_t()
    found = outside(WATER.run("ccsd-t-outside", reference="none"))
    assert found == pytest.approx(float(expected), abs=1e-7)


def test_doublet_of_two_active_orbitals_is_that_of_pyscf() -> None:
    """One electron more than a closed shell in two orbitals has no correlation of its own."""
    scf = HYDROXYL.scf()
    unrestricted = scf.to_uhf()
    coefficients, levels = [], []
    for fock, count in zip(unrestricted.get_fock(), scf.mol.nelec, strict=True):
        rotated = scf.mo_coeff.copy()
        energies = []
        for block in (slice(0, count), slice(count, None)):
            part = scf.mo_coeff[:, block]
            values, rotation = np.linalg.eigh(part.T @ fock @ part)
            rotated[:, block] = part @ rotation
            energies.append(values)
        coefficients.append(rotated)
        levels.append(np.concatenate(energies))
    unrestricted.mo_coeff, unrestricted.mo_energy = np.array(coefficients), np.array(levels)
    solver = cc.UCCSD(unrestricted).run(conv_tol=1e-10)
    small = Molecule(HYDROXYL.geometry, 3, 2, multiplicity=2, ansatz="uccsd")
    found = outside(small.run("ccsd-t-outside", reference="none"))
    assert found == pytest.approx(float(solver.e_corr + solver.ccsd_t()), abs=1e-7)


def test_with_an_exact_state_the_sum_is_near_full_configuration_interaction() -> None:
    """Four electrons: CCSD(T) of LiH is within 0.1 mHa of FCI in the whole basis."""
    run = LITHIUM_HYDRIDE.run("ccsd-t-outside")
    exact, _ = fci.FCI(LITHIUM_HYDRIDE.scf()).kernel()
    energy = run.result.correction("ccsd-t-outside").energy
    assert energy == pytest.approx(exact, abs=1e-4)


def test_too_many_operations_are_refused() -> None:
    chosen = {"name": "ccsd-t-outside", "max_operations": 1e3}
    with pytest.raises(ResourceLimitError, match="floating-point operations") as caught:
        WATER.run(chosen)
    assert "mp2-outside" in (caught.value.hint or "")


def test_large_single_amplitudes_are_a_doubt() -> None:
    stretched = Molecule("N 0 0 0\nN 0 0 1.6", 2, 2, ansatz="uccsd")
    run = stretched.run("ccsd-t-outside", reference="none")
    assert run.check("ccsd-t-outside-d1").status == "warn"
    assert run.verdict == "warn"
