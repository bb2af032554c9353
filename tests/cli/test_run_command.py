"""`vqe run`: the record, the tables, the exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import RunVqe, WriteFile
from tests.problems import frontier, problem_of
from vqe_cli.schema.yaml_source import parse_yaml

H2 = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735}\n"
MODEL = "hamiltonian:\n  name: model\n  paulis: {ZZ: -1.0, ZI: 0.5, IZ: 0.5, XX: 0.2}\n"
MODEL_ENERGY = -1 - 1.04**0.5
"""By hand: the block of |00⟩ and |11⟩ is [[0, 0.2], [0.2, -2]]."""
METHYLENE = """\
molecule:
  geometry: |
    C 0 0 0
    H 0 0.99 0.42
    H 0 -0.99 0.42
  multiplicity: 3
active_space: {name: frontier, electrons: 4, orbitals: 4}
"""
FCI_H2 = -1.137306035753
RHF_H2 = -1.116998996754
NUCLEI_H2 = 0.719968994449
"""PySCF 2.14, STO-3G at 0.735 Å, Hartree."""

HARTREE_FOCK = ("--optimizer", "none", "--initial", "zeros")


@pytest.fixture
def hydrogen(write_file: WriteFile) -> Path:
    return write_file("h2.yaml", H2)


def test_the_record_is_one_json_object_with_the_keys_and_types_of_the_contract(
    run_vqe: RunVqe, hydrogen: Path
) -> None:
    outcome = run_vqe("run", hydrogen, "--json")
    record = outcome.record
    assert outcome.code == 0
    assert record["schema"] == "vqe-run/1"
    assert len(bytes.fromhex(record["fingerprint"])) == 32
    assert record["verdict"] == "pass"
    assert record["error_mha"] == pytest.approx(0.0, abs=1e-3)
    assert isinstance(record["provenance"], dict)

    problem = record["problem"]
    expected = {"qubits": 4, "orbitals": 2, "electrons": [1, 1], "pauli_terms": 15}
    assert {key: problem[key] for key in expected} == expected
    assert problem["sector_dimension"] == 4
    assert problem["core_energy"] == pytest.approx(NUCLEI_H2, abs=1e-9)
    assert problem["hartree_fock_energy"] == pytest.approx(RHF_H2, abs=1e-9)

    result = record["result"]
    assert result["energy"] == pytest.approx(FCI_H2, abs=1e-8)
    assert result["standard_error"] is None
    assert result["converged"] is True
    assert all(isinstance(value, float) for value in result["parameters"])
    assert {type(value) for value in result["evaluations"].values()} == {int}
    assert set(result["evaluations"]) == {"energy", "gradient", "shots"}
    assert result["wall_s"] > 0

    assert record["reference"]["method"] == "numpy"
    assert record["reference"]["energy"] == pytest.approx(FCI_H2, abs=1e-9)
    assert record["reference"]["wall_s"] > 0


def test_the_history_tells_energy_and_evaluations_of_every_step(
    run_vqe: RunVqe, hydrogen: Path
) -> None:
    result = run_vqe("run", hydrogen, "--json").record["result"]
    history = result["history"]
    assert [step["step"] for step in history] == list(range(1, len(history) + 1))
    counts = [step["evaluations"] for step in history]
    assert counts == sorted(counts)
    assert counts[-1] <= result["evaluations"]["energy"]
    assert history[-1]["energy"] == pytest.approx(FCI_H2, abs=1e-8)


def test_every_check_tells_what_was_measured_and_what_was_expected(
    run_vqe: RunVqe, hydrogen: Path
) -> None:
    checks = {check["name"]: check for check in run_vqe("run", hydrogen, "--json").record["checks"]}
    keys = {"name", "status", "value", "expected", "tolerance"}
    assert all(keys <= set(check) for check in checks.values())
    number = checks["particle-number"]
    assert (number["status"], number["expected"]) == ("pass", 2.0)
    assert number["value"] == pytest.approx(2.0, abs=1e-9)
    assert checks["sz"]["value"] == pytest.approx(0.0, abs=1e-9)
    assert checks["s-squared"]["value"] == pytest.approx(0.0, abs=1e-9)


def test_the_spec_in_a_record_is_an_input_file_for_the_same_run(
    run_vqe: RunVqe, write_file: WriteFile, hydrogen: Path
) -> None:
    first = run_vqe("run", hydrogen, "--json", "--ansatz", "efficient-su2", *HARTREE_FOCK).record
    again = write_file("again.yaml", json.dumps(first["spec"]))
    second = run_vqe("run", again, "--json").record
    assert second["fingerprint"] == first["fingerprint"]
    assert second["result"]["energy"] == first["result"]["energy"]


def test_a_record_is_a_starting_point(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("model.yaml", MODEL)
    run_vqe("run", file, "-o", "first.json")
    initial = ("--initial", "{file: first.json}", "--optimizer", "none")
    result = run_vqe("run", file, *initial, "--json").record["result"]
    assert result["energy"] == pytest.approx(MODEL_ENERGY, abs=1e-6)
    assert result["evaluations"]["energy"] == 1


def test_a_qubit_hamiltonian_has_no_electrons(run_vqe: RunVqe, write_file: WriteFile) -> None:
    record = run_vqe("run", write_file("model.yaml", MODEL), "--json").record
    assert record["result"]["energy"] == pytest.approx(MODEL_ENERGY, abs=1e-6)
    assert record["reference"]["energy"] == pytest.approx(MODEL_ENERGY, abs=1e-9)
    assert (record["problem"]["qubits"], record["problem"]["pauli_terms"]) == (2, 4)
    assert record["problem"]["electrons"] is None
    assert record["problem"]["hartree_fock_energy"] is None


def test_a_hamiltonian_of_one_qubit_is_solved(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """The eigenvalues of X + Z are ±√2."""
    file = write_file("one.yaml", "hamiltonian: {paulis: {X: 1.0, Z: 1.0}}\n")
    record = run_vqe("run", file, "--json").record
    assert record["result"]["energy"] == pytest.approx(-(2**0.5), abs=1e-6)


def test_shots_give_an_error_bar_and_are_counted(run_vqe: RunVqe, hydrogen: Path) -> None:
    arguments = ("--backend", "aer", "--shots", 1000, *HARTREE_FOCK)
    record = run_vqe("run", hydrogen, *arguments, "--json").record
    error = record["result"]["standard_error"]
    assert 0 < error < 0.05
    assert abs(record["result"]["energy"] - RHF_H2) < 5 * error
    assert record["result"]["evaluations"]["shots"] >= 1000


def test_without_a_reference_there_is_no_error_and_it_is_said(
    run_vqe: RunVqe, hydrogen: Path
) -> None:
    outcome = run_vqe("run", hydrogen, "--reference", "none", "--json")
    assert outcome.code == 0
    assert outcome.record["reference"] is None
    assert outcome.record["error_mha"] is None
    plain = run_vqe("run", hydrogen, "--reference", "none", "--quiet")
    assert "no exact reference" in " ".join(plain.out.split())


@pytest.mark.parametrize("method", ["hf", "mp2"])
def test_a_method_that_is_not_exact_does_not_make_a_good_energy_fail(
    run_vqe: RunVqe, hydrogen: Path, method: str
) -> None:
    """VQE below Hartree-Fock is what it is there for."""
    outcome = run_vqe("run", hydrogen, "--reference", method, "--json")
    assert outcome.code == 2 or outcome.record["verdict"] != "fail"


def test_the_output_file_holds_what_json_prints(run_vqe: RunVqe, hydrogen: Path) -> None:
    outcome = run_vqe("run", hydrogen, "--json", "-o", "record.json")
    assert json.loads(Path("record.json").read_text()) == outcome.record
    assert sorted(path.name for path in Path().iterdir()) == ["h2.yaml", "record.json"]


def test_the_output_file_is_written_without_json_on_the_screen(
    run_vqe: RunVqe, hydrogen: Path
) -> None:
    outcome = run_vqe("run", hydrogen, "--output", "record.json")
    assert json.loads(Path("record.json").read_text())["verdict"] == "pass"
    assert outcome.out.splitlines()[0].endswith("PASS")


def test_properties_stand_in_the_record_with_their_units(run_vqe: RunVqe, hydrogen: Path) -> None:
    found = run_vqe("run", hydrogen, "--json").record["result"]["properties"]
    assert found["dipole"]["magnitude"] == {"value": pytest.approx(0.0, abs=1e-9), "unit": "debye"}
    assert found["dipole"]["origin"]
    assert found["electrons"] == {"value": pytest.approx(2.0), "unit": "electrons"}
    bonding, antibonding = found["natural_occupations"]["value"]
    assert bonding + antibonding == pytest.approx(2.0)
    assert 1.9 < bonding < 2.0


def test_the_report_shows_dipole_and_natural_occupations(
    run_vqe: RunVqe, write_file: WriteFile, hydrogen: Path
) -> None:
    out = run_vqe("run", hydrogen).out
    assert "dipole       0.0000 D\n" in out
    assert "occupations  1.98 0.02 (natural)\n" in out  # PySCF's full CI: 1.975 and 0.025
    out = run_vqe("run", hydrogen, *HARTREE_FOCK).out
    assert "occupations  1 near 2, 1 near 0 (natural)\n" in out
    ion = write_file("heh.yaml", "molecule: {geometry: He 0 0 0; H 0 0 0.77, charge: 1}\n")
    assert " D   about the origin" in run_vqe("run", ion).out
    assert "dipole" not in run_vqe("run", write_file("model.yaml", MODEL)).out


@pytest.mark.parametrize("flags", [(), ("--quiet",)])
def test_density_matrices_are_written_and_give_the_energy(
    run_vqe: RunVqe, write_file: WriteFile, flags: tuple[str, ...]
) -> None:
    file = write_file("ch2.yaml", METHYLENE)
    outcome = run_vqe("run", file, "--rdm", "state.npz", "--json", *flags)
    assert outcome.code == 0
    assert ("search" in outcome.err) != bool(flags)
    problem = problem_of(parse_yaml(METHYLENE).data["molecule"], active_space=frontier(4, 4))
    with np.load("state.npz") as found:
        assert set(found) == {"rdm1", "rdm2", "energy", "core_energy"}
        assert found["rdm1"].shape == (2, 4, 4)
        assert np.trace(found["rdm1"], axis1=1, axis2=2) == pytest.approx([3.0, 1.0])
        assert found["core_energy"] == outcome.record["problem"]["core_energy"]
        assert found["energy"] == outcome.record["result"]["energy"]
        energy = found["core_energy"] + np.vdot(problem.h1, found["rdm1"].sum(axis=0))
        energy += 0.5 * np.vdot(problem.h2, found["rdm2"])
    assert energy == pytest.approx(outcome.record["result"]["energy"], abs=1e-9)
    assert sorted(path.name for path in Path().iterdir()) == ["ch2.yaml", "state.npz"]


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (("--rdm", "state.npz", "--backend", "aer"), "density matrices"),
        (("--rdm", "state.npz", "--ansatz", "real-amplitudes"), "uccsd"),
        (("--rdm", "state.npz", "h2.yaml"), "one FILE"),
        (("--rdm", "state.txt"), ".npz"),
        (("--rdm", "missing/state.npz"), "missing"),
    ],
    ids=["aer", "circuit", "two-files", "ending", "folder"],
)
def test_density_matrices_that_cannot_be_written_are_refused_before_solving(
    run_vqe: RunVqe,
    hydrogen: Path,
    monkeypatch: pytest.MonkeyPatch,
    flags: tuple[str, ...],
    word: str,
) -> None:
    monkeypatch.setattr("vqe_cli.variational.minimise.minimise", None)
    for extra in ((), ("--json",)):
        outcome = run_vqe("run", hydrogen, *flags, *extra)
        assert outcome.code == 2
        assert word in outcome.out + outcome.err
    assert [path.name for path in Path().iterdir()] == ["h2.yaml"]


def test_a_run_whose_density_matrices_do_not_fit_can_be_resumed_without_them(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("vqe_cli.fermions.determinants.density.UNPACKED", 10**15)
        outcome = run_vqe("run", hydrogen, "--rdm", "state.npz", "--json")
    assert outcome.code == 3
    assert "--resume" in outcome.record["error"]["hint"]
    result = run_vqe("run", hydrogen, "--resume", "--json").record["result"]
    assert result["replayed"] > 0
    assert result["energy"] == pytest.approx(FCI_H2, abs=1e-8)


def test_quiet_says_nothing_on_standard_error(run_vqe: RunVqe, hydrogen: Path) -> None:
    assert run_vqe("run", hydrogen, "--quiet").err == ""
    assert "search" in run_vqe("run", hydrogen).err


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ((), 0),
        (("--strict",), 0),
        (HARTREE_FOCK, 0),
        ((*HARTREE_FOCK, "--strict"), 5),
        (("--maxiter", "1", "--initial", "zeros"), 4),
        (("--optimizer", "none", "--ansatz", "efficient-su2"), 5),
    ],
    ids=["pass", "pass-strict", "warn", "warn-strict", "not-converged", "wrong-particle-number"],
)
def test_the_exit_code_tells_the_verdict(
    run_vqe: RunVqe, hydrogen: Path, flags: tuple[str, ...], code: int
) -> None:
    assert run_vqe("run", hydrogen, *flags).code == code
    assert run_vqe("run", hydrogen, *flags, "--json").code == code


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ("backend: aer\n", ("40 qubits", "GB")),
        ("backend: exact\n", ("40 qubits", "GB")),
        ("backend: {name: aer, noise: fake_manila}\n", ("40", "fake_manila", "5")),
        ("backend: {name: aer, method: density_matrix}\n", ("40 qubits", "B of memory")),
    ],
    ids=["aer", "exact", "device", "density-matrix"],
)
def test_what_is_too_large_is_refused_with_how_much_it_needs(
    run_vqe: RunVqe, write_file: WriteFile, parts: str, words: tuple[str, ...]
) -> None:
    text = f"hamiltonian: {{paulis: {{{40 * 'Z'}: 1.0, {40 * 'X'}: 0.5}}}}\n{parts}"
    file = write_file("large.yaml", text)
    plain, as_json = run_vqe("run", file), run_vqe("run", file, "--json")
    assert plain.code == as_json.code == 3
    assert as_json.record["error"]["kind"] == "refused"
    for word in words:
        assert word in plain.err
        assert word in as_json.record["error"]["message"]


def test_an_interrupt_before_the_first_step_has_no_traceback_and_code_130(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vqe_cli.variational.preparation.select_orbitals", interrupted)
    plain = run_vqe("run", hydrogen)
    assert plain.code == 130
    assert "Traceback" not in plain.err
    as_json = run_vqe("run", hydrogen, "--json")
    assert as_json.code == 130
    assert as_json.record["error"]["kind"] == "interrupted"


def test_an_error_of_the_program_has_no_traceback_and_code_1(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("vqe_cli.cli.runner.run", breaks)
    outcome = run_vqe("run", hydrogen)
    assert outcome.code == 1
    assert "by nothing" in outcome.err
    assert "--debug" in outcome.err
    assert "Traceback" not in outcome.err
    assert run_vqe("run", hydrogen, "--json").record["error"]["kind"] == "internal"


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        (H2, ()),
        (H2.replace("Hydrogen", "n" * 200), ()),
        (H2, HARTREE_FOCK),
        (H2, ("--ansatz", "excitation-preserving", "--optimizer", "nelder-mead", "--maxiter", 9)),
        (H2, ("--backend", "aer", "--shots", 99, "--noise", "fake_manila", *HARTREE_FOCK)),
        (MODEL, ("--reference", "none", "--backend", "aer", "--maxiter", 2)),
    ],
    ids=["pass", "long-name", "warn", "long-line", "noise", "model"],
)
def test_a_report_in_a_pipe_has_no_colours_and_fits_80_columns(
    run_vqe: RunVqe, write_file: WriteFile, text: str, flags: tuple[str, ...]
) -> None:
    file = write_file("in.yaml", text)
    for outcome in (run_vqe("run", file, *flags), run_vqe("run", file, file, *flags)):
        assert re.search("PASS|WARN|FAIL|verdict", outcome.out)
        assert "\x1b" not in outcome.out + outcome.err
        assert max(map(len, outcome.out.splitlines())) <= 80


def test_the_same_seed_gives_the_same_bits_in_another_process(
    run_vqe: RunVqe, hydrogen: Path
) -> None:
    """Python orders sets differently in every process unless told otherwise."""
    flags = ("--backend", "aer", "--shots", "100", "--maxiter", "5", "--json", "--quiet")
    order = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    done = subprocess.run(
        [sys.executable, "-m", "vqe_cli", "run", hydrogen, *flags],
        env={**os.environ, "PYTHONHASHSEED": order},
        capture_output=True,
        check=False,
    )
    here, there = (
        run_vqe("run", hydrogen, *flags).record["result"],
        json.loads(done.stdout)["result"],
    )
    for name in ("energy", "parameters", "history"):
        assert here[name] == there[name]


def test_a_plot_is_written(run_vqe: RunVqe, hydrogen: Path) -> None:
    assert run_vqe("run", hydrogen, "--plot", "steps.png").code == 0
    assert Path("steps.png").read_bytes().startswith(b"\x89PNG")
