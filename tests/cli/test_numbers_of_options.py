"""Numbers on the command line: plain digits, within a range, and an error that names the flag."""

from __future__ import annotations

import pytest

from tests.conftest import RunVqe, WriteFile

H2 = "molecule:\n  geometry: H 0 0 0; H 0 0 0.735\n"
LARGE = "9" * 30

WHOLE = [
    ("inspect", "--terms"),
    ("run", "--charge"),
    ("run", "--multiplicity"),
    ("run", "--maxiter"),
    ("run", "--shots"),
    ("run", "--restarts"),
    ("run", "--seed"),
    ("diagnose", "--samples"),
    ("diagnose", "--noise-shots"),
    ("diagnose", "--repetitions"),
    ("diagnose", "--depths"),
    ("diagnose", "--sizes"),
]


@pytest.mark.parametrize(("command", "flag"), WHOLE)
@pytest.mark.parametrize("value", ["1_0", "٣", "1e3", "1.0", LARGE, "999999999999"])
def test_no_whole_number_within_reach(
    write_file: WriteFile, run_vqe: RunVqe, command: str, flag: str, value: str
) -> None:
    if value == "1e3" and flag in ("--terms", "--maxiter", "--shots"):
        value = "-1"
    outcome = run_vqe(command, write_file("in.yaml", H2), f"{flag}={value}")
    assert outcome.code == 2
    assert flag in outcome.err
    assert "bug in vqe" not in outcome.err


@pytest.mark.parametrize(
    ("command", "flag", "value"),
    [
        ("diagnose", "--scales", "nan"),
        ("diagnose", "--scales", "inf"),
        ("diagnose", "--scales", "1_0"),
        ("diagnose", "--scales", "1e9"),
        ("diagnose", "--scales", "1,,2"),
        ("diagnose", "--scales", ",".join(map(str, range(101)))),
        ("run", "--precision", ".mHa"),
        ("run", "--precision", "1_0mHa"),
        ("run", "--precision", "٣mHa"),
        ("run", "--precision", "1e400mHa"),
        ("estimate", "--error", "1e400mHa"),
        ("estimate", "--error", "1,6mHa"),
        ("run", "--max-memory", "٣GB"),
        ("run", "--max-memory", f"{LARGE}GB"),
        ("run", "--max-memory", "0GB"),
    ],
)
def test_no_amount(
    write_file: WriteFile, run_vqe: RunVqe, command: str, flag: str, value: str
) -> None:
    file = write_file("in.yaml", H2)
    backend = ("--backend", "aer") if flag == "--precision" else ()
    outcome = run_vqe(command, file, f"{flag}={value}", *backend)
    assert outcome.code == 2
    assert flag in outcome.err


@pytest.mark.parametrize(
    "assignment",
    [
        f"optimizer.maxiter={LARGE}",
        "optimizer.maxiter=1000000000000",
        f"optimizer={{name: slsqp, maxiter: {LARGE}}}",
        f"optimizer={{name: spsa, resamplings: {LARGE}}}",
        "optimizer={name: spsa, resamplings: 1000000000}",
        f"ansatz={{name: adapt, max_operators: {LARGE}}}",
        f"ansatz={{name: efficient-su2, reps: {LARGE}}}",
        f"solver={{name: sqd, max_dimension: {LARGE}}}",
        f"active_space={{name: explicit, orbitals: [1, {LARGE}]}}",
    ],
)
def test_no_option_counts_beyond_32_bits(
    write_file: WriteFile, run_vqe: RunVqe, assignment: str
) -> None:
    outcome = run_vqe("run", write_file("in.yaml", H2), "--set", assignment)
    assert outcome.code == 2
    assert "bug in vqe" not in outcome.err
