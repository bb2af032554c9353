"""Bundles of runs over unrestricted orbitals, as PySCF reads them and as they are replayed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyscf.fci import direct_uhf

from tests.cli.test_other_references import H3, H3_ATOMS
from tests.conftest import RunVqe, WriteFile
from tests.unrestricted import exact_energy, unrestricted_problem_of
from vqe_cli._core.bundles import Bundle
from vqe_cli.analysis.bundles.integrals import INTEGRALS, Integrals


def test_integrals_of_both_spins_give_the_exact_energy(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    path = write_file("h3.yaml", H3)
    done = run_vqe("run", "-q", path, "-o", "h3.zip", "--set", "reference=none")
    assert done.code == 0, done.err
    found = Integrals.from_bytes(Bundle(Path("h3.zip")).read(INTEGRALS))
    beta = found.beta
    assert beta is not None
    energy, _ = direct_uhf.kernel(
        (found.h1, beta.h1), (found.h2, beta.mixed, beta.h2), 3, found.nelec
    )
    exact = exact_energy(unrestricted_problem_of(H3_ATOMS, 1))
    assert energy + found.core_energy == pytest.approx(exact, abs=1e-8)
    again = run_vqe("replay", "h3.zip", "--json")
    assert again.code == 0, again.out


def test_a_record_of_a_file_without_overlaps_contradicts_nothing(
    run_vqe: RunVqe, write_file: WriteFile, tmp_path: Path
) -> None:
    path = write_file("h3.yaml", H3)
    assert run_vqe("inspect", path, "--export", "fcidump", "h3.fcidump").code == 0
    flags = ("--set", "reference=none", "-o", "h3.json", "-q")
    assert run_vqe("run", "h3.fcidump", *flags).code == 0
    again = run_vqe("replay", "h3.json", "--json")
    assert again.record["contradictions"] == []


def test_other_beta_integrals_have_another_checksum() -> None:
    problem = unrestricted_problem_of(H3_ATOMS, 1)
    integrals = Integrals.of(problem)
    again = Integrals.from_bytes(integrals.to_bytes())
    assert again.sha256 == integrals.sha256
    assert again.beta is not None
    assert problem.beta is not None
    again.beta.h1[0, 0] += 1e-9
    assert again.sha256 != integrals.sha256
