"""A rehearsal on a small problem, which loads and compiles what measured times leave out."""

from __future__ import annotations

from typing import Any

from vqe_cli import pipeline
from vqe_cli._core.log import package_logger
from vqe_cli.backends.ibm import Ibm
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.classical import ClassicalMethod
from vqe_cli.comparison.plan import OF_PROBLEM
from vqe_cli.errors import as_vqe_error
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec, spec_from_data

LOG = package_logger(__name__)

HYDROGEN: dict[str, Any] = {
    "molecule": {"geometry": "H 0 0 0\nH 0 0 0.735", "basis": "sto-3g"},
    "reference": "none",
}

TWO_QUBITS: dict[str, Any] = {
    "hamiltonian": {"paulis": {"ZZ": 1.0, "XI": 0.5}},
    "reference": "none",
}

EVALUATIONS = 2
"""Number of energies and gradients of a rehearsed search."""

OF_SIZE = ("initial", "restarts", "states", "forces", "properties", "max_shots")
"""Keys that need not fit the small problem, or take long."""


def rehearse_method(method: ClassicalMethod) -> None:
    """Apply a classical method to hydrogen.

    Args:
        method: The method.
    """
    try:
        method.solve(_encoding(spec_from_data(HYDROGEN)))
    except Exception as error:
        LOG.info("no rehearsal of %s: %s", method.name, as_vqe_error(error).message)


def rehearse_run(data: dict[str, Any]) -> None:
    """Run VQE for two qubits or hydrogen with the parts of an input, and stop it soon.

    What has no result here has one for the problem itself, or a reason. Jobs are not rehearsed.

    Args:
        data: The input.
    """
    left_out = (*OF_PROBLEM, *OF_SIZE)
    kept = {key: value for key, value in data.items() if key not in left_out}
    small = HYDROGEN if data.get("hamiltonian") is None else TWO_QUBITS
    try:
        spec = spec_from_data({**kept, **small, "max_evaluations": EVALUATIONS})
        parts = look_up_parts(spec)
        if not isinstance(parts.backend, Ibm):
            pipeline.run(spec, parts=parts)
    except Exception as error:
        LOG.info("no rehearsal: %s", as_vqe_error(error).message)


def _encoding(spec: RunSpec) -> Encoding:
    parts = look_up_parts(spec)
    return Encoding(build_problem(spec, parts.active_space), parts.mapper, spec.memory)
