"""Unrestricted mean fields of molecules, against PySCF by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.families import slow
from tests.problems import spec_of
from tests.unrestricted import H3, OH, STRETCHED_H4, molecule_of
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField
from vqe_cli.errors import InputError

STRETCHED_H2 = ("H 0 0 0; H 0 0 2.5", 0)
STRETCHED_N2 = ("N 0 0 0; N 0 0 2.0", 0)
O2 = ("O 0 0 0; O 0 0 1.2", 2)


def field_of(molecule: tuple[str, int], **scf: Any) -> UnrestrictedField:
    """The unrestricted mean field of a molecule."""
    spec = spec_of(molecule_of(*molecule, unrestricted=True, **scf))
    assert spec.molecule is not None
    return MeanFields().unrestricted(spec.molecule)


def lowest_uhf(molecule: tuple[str, int]) -> tuple[float, float]:
    """Energy and ⟨S²⟩ of the lowest of PySCF's solutions from disturbed guesses."""
    import numpy as np
    from pyscf import gto, scf

    mole = gto.M(atom=molecule[0], spin=molecule[1], basis="sto-3g", verbose=0)
    rng, found = np.random.default_rng(0), []
    for _ in range(6):
        field = scf.UHF(mole)
        guess = np.array(field.get_init_guess()) + 0.3 * rng.normal(size=(2, mole.nao, mole.nao))
        field.kernel(dm0=0.5 * (guess + guess.transpose(0, 2, 1)))
        for _ in range(4):
            field = field.newton().run(field.stability()[0], field.mo_occ)
        found.append((float(field.e_tot), float(field.spin_square()[0])))
    return min(found)


@pytest.mark.parametrize(
    "molecule",
    [STRETCHED_H2, slow(STRETCHED_N2), OH, slow(O2), H3],
    ids=["H2", "N2", "OH", "O2", "H3"],
)
def test_the_solution_is_the_lowest_of_pyscf(molecule: tuple[str, int]) -> None:
    report, (energy, spin_squared) = field_of(molecule).report, lowest_uhf(molecule)
    assert report.energy == pytest.approx(energy, abs=1e-8)
    assert report.spin_squared == pytest.approx(spin_squared, abs=1e-4)
    assert report.method == "UHF"
    assert report.stable is True


def test_one_start_still_follows_instabilities() -> None:
    assert field_of(STRETCHED_H2, guesses="one").report.energy == pytest.approx(
        lowest_uhf(STRETCHED_H2)[0], abs=1e-8
    )


def test_one_electron_has_a_field() -> None:
    from pyscf import gto, scf

    molecule = ("H 0 0 0; H 0 0 1.5; H 0 0 2.2", 1)
    mole = gto.M(atom=molecule[0], charge=2, spin=1, basis="sto-3g", verbose=0)
    expected = scf.UHF(mole).kernel()
    spec = spec_of({**molecule_of(*molecule, unrestricted=True), "charge": 2})
    assert spec.molecule is not None
    found = MeanFields().unrestricted(spec.molecule).report
    assert found.energy == pytest.approx(expected, abs=1e-8)
    assert field_of(("H 0 0 0", 1)).report.energy == pytest.approx(-0.46658185, abs=1e-7)


def test_kohn_sham_orbitals_are_those_of_pyscf() -> None:
    from pyscf import dft, gto

    mole = gto.M(atom=H3[0], spin=H3[1], basis="sto-3g", verbose=0)
    expected = dft.UKS(mole, xc="pbe0")
    expected.conv_tol = 1e-10
    expected.kernel()
    report = field_of(H3, functional="PBE0").report
    assert (report.method, report.functional) == ("UKS", "pbe0")
    assert report.energy == pytest.approx(expected.e_tot, abs=1e-7)


def test_large_bases_with_fitted_integrals_are_refused() -> None:
    spec = spec_of({**molecule_of(*STRETCHED_H4, unrestricted=True), "density_fitting": True})
    assert spec.molecule is not None
    with pytest.raises(InputError, match="fitted"):
        MeanFields().unrestricted(spec.molecule)
