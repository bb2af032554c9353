"""Post-selection: shots with a wrong number of electrons are discarded."""

from __future__ import annotations

import numpy as np

from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import MeasurementPlan
from vqe_cli.qubits.encoding import Encoding


def refuse_without_electrons(encoding: Encoding, plan: MeasurementPlan) -> None:
    """Refuse post-selection without electrons, or where no basis determines their number.

    Args:
        encoding: The problem, and its mapping to qubits.
        plan: The measurement plan.

    Raises:
        InputError: Post-selection is not possible.
    """
    path = ("backend", "mitigation", "symmetry")
    if not isinstance(encoding.problem, ElectronicProblem):
        message = "a qubit Hamiltonian has no electron numbers to select by"
        raise InputError(message, path=path, hint="leave symmetry out")
    nothing = np.zeros(0, dtype=np.int64)
    if all(basis.allowed(nothing) is None for basis in plan.bases):
        raise InputError(
            "no measurement basis of this method determines the number of electrons",
            path=path,
            hint="measurement: low-rank reads occupations in every basis",
        )
