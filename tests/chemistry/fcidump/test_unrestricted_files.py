"""FCIDUMP files of unrestricted orbitals, against PySCF and Block2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import RunVqe
from tests.unrestricted import H3, OH, exact_energy, uhf, unrestricted_problem_of
from vqe_cli.chemistry.fcidump import write_fcidump
from vqe_cli.chemistry.fcidump.blocks import read_blocks
from vqe_cli.chemistry.fcidump.unrestricted import unrestricted_field_of_file
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem

SEPARATOR = " 0.0    0    0    0    0\n"


def written(problem: ElectronicProblem, folder: Path) -> Path:
    """A file of the problem."""
    path = folder / "file.fcidump"
    write_fcidump(problem, path)
    return path


def test_a_round_trip_keeps_the_integrals_of_pyscf(tmp_path: Path) -> None:
    problem = unrestricted_problem_of(*OH)
    found = read_blocks(written(problem, tmp_path))
    for one, other in zip(
        (*found.h1, *found.h2), (*problem.spin_h1, *problem.spin_h2), strict=True
    ):
        assert one == pytest.approx(other, abs=1e-10)
    assert found.core_energy == pytest.approx(uhf(*OH).mol.energy_nuc(), abs=1e-12)
    assert found.header.nelec == (5, 4)


def test_block2_reads_the_file(tmp_path: Path) -> None:
    core = pytest.importorskip("pyblock2.driver.core")
    from pyscf import ao2mo

    problem = unrestricted_problem_of(*H3)
    driver = core.DMRGDriver(scratch=str(tmp_path), symm_type=core.SymmetryTypes.SZ, n_threads=1)
    driver.read_fcidump(filename=str(written(problem, tmp_path)), pg="c1", iprint=0)
    for one, other in zip(driver.h1e, problem.spin_h1, strict=True):
        assert np.asarray(one) == pytest.approx(other, abs=1e-12)
    for packed, other in zip(driver.g2e, problem.spin_h2, strict=True):
        whole = ao2mo.restore(1, np.asarray(packed), problem.norb)
        assert whole == pytest.approx(other, abs=1e-12)


def test_orbitals_in_any_order_are_occupied_by_energy(tmp_path: Path) -> None:
    problem = unrestricted_problem_of(*OH)
    (h1_a, h1_b), (aa, ab, bb) = problem.spin_h1, problem.spin_h2
    turned = problem.norb - 1 - np.arange(problem.norb)
    beta = problem.beta
    assert beta is not None
    shuffled = ElectronicProblem(
        h1=h1_a[np.ix_(turned, turned)],
        h2=aa[np.ix_(turned, turned, turned, turned)],
        core_energy=problem.core_energy,
        nelec=problem.nelec,
        multiplicity=problem.multiplicity,
        beta=type(beta)(h1_b, bb, ab[np.ix_(turned, turned)]),
    )
    path = written(shuffled, tmp_path)
    found = unrestricted_field_of_file(path, "canonical").report.energy
    assert found == pytest.approx(uhf(*OH).e_tot, abs=1e-9)
    assert unrestricted_field_of_file(path, "as-given").report.energy > found + 1


def test_a_run_on_a_file_has_the_exact_energy_of_pyscf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_vqe: RunVqe
) -> None:
    monkeypatch.chdir(tmp_path)
    problem = unrestricted_problem_of(*H3)
    written(problem, tmp_path)
    record = run_vqe("run", "file.fcidump", "--json").record
    assert record["reference"]["energy"] == pytest.approx(exact_energy(problem), abs=1e-8)
    assert record["result"]["energy"] == pytest.approx(exact_energy(problem), abs=1e-6)
    assert any("S² is unknown" in note for note in record["problem"]["notes"])
    assert "s-squared" not in {check["name"] for check in record["checks"]}
    assert record["result"]["properties"] is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda text: text.replace("MS2=1", "MS2=-1"), "more beta", id="beta"),
        pytest.param(lambda text: text.replace(SEPARATOR, ""), "do not belong", id="no-zeros"),
        pytest.param(lambda text: text.split(SEPARATOR)[0], "cannot separate", id="cut-off"),
        pytest.param(
            lambda text: text.replace(SEPARATOR, SEPARATOR.replace("0.0", "0.5"), 1),
            "not zero",
            id="separator",
        ),
        pytest.param(lambda text: text.replace("IUHF", "UHF"), "spin orbitals", id="spin-orbitals"),
    ],
)
def test_a_file_without_its_blocks_is_refused(tmp_path: Path, change: Any, words: str) -> None:
    path = written(unrestricted_problem_of(*H3), tmp_path)
    path.write_text(change(path.read_text()))
    with pytest.raises(InputError, match=words):
        read_blocks(path)


def test_a_file_cut_off_before_its_core_energy_is_a_doubt(tmp_path: Path) -> None:
    path = written(unrestricted_problem_of(*H3), tmp_path)
    assert not read_blocks(path).checks
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    assert [check.name for check in read_blocks(path).checks] == ["core-energy"]
