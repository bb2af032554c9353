"""TREXIO files: written ones as PySCF and TREXIO's library read them, and those of others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import trexio
from pyscf import ao2mo, fci, gto, mcscf, scf

from tests.conftest import RunVqe, WriteFile
from vqe_cli.chemistry.trexio.reading import read_trexio
from vqe_cli.errors import InputError

WATER = "O 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692"
SILVER = "Ag 0 0 0\nH 0 0 1.62"


def input_of(geometry: str, basis: str, electrons: int, orbitals: int) -> str:
    space = {"name": "frontier", "electrons": electrons, "orbitals": orbitals}
    molecule = {"geometry": geometry, "basis": basis}
    return json.dumps({"molecule": molecule, "active_space": space})


def opened(name: str) -> Any:
    return trexio.File(name, "r", trexio.TREXIO_HDF5)


def sparse(file: Any, name: str, norb: int) -> tuple[np.ndarray, np.ndarray]:
    size = getattr(trexio, f"read_{name}_size")(file)
    indices, values, *_ = getattr(trexio, f"read_{name}")(file, 0, size)
    return indices, values


def chemists(file: Any, norb: int) -> np.ndarray:
    """All (pq|rs) by their eight permutations, written out."""
    indices, values = sparse(file, "mo_2e_int_eri", norb)
    found = np.zeros((norb,) * 4)
    i, j, k, l = indices.T  # noqa: E741
    for p, q, r, s in ((i, k, j, l), (k, i, j, l), (i, k, l, j), (k, i, l, j)):
        found[p, q, r, s] = found[r, s, p, q] = values
    return found


def mole_of(file: Any) -> Any:
    """PySCF's molecule from TREXIO's groups, for basis sets without core potentials."""
    labels = trexio.read_nucleus_label(file)
    names = [f"{label}{number}" for number, label in enumerate(labels)]
    shells = trexio.read_basis_shell_index(file)
    exponents, values = trexio.read_basis_exponent(file), trexio.read_basis_coefficient(file)
    basis: dict[str, list[Any]] = {name: [] for name in names}
    for shell, atom in enumerate(trexio.read_basis_nucleus_index(file)):
        mine = shells == shell
        rows = zip(exponents[mine].tolist(), values[mine].tolist(), strict=True)
        momentum = int(trexio.read_basis_shell_ang_mom(file)[shell])
        basis[names[atom]].append([momentum, *map(list, rows)])
    mole = gto.Mole(atom=list(zip(names, trexio.read_nucleus_coord(file), strict=True)), unit="B")
    mole.basis, mole._basis, mole.verbose = {}, basis, 0
    return mole.build()


def test_a_written_molecule_is_that_of_pyscf(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """Basis, orbitals and integrals, with functions up to d; the energy is that of its matrices."""
    file = write_file("w.json", input_of(WATER, "cc-pvdz", 4, 4))
    outcome = run_vqe("run", file, "--json", "--quiet", "--export", "trexio", "w.h5")
    assert outcome.code == 0, outcome.err
    with opened("w.h5") as found:
        norb = trexio.read_mo_num(found)
        mole = mole_of(found)
        field = scf.RHF(mole).run(conv_tol=1e-11)
        hartree_fock = outcome.record["problem"]["scf"]["energy"]
        assert field.e_tot == pytest.approx(hartree_fock, abs=1e-9)
        coefficients = trexio.read_mo_coefficient(found).T
        order = np.argsort([p for _, p in sorted(spherical_order(mole))])
        coefficients = coefficients[order]
        overlap = mole.intor("int1e_ovlp")
        np.testing.assert_allclose(
            coefficients.T @ overlap @ coefficients, np.eye(norb), atol=1e-10
        )
        h1 = trexio.read_mo_1e_int_core_hamiltonian(found)
        np.testing.assert_allclose(coefficients.T @ field.get_hcore() @ coefficients, h1, atol=1e-9)
        eri = chemists(found, norb)
        expected = ao2mo.restore(1, ao2mo.kernel(mole, coefficients), norb)
        np.testing.assert_allclose(eri, expected, atol=1e-9)
        one = trexio.read_rdm_1e(found)
        indices, values = sparse(found, "rdm_2e", norb)
        i, j, k, l = indices.T  # noqa: E741
        energy = np.sum(one * h1) + 0.5 * np.sum(values * eri[k, i, l, j])
        energy += trexio.read_nucleus_repulsion(found)
        assert energy == pytest.approx(outcome.record["result"]["energy"], abs=1e-9)
        assert trexio.read_state_energy(found) == outcome.record["result"]["energy"]
        assert np.trace(one) == pytest.approx(10)
        assert list(trexio.read_mo_class(found)[:4]) == ["Core", "Core", "Core", "Active"]


def spherical_order(mole: Any) -> list[tuple[int, int]]:
    """TREXIO's place and PySCF's place of each function, by PySCF's labels."""
    labels, found, start = mole.ao_labels(fmt=False), [], 0
    signs = {"": 0, "z": 0, "x": 1, "y": 2}
    signs |= {"z^2": 0, "xz": 1, "yz": 2, "x2-y2": 3, "xy": 4}
    while start < len(labels):
        momentum = "spd".index(labels[start][2][-1])
        for place in range(2 * momentum + 1):
            found.append((start + signs[labels[start + place][3]], start + place))
        start += 2 * momentum + 1
    return found


@pytest.mark.parametrize("orbitals", ["all", "active"])
def test_a_written_file_gives_the_same_exact_energy(
    run_vqe: RunVqe, write_file: WriteFile, orbitals: str
) -> None:
    """PySCF's CASCI of water; with a core potential in the test below."""
    file = write_file("w.json", input_of(WATER, "6-31g", 4, 4))
    export = f"{{name: trexio, orbitals: {orbitals}}}"
    assert run_vqe("inspect", file, "--export", export, "w.h5").code == 0
    again = run_vqe("run", "w.h5", "--json", "--quiet")
    assert again.code == 0, again.err
    field = scf.RHF(gto.M(atom=WATER, basis="6-31g", verbose=0)).run(conv_tol=1e-11)
    exact = mcscf.CASCI(field, 4, 4).run().e_tot
    assert again.record["reference"]["energy"] == pytest.approx(exact, abs=1e-8)
    assert ("3 frozen" in str(again.record["problem"]["notes"])) == (orbitals == "all")


def test_core_potentials_are_written(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """Those of LANL2DZ, term by term; hydrogen has none."""
    file = write_file("a.json", input_of(SILVER, "lanl2dz", 2, 2))
    assert run_vqe("inspect", file, "--export", "trexio", "a.h5").code == 0
    mole = gto.M(atom=SILVER, basis="lanl2dz", ecp={"Ag": "lanl2dz"}, verbose=0)
    core, channels = mole._ecp["Ag"]
    terms = [
        (momentum, power - 2, *pair)
        for momentum, powers in channels
        for power, pairs in enumerate(powers)
        for pair in pairs
    ]
    with opened("a.h5") as found:
        assert list(trexio.read_ecp_z_core(found)) == [core, 0]
        assert list(trexio.read_nucleus_charge(found)) == [47 - core, 1]
        local = trexio.read_ecp_max_ang_mom_plus_1(found)[0]
        read = [
            (-1 if momentum == local else momentum, power, exponent, factor)
            for atom, momentum, power, exponent, factor in zip(
                trexio.read_ecp_nucleus_index(found),
                trexio.read_ecp_ang_mom(found),
                trexio.read_ecp_power(found),
                trexio.read_ecp_exponent(found),
                trexio.read_ecp_coefficient(found),
                strict=True,
            )
            if atom == 0
        ]
    np.testing.assert_allclose(sorted(read), sorted(terms))


def written(path: Path, **changes: Any) -> Any:
    """A file by TREXIO's library of H4 in its Hartree-Fock orbitals; the molecule's field."""
    mole = gto.M(atom="H 0 0 0; H 0 0 0.9; H 0 0 1.9; H 0 0 3.1", basis="sto-3g", verbose=0)
    field = scf.RHF(mole).run(conv_tol=1e-12)
    c, n = field.mo_coeff, 4
    with trexio.File(str(path), "w", trexio.TREXIO_HDF5) as file:
        trexio.write_electron_num(file, changes.get("up", 2) + 2)
        trexio.write_electron_up_num(file, changes.get("up", 2))
        trexio.write_electron_dn_num(file, 2)
        trexio.write_mo_num(file, n)
        trexio.write_mo_class(file, changes.get("classes", ["Active"] * n))
        if changes.get("nuclei", True):
            trexio.write_nucleus_num(file, 4)
            trexio.write_nucleus_charge(file, mole.atom_charges().astype(float))
            trexio.write_nucleus_coord(file, mole.atom_coords())
        if changes.get("kinetic", True):
            kinetic = c.T @ mole.intor("int1e_kin") @ c
            kinetic[0, 1] += changes.get("shift", 0.0)
            trexio.write_mo_1e_int_kinetic(file, kinetic)
            trexio.write_mo_1e_int_potential_n_e(file, c.T @ mole.intor("int1e_nuc") @ c)
        else:
            trexio.write_mo_1e_int_core_hamiltonian(file, np.diag(changes["diagonal"]))
        eri = ao2mo.restore(1, ao2mo.kernel(mole, c), n)
        if changes.get("cholesky"):
            values, vectors = np.linalg.eigh(eri.reshape(n * n, n * n))
            kept = values > 1e-12
            factors = (vectors[:, kept] * np.sqrt(values[kept])).reshape(n, n, -1)
            trexio.write_mo_2e_int_eri_cholesky_num(file, int(kept.sum()))
            places = np.argwhere(np.ones_like(factors, dtype=bool)).astype(np.int32)
            trexio.write_mo_2e_int_eri_cholesky(file, 0, len(places), places, factors.ravel())
        elif changes.get("repulsion", True):
            places = np.argwhere(np.ones_like(eri, dtype=bool)).astype(np.int32)
            values = eri.transpose(0, 2, 1, 3) if changes.get("physicists", True) else eri
            trexio.write_mo_2e_int_eri(
                file, 0, len(places), places, np.ascontiguousarray(values).ravel()
            )
        if "spins" in changes:
            trexio.write_mo_spin(file, changes["spins"])
    return field


@pytest.mark.parametrize("cholesky", [False, True])
def test_files_of_the_library_give_pyscfs_full_ci(
    run_vqe: RunVqe, write_file: WriteFile, cholesky: bool
) -> None:
    """All permutations of each integral, or vectors; no nucleus_repulsion; named in YAML."""
    file = write_file("in.yaml", "fcidump: {file: h4.h5}\n")
    field = written(Path("h4.h5"), cholesky=cholesky)
    exact = fci.FCI(field).kernel()[0]
    outcome = run_vqe("run", file, "--json", "--quiet")
    assert outcome.code == 0, outcome.err
    assert outcome.record["reference"]["energy"] == pytest.approx(exact, abs=1e-9)
    assert outcome.record["verdict"] == "pass"


def test_frozen_orbitals_are_folded_as_in_casci(run_vqe: RunVqe, write_file: WriteFile) -> None:
    write_file("unused", "")
    field = written(Path("h4.h5"), classes=["Inactive", "Active", "Active", "Deleted"])
    outcome = run_vqe("run", "h4.h5", "--json", "--quiet")
    assert outcome.code == 0, outcome.err
    exact = mcscf.CASCI(field, 2, 2).run().e_tot
    assert outcome.record["reference"]["energy"] == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"spins": [0, 0, 1, 1]}, "unrestricted orbitals"),
        ({"repulsion": False}, "no two-electron integrals"),
        ({"up": 5}, "do not fit"),
        ({"shift": np.nan}, "not finite (mo_1e_int_kinetic)"),
        ({"shift": 0.5}, "not symmetric (off by 0.5 Ha)"),
        ({"physicists": False}, "two values"),
        (
            {"kinetic": False, "diagonal": [0, 1, 1, 1], "classes": ["Core"] + 3 * ["Active"]},
            "no integrals over them",
        ),
    ],
)
def test_files_that_lack_something_are_refused(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    written(tmp_path / "h4.h5", **changes)
    with pytest.raises(InputError) as error:
        read_trexio(tmp_path / "h4.h5")
    assert words in error.value.message
    assert "h4.h5" in str(error.value.where)


def test_numbers_of_electrons_that_differ_are_refused(tmp_path: Path) -> None:
    """TREXIO's library refuses to write them."""
    written(tmp_path / "h4.h5")
    with h5py.File(tmp_path / "h4.h5", "a") as file:
        file["electron"].attrs["electron_num"] = 5
    with pytest.raises(InputError, match=r"5 electrons \(electron_num\), but 2 alpha and 2 beta"):
        read_trexio(tmp_path / "h4.h5")


def test_another_hdf5_file_is_refused(tmp_path: Path) -> None:
    """A checkpoint of PySCF."""
    mole = gto.M(atom="He 0 0 0", basis="sto-3g", verbose=0)
    scf.RHF(mole).run(chkfile=str(tmp_path / "he.chk"))
    with pytest.raises(InputError, match="not of TREXIO"):
        read_trexio(tmp_path / "he.chk")


def test_a_damaged_file_is_refused_in_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """HDF5's library prints the calls that fail."""
    written(tmp_path / "h4.h5")
    content = (tmp_path / "h4.h5").read_bytes()
    (tmp_path / "h4.h5").write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="damaged"):
        read_trexio(tmp_path / "h4.h5")
    assert capfd.readouterr().err == ""


def test_an_unknown_core_energy_is_a_doubt(tmp_path: Path) -> None:
    written(tmp_path / "h4.h5", nuclei=False)
    found = read_trexio(tmp_path / "h4.h5")
    assert [check.name for check in found.checks] == ["core-energy"]


def test_qubit_hamiltonians_are_refused(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("in.yaml", "hamiltonian: {paulis: {ZZ: -1.0, XX: 0.2}}\n")
    outcome = run_vqe("run", file, "--export", "trexio", "x.h5")
    assert outcome.code == 2
    assert "qubit Hamiltonian" in outcome.err
