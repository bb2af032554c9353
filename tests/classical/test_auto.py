"""Which exact method is chosen."""

from __future__ import annotations

import pytest

from tests.problems import encoding_of, named_problem, problem_of, qubit_encoding, random_problem
from vqe_cli._core import resources as machine
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.classical.reference_energy import solve_reference
from vqe_cli.errors import ResourceLimitError
from vqe_cli.qubits.encoding import Encoding

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(("problem", "chosen"), [("h2", "numpy"), ("random-5-2-2", "fci")])
def test_method_is_chosen_by_size(problem: str, chosen: str) -> None:
    resolved = CLASSICAL_METHODS.create("auto").resolve(encoding_of(named_problem(problem)))
    assert resolved is not None
    assert resolved.name == chosen


def _qubits(number: int) -> Encoding:
    return qubit_encoding({"Z" * number: 1.0, "X" * number: 0.5})


def test_qubit_hamiltonians_that_fit_are_diagonalised() -> None:
    resolved = CLASSICAL_METHODS.create("auto").resolve(_qubits(10))
    assert resolved is not None
    assert resolved.name == "numpy"


def test_nothing_is_chosen_where_nothing_is_feasible() -> None:
    assert CLASSICAL_METHODS.create("auto").resolve(_qubits(32)) is None
    assert solve_reference(CLASSICAL_METHODS.create("auto"), _qubits(32)) is None
    wide = encoding_of(random_problem(20, (10, 10), seed=1))
    assert CLASSICAL_METHODS.create("auto").resolve(wide) is None


def test_full_ci_without_enough_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_bytes", lambda: 100_000)
    encoding = encoding_of(random_problem(8, (4, 4), seed=1))
    with pytest.raises(ResourceLimitError, match="determinants") as caught:
        CLASSICAL_METHODS.create("fci").solve(encoding)
    assert caught.value.exit_code == 3


def test_no_method_is_needed_for_none() -> None:
    assert solve_reference(None, encoding_of(problem_of({"geometry": "He 0 0 0"}))) is None
