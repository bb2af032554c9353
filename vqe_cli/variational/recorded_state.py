"""The parameterised state of a recorded run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vqe_cli.ansatz.state import ParameterisedState, operator_of
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
    state = parts.ansatz.state(encoding)
    if record.result.operators is None:
        return state
    return state.with_operators([operator_of(one) for one in record.result.operators])
