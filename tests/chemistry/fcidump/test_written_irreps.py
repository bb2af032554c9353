"""Irreps in FCIDUMP files that are written, against PySCF's and Block2's readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import fci, gto, scf
from pyscf.tools import fcidump

from tests.cli.hydrogen import H2
from tests.conftest import RunVqe, WriteFile
from tests.problems import CH2, H2O, LIH, N2, problem_of
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.fcidump import read_fcidump, write_fcidump
from vqe_cli.chemistry.fcidump.labels import labels_fit
from vqe_cli.chemistry.fcidump.orbitals import problem_of_selection, select_from_file

O2 = {"geometry": "O 0 0 0\nO 0 0 1.2", "multiplicity": 3}
HOF = {"geometry": "O 0 0 0\nH 0.93 0.2 0\nF -0.4 1.38 0"}
HOOH_PLANAR = {"geometry": "O 0.7 0 0\nO -0.7 0 0\nH 1.0 0.9 0\nH -1.0 -0.9 0"}


@pytest.mark.parametrize(
    ("molecule", "group"),
    [
        pytest.param(H2O, "C2v", id="c2v"),
        pytest.param(N2, "D2h", id="d2h"),
        pytest.param(HOF, "Cs", id="cs"),
        pytest.param(HOOH_PLANAR, "C2h", id="c2h"),
    ],
)
def test_irreps_are_numbered_as_pyscf_numbers_them_for_molpro(
    tmp_path: Path, molecule: dict[str, str], group: str
) -> None:
    write_fcidump(problem_of(molecule), tmp_path / "ours")
    mole = gto.M(
        atom=molecule["geometry"], basis="sto-3g", symmetry=True, symmetry_subgroup=group, verbose=0
    )
    fcidump.from_scf(scf.RHF(mole).run(), str(tmp_path / "pyscf"), molpro_orbsym=True)
    ours = fcidump.read(str(tmp_path / "ours"), verbose=False)
    theirs = fcidump.read(str(tmp_path / "pyscf"), verbose=False)
    assert sorted(ours["ORBSYM"]) == sorted(theirs["ORBSYM"])
    assert len(set(ours["ORBSYM"])) > 1
    assert ours["ISYM"] == 1


@pytest.mark.parametrize("molecule", [H2O, LIH, N2, O2], ids=["c2v", "coov", "dooh", "triplet"])
def test_they_are_read_back_and_fit_the_integrals(tmp_path: Path, molecule: dict[str, Any]) -> None:
    problem = problem_of(molecule)
    write_fcidump(problem, tmp_path / "out")
    found = read_fcidump(tmp_path / "out")
    assert problem.orbital_irreps is not None
    irreps, labels = np.array(problem.orbital_irreps), np.array(found.header.orbsym)
    same = irreps[:, None] == irreps
    assert ((labels[:, None] == labels) == same).all()
    assert list(labels_fit(found)) == []


def test_the_state_has_the_irrep_of_its_open_shells(tmp_path: Path) -> None:
    """Triplet oxygen is Σg⁻, B1g in D2h, which is Molpro's number 4; triplet methylene B1 or B2."""
    write_fcidump(problem_of(O2), tmp_path / "o2.fcidump")
    assert read_fcidump(tmp_path / "o2.fcidump").header.isym == 4
    write_fcidump(problem_of(CH2), tmp_path / "ch2.fcidump")
    assert read_fcidump(tmp_path / "ch2.fcidump").header.isym in (2, 3)
    read = select_from_file(tmp_path / "ch2.fcidump", "canonical", ACTIVE_SPACES.create("full"))
    assert read.field.checks == ()


def test_pyscf_solves_the_state_of_the_file_with_its_irreps(tmp_path: Path) -> None:
    write_fcidump(problem_of(CH2), tmp_path / "out")
    content = fcidump.read(str(tmp_path / "out"), molpro_orbsym=True, verbose=False)
    solver = fci.direct_spin1_symm.FCI()
    solver.orbsym = np.array(content["ORBSYM"])
    solver.wfnsym = fcidump.ORBSYM_MAP["C2v"].index(content["ISYM"])
    energy, _ = solver.kernel(content["H1"], content["H2"], 7, (5, 3), ecore=content["ECORE"])
    mole = gto.M(atom=CH2["geometry"], basis="sto-3g", spin=2, verbose=0)
    assert energy == pytest.approx(fci.FCI(scf.ROHF(mole).run()).kernel()[0], abs=1e-8)


def test_block2_solves_the_state_of_the_file_with_its_irreps(tmp_path: Path) -> None:
    core = pytest.importorskip("pyblock2.driver.core")
    write_fcidump(problem_of(CH2), tmp_path / "out")
    driver = core.DMRGDriver(
        scratch=str(tmp_path / "scratch"), symm_type=core.SymmetryTypes.SU2, n_threads=1
    )
    driver.read_fcidump(str(tmp_path / "out"), pg="c2v", iprint=0)
    driver.initialize_system(
        driver.n_sites, driver.n_elec, driver.spin, driver.pg_irrep, driver.orb_sym
    )
    operator = driver.get_qc_mpo(driver.h1e, driver.g2e, ecore=driver.ecore, iprint=0)
    state = driver.get_random_mps(tag="ket", bond_dim=100, nroots=1)
    energy = driver.dmrg(operator, state, n_sweeps=10, noises=[1e-4] * 4 + [0], iprint=0)
    mole = gto.M(atom=CH2["geometry"], basis="sto-3g", spin=2, verbose=0)
    assert energy == pytest.approx(fci.FCI(scf.ROHF(mole).run()).kernel()[0], abs=1e-7)


def test_without_labels_all_are_one(run_vqe: RunVqe, write_file: WriteFile) -> None:
    hydrogen = write_file("h2.yaml", H2)
    with_labels = ("--export", "fcidump", "with")
    without = ("--export", "{name: fcidump, orbsym: none}", "without")
    assert run_vqe("inspect", hydrogen, *with_labels, *without).code == 0
    assert read_fcidump(Path("with")).header.orbsym == (1, 5)  # σg and σu: Ag and B1u of D2h
    assert read_fcidump(Path("without")).header.orbsym == (1, 1)


def test_irreps_found_in_a_file_are_written_again(tmp_path: Path) -> None:
    write_fcidump(problem_of(H2O), tmp_path / "first")
    full = ACTIVE_SPACES.create("full")
    problem = problem_of_selection(select_from_file(tmp_path / "first", "canonical", full))
    write_fcidump(problem, tmp_path / "second")
    first, second = read_fcidump(tmp_path / "first").header, read_fcidump(tmp_path / "second")
    assert len(set(second.header.orbsym or ())) == len(set(first.orbsym or ()))
    assert list(labels_fit(second)) == []
