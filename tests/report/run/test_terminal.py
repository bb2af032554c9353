"""The screen of a run: verdict first, the digits that are known, and what to do next."""

from __future__ import annotations

import io
import re

import pytest
from pyscf import fci, gto, scf
from rich.console import Console

from tests.conftest import RunVqe, WriteFile
from vqe_cli import run
from vqe_cli.report.run.several import show_runs
from vqe_cli.report.run.terminal import show_run
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import RunRecord

HYDROGEN = {"molecule": {"name": "Hydrogen", "geometry": "H 0 0 0; H 0 0 0.735"}}


@pytest.fixture(scope="module")
def record() -> RunRecord:
    return run(spec_from_data(HYDROGEN))


def screen(record: RunRecord, width: int = 80, *, detailed: bool = False) -> list[str]:
    stream = io.StringIO()
    out = Console(file=stream, width=width, highlight=False, markup=False)
    show_run(record, out, detailed=detailed)
    return stream.getvalue().splitlines()


def sampled(record: RunRecord, energy: float, standard_error: float) -> RunRecord:
    """The record with an energy that was measured."""
    assert record.reference is not None
    result = record.result.model_copy(update={"energy": energy, "standard_error": standard_error})
    error = 1e3 * (energy - record.reference.energy)
    return record.model_copy(update={"result": result, "error_mha": error})


def test_the_verdict_is_at_the_end_of_the_first_line(record: RunRecord) -> None:
    first = screen(record)[0]
    assert first.startswith("Hydrogen ")
    assert first.endswith(" PASS")
    assert len(first) == 80


def test_noiseless_energies_have_ten_decimals(record: RunRecord) -> None:
    """Energies of H2 at 0.735 Å in STO-3G as Qiskit Nature's tutorial prints them."""
    text = "\n".join(screen(record))
    assert "E(HF)     -1.11699899" in text
    assert "E(exact)  -1.13730603" in text
    assert "E(VQE)    -1.13730603" in text


def test_measured_energies_have_the_digits_that_are_known(record: RunRecord) -> None:
    text = "\n".join(screen(sampled(record, -1.1004533735, 0.00099961)))
    assert "E(VQE)     -1.1005(10) Ha" in text
    assert "E(exact)   -1.1373 Ha" in text
    assert "error     +36.9 ± 1.0 mHa" in text
    assert "23x chemical accuracy; above Hartree-Fock" in text


def test_an_error_bar_that_is_too_wide_asks_for_shots(record: RunRecord) -> None:
    """Twice 1.96 · 4 mHa is 9.8 times 1.6 mHa: 97 times as many shots."""
    wide = sampled(record, -1.1370, 0.004)
    checks = [
        check.model_copy(update={"status": "warn"}) if check.name == "chemical-accuracy" else check
        for check in record.checks
    ]
    doubtful = wide.model_copy(update={"verdict": "warn", "checks": tuple(checks)})
    text = " ".join(" ".join(screen(doubtful)).split())
    assert "next: `--precision 0.4mHa`, about 97 times as many" in text


def test_the_share_of_correlation_has_its_own_bar(record: RunRecord) -> None:
    """Correlation is -20.307 mHa: 0.5 mHa are 2.5 % of it, 30 mHa are more than all."""
    assert "97.6(2.5) % of correlation" in "\n".join(screen(sampled(record, -1.13681, 0.0005)))
    assert "not resolved by these shots" in "\n".join(screen(sampled(record, -1.1368, 0.03)))


@pytest.mark.parametrize("width", [40, 60, 80])
def test_nothing_is_wider_than_the_terminal_or_padded(record: RunRecord, width: int) -> None:
    lines = screen(record, width, detailed=True)
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)
    assert "-1.1373060" in " ".join(lines)


def test_passed_checks_are_named_on_request(record: RunRecord) -> None:
    assert "scf-stable" not in " ".join(screen(record))
    assert "scf-stable" in " ".join(screen(record, detailed=True))


def test_a_search_that_stays_at_hartree_fock_says_so(run_vqe: RunVqe, write_file: WriteFile):
    """No operator of the pool has a derivative of 1 Ha, so that none is appended."""
    path = write_file(
        "in.yaml",
        "molecule: {geometry: 'H 0 0 0; H 0 0 1.5'}\n"
        "ansatz: {name: adapt, gradient_tolerance: 1}\n",
    )
    done = run_vqe("run", path, "-q")
    shown = " ".join(done.out.split())
    assert done.code == 0
    assert "WARN" in shown
    assert "no correlation found: the optimiser stayed at Hartree-Fock" in shown
    assert "next: `--set ansatz.gradient_tolerance=0.1`" in shown


def test_cycles_of_an_adaptive_ansatz_are_shown_on_request(run_vqe: RunVqe, write_file: WriteFile):
    """The first error is that of Hartree-Fock, PySCF's RHF above its FCI."""
    geometry = "H 0 0 0; H 0 0 1.5"
    path = write_file("in.yaml", f"molecule: {{geometry: '{geometry}'}}\nansatz: adapt\n")
    field = scf.RHF(gto.M(atom=geometry, basis="sto-3g", verbose=0)).run()
    error = 1000 * (field.e_tot - fci.FCI(field).kernel()[0])
    assert "error / mHa  gradient" not in run_vqe("run", path, "-q").out
    lines = run_vqe("run", path, "-q", "-v").out.splitlines()
    title = next(k for k, line in enumerate(lines) if "error / mHa  gradient" in line)
    first, second = lines[title + 1].split(), lines[title + 2].split()
    assert (first[0], first[-1], second[0]) == ("0", "none", "1")
    assert float(first[1]) == pytest.approx(field.e_tot, abs=1e-6)
    assert float(first[2]) == pytest.approx(error, abs=1e-3)
    assert float(second[2]) == pytest.approx(0.0, abs=1e-3)
    assert "→" in second


def test_several_files_end_with_counts_and_reasons(record: RunRecord) -> None:
    doubtful = record.model_copy(
        update={
            "verdict": "warn",
            "name": "Other",
            "checks": tuple(
                check.model_copy(update={"status": "warn"})
                if check.name == "chemical-accuracy"
                else check
                for check in record.checks
            ),
        }
    )
    stream = io.StringIO()
    show_runs([record, doubtful], Console(file=stream, width=80, highlight=False))
    text = stream.getvalue()
    assert "2 runs: 1 pass, 1 warn" in text
    assert "Other: error beyond 1.6 mHa" in text


def test_progress_in_a_pipe_has_a_line_for_each_finished_stage(
    run_vqe: RunVqe, write_file: WriteFile
):
    text = "molecule: {geometry: 'H 0 0 0; H 0 0 0.735'}\nansatz: tups\nrestarts: 1\n"
    told = run_vqe("run", write_file("in.yaml", text)).err
    assert re.search(r"^in: 4 qubits, 4 determinants$", told, re.M)
    assert re.search(r"^  Hartree-Fock +-1.11699\d+ Ha +\S+ m?s$", told, re.M)
    assert re.search(r"^  exact \(\w+\) +-1.13730\d+ Ha +\S+ m?s$", told, re.M)
    assert len(re.findall(r"^  start \d of 2 +converged ", told, re.M)) == 2


@pytest.mark.parametrize(
    ("name", "noisy", "words"),
    [
        ("chemical-accuracy", False, "`--ansatz uccgsd` or `--ansatz '{name: k-upccgsd, k: 4}'`"),
        ("chemical-accuracy", True, "less noise"),
        ("particle-number", True, "post-selection"),
    ],
)
def test_remedies_fit_the_noise(record: RunRecord, name: str, noisy: bool, words: str) -> None:
    noise = Check(name="noise-free", status="warn", hard=False)
    failed = Check(name=name, status="warn", hard=False)
    checks = (failed, noise) if noisy else (failed,)
    changed = record.model_copy(update={"checks": checks, "verdict": "warn"})
    text = " ".join(" ".join(screen(changed)).split())
    assert f"next: {words}" in text or f"; {words}" in text
    assert ("--ansatz" in text) is not noisy


def test_a_search_at_a_limit_is_told_which(record: RunRecord) -> None:
    """Other ansätze are no remedy for a search that did not end."""
    ended = Check(
        name="optimizer-converged",
        status="fail",
        hard=True,
        detail="the limit of operators is reached",
    )
    failed = Check(name="chemical-accuracy", status="warn", hard=False)
    spec = record.spec | {"ansatz": {"name": "adapt", "max_operators": 5}}
    changed = record.model_copy(update={"spec": spec, "checks": (ended, failed), "verdict": "fail"})
    text = " ".join(" ".join(screen(changed)).split())
    assert "next: `--set ansatz.max_operators=50`" in text
    assert "next: a search that converges" in text


def test_the_remedy_of_kohn_sham_orbitals_is_no_option_of_files(record: RunRecord) -> None:
    assert record.problem.scf is not None
    scf = record.problem.scf.model_copy(update={"functional": "pbe"})
    failed = Check(name="reference-determinant", status="warn", hard=False)
    changed = record.model_copy(
        update={
            "problem": record.problem.model_copy(update={"scf": scf}),
            "checks": (failed,),
            "verdict": "warn",
        }
    )
    text = " ".join(" ".join(screen(changed)).split())
    assert "without molecule.scf.functional" in text
    assert "fcidump" not in text
