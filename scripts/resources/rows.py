"""The rows of the resource table: energies, parameters and compiled circuits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from resources.problems import Problem

from vqe_cli import run
from vqe_cli.analysis.estimation.circuits import routed_sizes, size_of
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.devices.compiling import all_connected
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.errors import VqeError
from vqe_cli.measurement import MEASUREMENTS
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema import RunSpec, spec_from_data
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.recorded_state import state_of_record

ERROR = 1.6e-3
"""Standard error to which shots are counted, Hartree."""

LEVEL, SEED = 2, 7
"""Optimisation level and random seed of Qiskit's transpiler."""

TAPERS = {"no": False, "yes": True, "parities": "parities"}
"""Values of `mapper.taper` by their names in the table."""


def row(problem: Problem, selection: dict[str, Any], taper: str, seconds: float) -> dict[str, Any]:
    """One row, as plain data; `reason` says why figures are missing.

    Energy and circuit are computed in a process of their own each, with a time limit.

    Args:
        problem: The problem.
        selection: The ansatz of the input file.
        taper: Whether and how qubits are tapered, a name in `TAPERS`.
        seconds: Time limit of the energy, and of the circuit.
    """
    solved = within(seconds, _solved, problem, selection, taper)
    if "record" not in solved:
        return solved
    record = solved.pop("record")
    return {**solved, **within(seconds, _compiled, problem, selection, taper, record)}


def spec_of(problem: Problem, selection: dict[str, Any], taper: str) -> RunSpec:
    """The run of a row.

    Args:
        problem: The problem.
        selection: The ansatz of the input file.
        taper: A name in `TAPERS`.
    """
    return spec_from_data(
        {
            "molecule": {"geometry": problem.geometry},
            "active_space": problem.active_space,
            "ansatz": selection,
            "mapper": {"name": "jordan-wigner", "taper": TAPERS[taper]},
        }
    )


def shots(problem: Problem, taper: str) -> dict[str, Any]:
    """The shots of one energy by the default measurement, as CISD predicts them.

    Args:
        problem: The problem.
        taper: A name in `TAPERS`.
    """
    spec = spec_of(problem, {"name": "uccsd"}, taper)
    built = build_problem(spec, look_up_parts(spec).active_space)
    mapper = MAPPERS.create({"name": "jordan-wigner", "taper": TAPERS[taper]})
    encoding = Encoding(built, mapper, spec.memory)
    method = MEASUREMENTS.create("auto").resolve(encoding)
    found = method.plan(encoding)
    return {
        "qubits": encoding.num_qubits,
        "terms": len(encoding.hamiltonian),
        "measurement": method.name,
        "settings": len(found.bases),
        "shots": round(found.shots_times_variance / ERROR**2),
    }


def within(seconds: float, work: Callable[..., dict[str, Any]], *given: Any) -> dict[str, Any]:
    """The result of a function in a fresh process, or the reason why there is none.

    A fork would inherit the locks of threads that do not run in it.

    Args:
        seconds: Time limit.
        work: The function, of a module.
        given: Its arguments.
    """
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, work, given))
    process.start()
    sender.close()
    try:
        found = receiver.recv() if receiver.poll(seconds) else None
    except EOFError:
        process.join()
        return {"reason": f"ended without a result, exit code {process.exitcode}"}
    process.terminate()
    process.join()
    return found or {"reason": f"more than {seconds:g} s"}


def _send(sender: Connection, work: Callable[..., dict[str, Any]], given: tuple[Any, ...]) -> None:
    try:
        sender.send(work(*given))
    except VqeError as error:
        sender.send({"reason": error.message})


def _solved(problem: Problem, selection: dict[str, Any], taper: str) -> dict[str, Any]:
    record = run(spec_of(problem, selection, taper))
    return {
        "record": record.model_dump(mode="json", by_alias=True),
        "qubits": record.problem.qubits,
        "parameters": len(record.result.parameters),
        "error_mha": record.error_mha,
        "verdict": record.verdict,
    }


def _compiled(
    problem: Problem, selection: dict[str, Any], taper: str, data: dict[str, Any]
) -> dict[str, Any]:
    spec, record = spec_of(problem, selection, taper), RunRecord.model_validate(data, strict=False)
    parts = look_up_parts(spec)
    encoding = Encoding(build_problem(spec, parts.active_space), parts.mapper, spec.memory)
    return sizes(state_of_record(record, parts, encoding))


def sizes(state: ParameterisedState) -> dict[str, Any]:
    """The sizes of a state's circuit on three connectivities, by their names.

    Args:
        state: The state.
    """
    connected = all_connected(state.circuit, LEVEL, SEED)
    routed = routed_sizes(connected, LEVEL, SEED)
    others = {str(name): asdict(size) for name, size in routed.items()}
    return {"all": asdict(size_of(connected)), **others}
