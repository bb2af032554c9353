"""FCIDUMP files of this and other programs, against hand calculation and PySCF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyscf import ao2mo, fci, gto, scf
from pyscf.tools import fcidump

from tests.conftest import RunVqe, WriteFile
from tests.problems import random_problem
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.fcidump import read_fcidump, write_fcidump
from vqe_cli.chemistry.fcidump.orbitals import problem_of_selection, select_from_file
from vqe_cli.errors import InputError, ResourceLimitError

pytestmark = pytest.mark.quick

ONE_ORBITAL = """\
 &FCI NORB=1,NELEC=2,MS2=0,
  ORBSYM=1,
  ISYM=1,
 &END
  0.5  1 1 1 1
 -1.0  1 1 0 0
  0.25 0 0 0 0
"""
ONE_ORBITAL_ENERGY = 2 * -1.0 + 0.5 + 0.25
"""Two electrons in one orbital: 2 h + (11|11) + E_core."""

TWO_ORBITALS = """\
 &FCI NORB=2,NELEC=2,MS2=0,
  ORBSYM=1,1,
  ISYM=1,
 &END
  0.7  1 1 1 1
  0.1  2 1 1 1
  0.2  2 1 2 1
  0.5  2 2 1 1
  0.15 2 2 2 1
  0.6  2 2 2 2
 -1.3  1 1 0 0
 -0.1  2 1 0 0
 -0.4  2 2 0 0
  0.75 0 0 0 0
"""


def two_orbitals_energy() -> float:
    """Of the 3 × 3 singlet matrix of two electrons in two orbitals, by hand.

    Basis |11̄⟩, |22̄⟩ and (|12̄⟩ − |1̄2⟩)/√2; with h and (pq|rs) of the file:
    diagonal 2 h11 + J11, 2 h22 + J22, h11 + h22 + J12 + K12; off-diagonal K12,
    √2 (h12 + (11|12)), √2 (h12 + (22|12)).
    """
    root = 2**0.5
    matrix = [
        [2 * -1.3 + 0.7, 0.2, root * (-0.1 + 0.1)],
        [0.2, 2 * -0.4 + 0.6, root * (-0.1 + 0.15)],
        [root * (-0.1 + 0.1), root * (-0.1 + 0.15), -1.3 - 0.4 + 0.5 + 0.2],
    ]
    return float(np.linalg.eigvalsh(matrix)[0]) + 0.75


def energy_of(file: Path) -> float:
    """Full CI over the integrals that were read, by PySCF."""
    problem = read_fcidump(file)
    found, _ = fci.direct_spin1.kernel(problem.h1, problem.h2, problem.norb, problem.nelec)
    return float(found) + problem.core_energy


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("&END", "/"),
        lambda text: text.replace("&FCI", "$FCI").replace("&END", "$END"),
        lambda text: text.replace("&END", "&"),
        lambda text: text.replace("ORBSYM=", "ORBSYM(1)="),
        lambda text: text.lower(),
        lambda text: text.replace("0.75 ", "7.5D-01 ").replace("0.7 ", "0.7D+00 "),
        lambda text: text.replace("  ORBSYM=1,1,\n  ISYM=1,\n", ""),
        lambda text: text.replace("MS2=0,", ""),
        lambda text: text.replace("ORBSYM=1,1,", "ORBSYM=1,\n   1,"),
        lambda text: text.replace("2 1 1 1", "1 2 1 1").replace("2 2 1 1", "1 1 2 2"),
        lambda text: text + "\n\n",
        lambda text: text.replace("&END\n", "&END\n\n"),
        lambda text: text.replace(" -1.3", "\n -1.3"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(" &FCI NORB=2,NELEC=2,", " &FCI\n NORB = 2,\n NELEC = 2,\n"),
        lambda text: text.replace("  ISYM=1,\n", "  ISYM=1,\n" + "\n" * 10),
    ],
    ids=[
        "as-it-is",
        "slash",
        "dollar",
        "lone-ampersand",
        "subscript",
        "lower-case",
        "fortran-exponents",
        "no-orbsym",
        "no-ms2",
        "wrapped-orbsym",
        "other-order",
        "blank-end",
        "blank-line-after-header",
        "blank-line-in-between",
        "windows",
        "spread-header",
        "long-header",
    ],
)
def test_the_same_integrals_in_the_dress_of_other_programs(
    write_file: WriteFile, change: Callable[[str], str]
) -> None:
    assert energy_of(write_file("in.fcidump", change(TWO_ORBITALS))) == pytest.approx(
        two_orbitals_energy(), abs=1e-10
    )


def test_one_orbital_by_hand_through_the_command_line(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    record = run_vqe("run", write_file("FCIDUMP", ONE_ORBITAL), "--json").record
    assert record["result"]["energy"] == pytest.approx(ONE_ORBITAL_ENERGY, abs=1e-12)
    assert record["problem"]["electrons"] == [1, 1]
    assert record["problem"]["core_energy"] == 0.25


def test_two_orbitals_by_hand_through_the_command_line(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    write_file("sub/two.fcidump", TWO_ORBITALS)
    file = write_file("sub/in.yaml", "fcidump: {file: two.fcidump}\n")
    record = run_vqe("run", file, "--json").record
    assert record["verdict"] == "pass"
    assert record["result"]["energy"] == pytest.approx(two_orbitals_energy(), abs=1e-8)


def test_ms2_gives_the_multiplicity(write_file: WriteFile, run_vqe: RunVqe) -> None:
    """The triplet of two electrons in two orbitals: h11 + h22 + J12 − K12."""
    file = write_file("FCIDUMP", TWO_ORBITALS.replace("MS2=0", "MS2=2"))
    record = run_vqe("run", file, "--json").record
    assert record["problem"]["multiplicity"] == 3
    assert record["problem"]["electrons"] == [2, 0]
    assert record["result"]["energy"] == pytest.approx(-1.3 - 0.4 + 0.5 - 0.2 + 0.75, abs=1e-10)


def test_a_file_of_pyscf_has_pyscfs_energy(tmp_path: Path) -> None:
    mole = gto.M(atom="Li 0 0 0; H 0 0 1.6", basis="sto-3g", verbose=0)
    field = scf.RHF(mole).run()
    fcidump.from_scf(field, str(tmp_path / "FCIDUMP"))
    assert energy_of(tmp_path / "FCIDUMP") == pytest.approx(fci.FCI(field).kernel()[0], abs=1e-9)
    problem = problem_of_selection(
        select_from_file(tmp_path / "FCIDUMP", "as-given", ACTIVE_SPACES.create("full"))
    )
    assert problem.hartree_fock_energy == pytest.approx(field.e_tot, abs=1e-9)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(1, 4), st.data())
def test_what_is_written_is_read_back(tmp_path: Path, norb: int, data: st.DataObject) -> None:
    alpha = data.draw(st.integers(1, norb))
    problem = random_problem(norb, (alpha, data.draw(st.integers(0, alpha))), seed=norb)
    write_fcidump(problem, tmp_path / "out")
    found = read_fcidump(tmp_path / "out")
    assert found.nelec == problem.nelec
    assert found.header.spin + 1 == problem.multiplicity
    assert found.core_energy == pytest.approx(problem.core_energy, abs=1e-12)
    np.testing.assert_allclose(found.h1, problem.h1, atol=1e-12)
    np.testing.assert_allclose(found.h2, problem.h2, atol=1e-12)


def test_pyscf_reads_what_is_written(tmp_path: Path) -> None:
    problem = random_problem(3, (2, 1), seed=5)
    write_fcidump(problem, tmp_path / "out")
    content = fcidump.read(str(tmp_path / "out"), verbose=False)
    assert (content["NORB"], content["NELEC"], content["MS2"]) == (3, 3, 1)
    np.testing.assert_allclose(content["H1"], problem.h1, atol=1e-12)
    np.testing.assert_allclose(ao2mo.restore(1, content["H2"], 3), problem.h2, atol=1e-12)


HEADER, BODY = TWO_ORBITALS.split("&END\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(TWO_ORBITALS.replace("NORB=2,", ""), "NORB", id="no-norb"),
        pytest.param(TWO_ORBITALS.replace("NELEC=2,", ""), "NELEC", id="no-nelec"),
        pytest.param(TWO_ORBITALS.replace("NORB=2", "NORB=0"), "NORB", id="norb-0"),
        pytest.param(TWO_ORBITALS.replace("NORB=2", "NORB=-2"), "NORB", id="norb-negative"),
        pytest.param(TWO_ORBITALS.replace("NORB=2", "NORB=1"), "", id="index-beyond-norb"),
        pytest.param(TWO_ORBITALS.replace("NELEC=2", "NELEC=5"), "NELEC=5", id="too-many"),
        pytest.param(TWO_ORBITALS.replace("NELEC=2", "NELEC=0"), "NELEC=0", id="none"),
        pytest.param(TWO_ORBITALS.replace("NELEC=2", "NELEC=2.0"), "write NELEC=2", id="decimal"),
        pytest.param(TWO_ORBITALS.replace("MS2=0", "MS2=0.D0"), "write MS2=0", id="fortran-real"),
        pytest.param(TWO_ORBITALS.replace("MS2=0", "MS2=1"), "MS2=1", id="parity"),
        pytest.param(TWO_ORBITALS.replace("MS2=0", "MS2=4"), "MS2=4", id="too-much-spin"),
        pytest.param(TWO_ORBITALS.replace("MS2=0", "MS2=0,IUHF=1"), "unrestricted", id="uhf"),
        pytest.param(TWO_ORBITALS.replace("0.75", "nan"), "", id="nan-core"),
        pytest.param(TWO_ORBITALS.replace("0.5 ", "inf "), "finite", id="inf"),
        pytest.param(TWO_ORBITALS.replace("0.5 ", "abc "), "abc", id="text"),
        pytest.param(TWO_ORBITALS.replace("0.5  2 2 1 1", "0.5  2 2 1"), "", id="short-line"),
        pytest.param(TWO_ORBITALS.replace("2 2 2 1", "2 2 2 x"), "", id="index-text"),
        pytest.param(TWO_ORBITALS.replace("2 2 2 1", "2 2 2 -1"), "", id="index-negative"),
        pytest.param(TWO_ORBITALS[:-25], "", id="cut-off"),
        pytest.param(HEADER + "&END\n", "", id="header-only"),
        pytest.param(HEADER, "", id="no-end-of-header"),
        pytest.param(HEADER + BODY, "", id="header-not-closed"),
        pytest.param("&FCI " + "x" * 5000, "", id="garbage"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(
    write_file: WriteFile, run_vqe: RunVqe, text: str, words: str
) -> None:
    file = write_file("bad.fcidump", text)
    outcome = run_vqe("run", file)
    assert outcome.code == 2
    assert outcome.err.startswith("error: bad.fcidump:")
    assert outcome.err.count("bad.fcidump") == 1
    assert words in outcome.err


WITHOUT_LABELS = TWO_ORBITALS.replace("  ORBSYM=1,1,\n", "")


@pytest.mark.parametrize("norb", [10**3, 10**6, 10**12])
def test_more_orbitals_than_can_be_held_are_refused_before_memory_is_taken(
    write_file: WriteFile, norb: int
) -> None:
    with pytest.raises(ResourceLimitError, match=f"NORB={norb}"):
        read_fcidump(write_file("big", WITHOUT_LABELS.replace("NORB=2", f"NORB={norb}")))


def test_more_active_orbitals_than_fit_are_refused_by_the_header_alone(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    file = write_file("big", WITHOUT_LABELS.replace("NORB=2", "NORB=41"))
    outcome = run_vqe("run", file)
    assert outcome.code == 3
    assert "41" in outcome.err


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_a_file_that_is_not_there(write_file: WriteFile, run_vqe: RunVqe, name: str) -> None:
    outcome = run_vqe("run", write_file("in.yaml", f"fcidump: {{file: {name}}}\n"))
    assert outcome.code == 2
    assert f"error: {name}: " in outcome.err


def test_a_file_that_changed_since_its_checksum_was_taken_is_refused(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    write_file("FCIDUMP", ONE_ORBITAL)
    text = "fcidump: {file: FCIDUMP, sha256: %s}\n"
    spec = run_vqe("run", write_file("in.yaml", "fcidump: {file: FCIDUMP}\n"), "--json").record
    file = write_file("in.yaml", text % spec["spec"]["fcidump"]["sha256"])
    assert run_vqe("run", file).code == 0
    write_file("FCIDUMP", ONE_ORBITAL.replace("0.25", "0.26"))
    outcome = run_vqe("run", file)
    assert outcome.code == 2
    assert "changed" in outcome.err


def test_flags_of_molecules_do_not_apply_to_integrals(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    outcome = run_vqe("run", write_file("FCIDUMP", ONE_ORBITAL), "--charge", 1)
    assert outcome.code == 2
    assert outcome.err.startswith("error: --charge: ")


def test_integrals_that_are_no_file_raise_no_other_error(write_file: WriteFile) -> None:
    with pytest.raises(InputError):
        read_fcidump(write_file("none", "hello\n"))
