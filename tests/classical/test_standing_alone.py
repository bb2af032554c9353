"""A method that fails costs its own row, and a reference that fails only the comparison."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import cc, gto, scf

from tests.conftest import RunVqe, WriteFile
from tests.problems import H2, encoding_of, problem_of, random_problem
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.classical._coupled_cluster import solve_ccsd
from vqe_cli.classical.ccsd import Ccsd
from vqe_cli.classical.fci import Fci
from vqe_cli.classical.hf import HartreeFock
from vqe_cli.classical.numpy import NumPy
from vqe_cli.errors import NotConvergedError

HYDROGEN = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735}\n"
FAULTS = [
    AttributeError("module 'numpy.linalg' has no attribute 'linalg'"),
    np.linalg.LinAlgError("Singular matrix"),
    NotConvergedError("it went in circles"),
    MemoryError(),
]
WORDS = ("has no attribute 'linalg'", "Singular matrix", "it went in circles", "not enough memory")


@pytest.fixture
def hydrogen(write_file: WriteFile) -> Path:
    return write_file("h2.yaml", HYDROGEN)


def failing(fault: BaseException) -> Any:
    def solve(*_: Any) -> None:
        raise fault

    return solve


@pytest.mark.parametrize(("fault", "words"), list(zip(FAULTS, WORDS, strict=True)), ids=str)
def test_other_methods_keep_their_rows(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    monkeypatch.setattr(Ccsd, "solve", failing(fault))
    plain = run_vqe("reference", hydrogen, "--methods", "hf,ccsd,fci")
    assert "-1.1169989968" in plain.out
    assert "-1.1373060358" in plain.out
    assert "CCSD: " in plain.out
    assert words in plain.out.replace("\n", " ")
    assert plain.code == (0 if isinstance(fault, (NotConvergedError, MemoryError)) else 1)
    rows = run_vqe("reference", hydrogen, "--methods", "hf,ccsd,fci", "--json").record["references"]
    assert [row["energy"] is None for row in rows] == [False, True, False]
    assert words in rows[1]["reason"]


@pytest.mark.parametrize(("fault", "code"), [(FAULTS[2], 4), (FAULTS[3], 3)])
def test_where_nothing_was_found_the_exit_code_says_so(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, code: int
) -> None:
    monkeypatch.setattr(HartreeFock, "solve", failing(fault))
    assert run_vqe("reference", hydrogen, "--methods", "hf").code == code


@pytest.mark.parametrize(("fault", "words"), list(zip(FAULTS, WORDS, strict=True)), ids=str)
def test_a_run_goes_on_without_its_reference_and_warns(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    monkeypatch.setattr(NumPy, "solve", failing(fault))
    found = run_vqe("run", hydrogen, "--json", "-q")
    assert found.code == 0
    assert found.record["result"]["energy"] == pytest.approx(-1.137306035753, abs=1e-8)
    assert found.record["reference"] is None
    assert found.record["error_mha"] is None
    assert words in found.record["reference_missing"]["reason"]
    assert found.record["verdict"] == "warn"
    (check,) = (one for one in found.record["checks"] if one["name"] == "exact-reference")
    assert (check["status"], check["hard"]) == ("warn", False)
    plain = run_vqe("run", hydrogen, "-q")
    assert "exact-reference" in plain.out
    assert "NumPy failed" in plain.out


def test_why_there_is_no_reference_is_kept(run_vqe: RunVqe, hydrogen: Path) -> None:
    found = run_vqe("run", hydrogen, "--reference", "none", "--json", "-q").record
    assert found["reference_missing"] == {"reason": "none was asked for", "failed": False}
    assert found["verdict"] == "pass"
    assert run_vqe("run", hydrogen, "--json", "-q").record["reference_missing"] is None


def test_an_interrupt_is_no_failure_of_the_reference(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NumPy, "solve", failing(KeyboardInterrupt()))
    assert run_vqe("run", hydrogen).code == 130


@pytest.mark.parametrize("seed", [0, 4, 7])
def test_coupled_cluster_that_diverges_is_told_as_that(seed: int) -> None:
    """PySCF's own extrapolation ends with an AttributeError on NumPy 2."""
    problem = random_problem(6, (3, 3), seed)
    with pytest.raises(NotConvergedError, match="without bound"):
        solve_ccsd(problem)


def test_coupled_cluster_is_pyscfs_where_it_converges() -> None:
    water = "O 0 0 0.1173; H 0 0.7572 -0.4692; H 0 -0.7572 -0.4692"
    method = scf.RHF(gto.M(atom=water, basis="sto-3g", verbose=0)).run(conv_tol=1e-12)
    expected = cc.RCCSD(method).set(conv_tol=1e-10).run().e_tot
    found = CLASSICAL_METHODS.create("ccsd").solve(encoding_of(problem_of({"geometry": water})))
    assert found.energy == pytest.approx(expected, abs=1e-8)


def test_fci_that_did_not_converge_says_how_far_it_may_be_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from vqe_cli.classical import fci

    monkeypatch.setattr(fci, "DENSE_UP_TO", 1)
    monkeypatch.setattr(fci, "MAX_PRODUCTS", 12)
    molecule = {"geometry": "N 0 0 0\nN 0 0 2.0", "symmetry": False}
    problem = problem_of(molecule, active_space="frozen-core")
    with pytest.raises(NotConvergedError, match=r"off by \d"):
        Fci().solve(encoding_of(problem))


def test_dense_and_iterative_search_agree_on_another_spin(monkeypatch: pytest.MonkeyPatch) -> None:
    from vqe_cli.classical import fci

    problem = problem_of({**H2, "multiplicity": 3, "basis": "6-31g"})
    dense = Fci().solve(encoding_of(problem)).energy
    monkeypatch.setattr(fci, "DENSE_UP_TO", 1)
    assert Fci().solve(encoding_of(problem)).energy == pytest.approx(dense, abs=1e-9)
