"""The parameterised state of a recorded run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.fermions.excitations import Excitation, shared_product
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.records import RunRecord

if TYPE_CHECKING:
    from vqe_cli.parts import Parts


def state_of_record(record: RunRecord, parts: Parts, encoding: Encoding) -> ParameterisedState:
    """The state whose parameters a record has; an adaptive ansatz has the recorded operators.

    Args:
        record: The record.
        parts: The parts of its run.
        encoding: Its problem.
    """
    state, problem = parts.ansatz.state(encoding), encoding.problem
    if record.result.operators is None:
        return state
    assert isinstance(problem, ElectronicProblem)
    groups = [
        [
            Excitation(create, annihilate, operator.qubit)
            for create, annihilate in zip(operator.create, operator.annihilate, strict=True)
        ]
        for operator in record.result.operators
    ]
    return state.with_product(shared_product(problem.norb, problem.nelec, groups))
