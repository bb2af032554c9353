"""``vqe verify``: the table, the JSON and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import RunVqe, WriteFile
from tests.problems import EXACT_H2

H2 = 'molecule: {geometry: "H 0 0 0; H 0 0 0.735"}\n'


def test_a_true_number_is_confirmed(run_vqe: RunVqe, write_file: WriteFile) -> None:
    done = run_vqe("verify", write_file("h2.yaml", H2), "--energy", EXACT_H2)
    assert done.code == 0, done.err
    assert "verdict: confirmed" in done.out
    assert "lower bound" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_false_number_ends_with_5_and_says_why(run_vqe: RunVqe, write_file: WriteFile) -> None:
    claim = f"{H2}claim: {{energy: {27.211386 * EXACT_H2}}}\n"
    done = run_vqe("verify", write_file("claim.yaml", claim))
    assert done.code == 5
    assert "verdict: impossible" in done.out
    assert "in eV" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_the_record_is_one_json_object(
    run_vqe: RunVqe, write_file: WriteFile, tmp_path: Path
) -> None:
    file = write_file("claim.yaml", f"{H2}claim: {{energy: -1.1, tolerance: 1.0e-5}}\n")
    done = run_vqe("verify", file, "--json", "-o", tmp_path / "out.json")
    record = done.record
    assert done.code == 5
    assert record["schema"] == "vqe-verify/1"
    assert record["verdict"] == "not-supported"
    assert record["claimed_energy"] == -1.1
    assert record["tolerance"] == 1e-5
    assert record["recomputed_energy"] is None
    assert abs(record["upper_bound"] - EXACT_H2) < 1e-6
    assert record["lower_bound"] <= record["upper_bound"]
    assert all(isinstance(reason, str) for reason in record["reasons"])
    assert json.loads((tmp_path / "out.json").read_text())["verdict"] == "not-supported"


def test_a_record_of_a_run_is_a_claim(run_vqe: RunVqe, write_file: WriteFile) -> None:
    assert run_vqe("run", write_file("h2.yaml", H2), "-o", "h2.json", "-q").code == 0
    done = run_vqe("verify", "h2.json", "--json")
    assert done.code == 0, done.err
    assert done.record["verdict"] == "confirmed"
    assert done.record["evidence"]["kind"] == "record"


def test_a_wrong_claim_is_bad_input(run_vqe: RunVqe, write_file: WriteFile) -> None:
    done = run_vqe("verify", write_file("claim.yaml", H2 + "clame: {energy: -1}\n"))
    assert done.code == 2
    assert "claim.yaml:2: unknown key 'clame'" in done.err
