"""Limits and estimates: refused before anything is allocated, with the numbers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import RunVqe
from tests.problems import N2, encoding_of, frontier, problem_of, spec_of
from vqe_cli._core.resources import Memory
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS
from vqe_cli.errors import InputError
from vqe_cli.parts import fingerprint_of
from vqe_cli.qubits.encoding import Encoding

ROOT = Path(__file__).parent.parent.parent
LITHIUM_HYDRIDE = ROOT / "molecules" / "lih.yaml"


@pytest.mark.parametrize("ansatz", ["uccsd", "two-local", "adapt"])
def test_more_memory_than_allowed_is_refused_with_both_numbers(
    run_vqe: RunVqe, ansatz: str
) -> None:
    outcome = run_vqe("run", LITHIUM_HYDRIDE, "--ansatz", ansatz, "--max-memory", "1 kB", "--json")
    assert outcome.code == 3
    error = outcome.record["error"]
    assert error["kind"] == "refused"
    assert re.search(r"needs \d+\.\d MB of memory, 0\.0 MB are allowed", error["message"])
    assert error["hint"]


def test_a_reference_that_does_not_fit_is_left_out_and_the_record_says_so(run_vqe: RunVqe) -> None:
    """UCCSD's six vectors of LiH fit, Davidson's forty do not."""
    outcome = run_vqe("run", LITHIUM_HYDRIDE, "--max-memory", "0.02MB", "--json")
    assert outcome.code == 0
    assert outcome.record["reference"] is None
    assert outcome.record["error_mha"] is None


def test_classical_references_keep_to_the_limit_too(run_vqe: RunVqe) -> None:
    outcome = run_vqe("reference", LITHIUM_HYDRIDE, "--max-memory", "10 kB", "--json")
    assert outcome.code == 0
    rows = {row["label"]: row for row in outcome.record["references"]}
    assert rows["FCI"]["energy"] is None
    assert "are allowed" in rows["FCI"]["reason"]
    assert rows["CCSD"]["energy"] is not None


def test_enough_memory_changes_nothing(run_vqe: RunVqe) -> None:
    plain = run_vqe("run", LITHIUM_HYDRIDE, "--json").record
    limited = run_vqe("run", LITHIUM_HYDRIDE, "--max-memory", "4 GB", "--json").record
    assert limited["result"]["energy"] == plain["result"]["energy"]
    assert limited["fingerprint"] == plain["fingerprint"]


@pytest.mark.parametrize("amount", ["1lb", "4", "-4GB", "0 GB", "GB", "4 GBit"])
def test_what_is_no_amount_of_memory_is_refused(run_vqe: RunVqe, amount: str) -> None:
    outcome = run_vqe("run", LITHIUM_HYDRIDE, f"--max-memory={amount}")
    assert outcome.code == 2
    assert "--max-memory" in outcome.err
    assert "4 GB" in outcome.err


@pytest.mark.parametrize(
    ("amount", "count"), [("4GB", 4e9), ("500 mb", 5e8), ("1.5 GiB", 1.5 * 2**30)]
)
def test_amounts_in_bytes(amount: str, count: float) -> None:
    molecule = {"geometry": "H 0 0 0\nH 0 0 1"}
    spec = spec_of(molecule, max_memory=amount)
    assert spec.memory == Memory(int(count))
    assert fingerprint_of(spec) == fingerprint_of(spec_of(molecule))


def test_an_amount_that_is_none_in_the_file() -> None:
    with pytest.raises(InputError, match="amount of memory"):
        spec_of({"geometry": "H 0 0 0\nH 0 0 1"}, max_memory="much")


def test_estimated_memory_is_that_of_the_vectors() -> None:
    """By hand: six vectors of C(8,5)² / 8 = 392 numbers of eight bytes."""
    problem = problem_of(N2, active_space=frontier(10, 8))
    state = ANSATZE.create("uccsd").state(Encoding(problem, encoding_of("h2").mapper))
    cost = BACKENDS.create("exact").cost(state)
    assert cost is not None
    assert cost.memory == 6 * 8 * 392
    assert cost.seconds is not None


def test_estimated_time_counts_pairs_of_determinants() -> None:
    """Without a point group the same excitations take as many times as long as there are irreps."""
    problem = problem_of(N2, active_space=frontier(10, 8))
    mapper = encoding_of("h2").mapper
    backend = BACKENDS.create("exact")
    filtered = backend.cost(ANSATZE.create("uccsd").state(Encoding(problem, mapper)))
    whole = {"name": "uccsd", "point_group": False}
    unfiltered = backend.cost(ANSATZE.create(whole).state(Encoding(problem, mapper)))
    assert filtered is not None
    assert unfiltered is not None
    assert unfiltered.memory == 8 * filtered.memory
    assert unfiltered.seconds > 8 * filtered.seconds


def test_compiling_is_announced_once_and_not_the_next_time(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "vqe_cli", "run", str(ROOT / "molecules" / "lih.yaml")]
    said = [
        subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        ).stderr.count("compiling")
        for _ in range(2)
    ]
    assert said == [1, 0]
