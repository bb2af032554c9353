"""TREXIO files with basis functions and orbitals, but without integrals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trexio
from pyscf import ao2mo, gto, mcscf, scf

from tests.chemistry.trexio.test_trexio import WATER, input_of
from tests.conftest import RunVqe, WriteFile
from vqe_cli.chemistry.trexio.reading import read_trexio
from vqe_cli.errors import InputError


def without_integrals(name: str) -> None:
    """Remove the integrals of a file."""
    with trexio.File(name, "u", trexio.TREXIO_HDF5) as file:
        trexio.delete_mo_1e_int(file)
        trexio.delete_mo_2e_int(file)


@pytest.mark.parametrize(
    ("molecule", "active"),
    [
        ({"basis": "cc-pvdz"}, 4),
        ({"basis": "ccecp-ccpvdz", "ecp": "ccecp"}, 4),
    ],
    ids=["spherical", "core-potential"],
)
def test_integrals_are_computed_from_the_orbitals(
    run_vqe: RunVqe, write_file: WriteFile, molecule: dict[str, Any], active: int
) -> None:
    """PySCF's CASCI; ccECP has a potential on hydrogen, too, without core electrons."""
    text = input_of(WATER, molecule["basis"], 4, active)
    if "ecp" in molecule:
        text = text.replace('"basis"', '"ecp": "ccecp", "basis"')
    assert run_vqe("inspect", write_file("w.json", text), "--export", "trexio", "w.h5").code == 0
    without_integrals("w.h5")
    again = run_vqe("run", "w.h5", "--json", "--quiet")
    assert again.code == 0, again.err
    field = scf.RHF(gto.M(atom=WATER, verbose=0, **molecule)).run(conv_tol=1e-11)
    exact = mcscf.CASCI(field, active, 4).run().e_tot
    assert again.record["reference"]["energy"] == pytest.approx(exact, abs=1e-8)
    assert "computed from the basis functions" in " ".join(again.record["problem"]["notes"])


def cartesian(path: Path, **changes: Any) -> Any:
    """A file by TREXIO's library of a Cartesian d shell on helium beside hydrogen; the field.

    Functions are written as TREXIO defines them: x² and so on times a radial part with one factor
    for each function, here √(1/3) of the usual one for xx, as in other programs.
    """
    basis = {"He": [[0, [2.0, 0.4], [0.5, 0.7]], [2, [1.1, 1.0]]], "H": [[0, [0.9, 1.0]]]}
    mole = gto.M(atom="He 0 0 0; H 0 0 1.5", basis=basis, cart=True, charge=1, unit="B", verbose=0)
    field = scf.RHF(mole).run(conv_tol=1e-12)
    factors = np.array([(4 * np.pi) ** -0.5, *[3**-0.5, 1, 1, 1, 1, 1], (4 * np.pi) ** -0.5])
    usual = np.array([(4 * np.pi) ** -0.5, *[1.0] * 6, (4 * np.pi) ** -0.5])
    exponents = np.array([2.0, 0.5, 1.1, 0.9])
    momenta, owners = np.array([0, 2, 0]), np.array([0, 0, 1, 2])
    with trexio.File(str(path), "w", trexio.TREXIO_HDF5) as file:
        trexio.write_nucleus_num(file, 2)
        trexio.write_nucleus_charge(file, [2.0, 1.0])
        trexio.write_nucleus_coord(file, mole.atom_coords())
        trexio.write_nucleus_label(file, ["He", "H"])
        for name, count in (("num", 2), ("up_num", 1), ("dn_num", 1)):
            getattr(trexio, f"write_electron_{name}")(file, count)
        trexio.write_basis_type(file, changes.get("type", "Gaussian"))
        trexio.write_basis_shell_num(file, 3)
        trexio.write_basis_prim_num(file, 4)
        trexio.write_basis_nucleus_index(file, [0, 0, 1])
        trexio.write_basis_shell_ang_mom(file, momenta)
        trexio.write_basis_shell_factor(file, mole_norms(mole))
        trexio.write_basis_shell_index(file, owners)
        trexio.write_basis_exponent(file, exponents)
        trexio.write_basis_coefficient(file, [0.4, 0.7, 1.0, 1.0])
        trexio.write_basis_prim_factor(file, gto.gto_norm(momenta[owners], exponents))
        trexio.write_ao_cartesian(file, 1)
        trexio.write_ao_num(file, 8)
        trexio.write_ao_shell(file, [0, *[1] * 6, 2])
        trexio.write_ao_normalization(file, changes.get("factors", factors))
        trexio.write_mo_num(file, 8)
        values = field.mo_coeff * (usual / factors)[:, None]
        trexio.write_mo_coefficient(file, np.ascontiguousarray(values.T))
    return field


def mole_norms(mole: Any) -> list[float]:
    """PySCF's factors of the shells: those by which it has scaled the written coefficients."""
    return [float(mole._libcint_ctr_coeff(i)[0, 0] / primitive(mole, i)) for i in range(mole.nbas)]


def primitive(mole: Any, shell: int) -> float:
    """The first coefficient of a shell before PySCF normalises it."""
    written = (0.4, 1.0, 1.0)[shell]
    return float(written * gto.gto_norm(mole.bas_angular(shell), mole.bas_exp(shell)[0]))


def test_factors_of_functions_and_shells_are_those_of_the_file(tmp_path: Path) -> None:
    field = cartesian(tmp_path / "a.h5")
    found = read_trexio(tmp_path / "a.h5")
    c = field.mo_coeff
    np.testing.assert_allclose(found.h1, c.T @ field.get_hcore() @ c, atol=1e-9)
    eri = ao2mo.restore(8, ao2mo.kernel(field.mol, c), 8)
    np.testing.assert_allclose(found.eri, eri, atol=1e-9)
    assert found.core_energy == pytest.approx(2 / 1.5, abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"type": "Slater"}, "not Gaussian"), ({"factors": np.ones(8)}, "not orthonormal")],
)
def test_other_functions_are_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    cartesian(tmp_path / "a.h5", **changes)
    with pytest.raises(InputError, match=words):
        read_trexio(tmp_path / "a.h5")
