"""Shots with a wrong number of electrons are left out, where the bits of a basis tell it."""

from __future__ import annotations

import numpy as np

from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import MeasurementPlan
from vqe_cli.qubits.encoding import Encoding


def refuse_without_electrons(encoding: Encoding, plan: MeasurementPlan) -> None:
    """Post-selection needs electrons, and a basis whose bits tell their number.

    Raises:
        InputError: It has not.
    """
    path = ("backend", "mitigation", "symmetry")
    if not isinstance(encoding.problem, ElectronicProblem):
        message = "a qubit Hamiltonian has no electron numbers to select by"
        raise InputError(message, path=path, hint="leave symmetry out")
    nothing = np.zeros(0, dtype=np.int64)
    if all(basis.allowed(nothing) is None for basis in plan.bases):
        raise InputError(
            "no setting of this measurement tells the number of electrons",
            path=path,
            hint="measurement: low-rank reads occupations in every setting",
        )
