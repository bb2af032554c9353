"""The rows of the resource table, and its document."""

from __future__ import annotations

import os
from time import sleep
from typing import Any

import pytest
from resources.problems import Problem, label_of, selections
from resources.rows import row, shots, within
from resources.table import document

from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.pools import POOLS

H2 = Problem("H2", "H 0 0 0\nH 0 0 0.735")


@pytest.fixture(scope="module")
def tapered() -> dict[str, Any]:
    """The row of UCCSD for tapered hydrogen: two processes of their own."""
    return row(H2, {"name": "uccsd"}, "yes", seconds=120)


def test_hydrogen_takes_one_qubit_and_no_gate_if_tapered(tapered: dict[str, Any]) -> None:
    found = tapered
    assert (found["qubits"], found["parameters"]) == (1, 1)
    assert found["error_mha"] == pytest.approx(0.0, abs=1e-6)
    assert found["all"]["two_qubit_gates"] == found["line"]["two_qubit_gates"] == 0


def test_what_is_refused_or_takes_too_long_says_so() -> None:
    assert "not in jordan-wigner with tapering" in row(H2, {"name": "lucj"}, "yes", 120)["reason"]
    assert within(0.1, sleep, 60)["reason"] == "more than 0.1 s"
    assert within(60, os._exit, 3)["reason"] == "ended without a result, exit code 3"


def test_every_ansatz_and_every_pool_has_a_row() -> None:
    labels = [label_of(selection) for selection in selections()]
    of_electrons = {name for name in ANSATZE.names() if "electrons" in ANSATZE.get(name).serves}
    assert {label.split()[0] for label in labels} == of_electrons - {"grown"}
    assert {f"adapt {pool}" for pool in POOLS.names()} <= set(labels)


def test_the_document_has_the_figures(tapered: dict[str, Any]) -> None:
    found = {"ansatz": "uccsd", "taper": "yes", **tapered}
    kept = {"lih": {"shots": {"yes": shots(H2, "yes")}, "rows": {"uccsd | yes": found}}}
    text = document(kept)
    assert "| uccsd | yes | 1 | 1 | **0.00** | 0 |" in text.replace("-0.00", "0.00")
    assert "Not computed yet: adapt" in text
