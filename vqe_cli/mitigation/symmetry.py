"""Shots with a wrong number of electrons are left out, where the bits of a setting tell it."""

from __future__ import annotations

import numpy as np

from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.errors import InputError
from vqe_cli.measurement import BoolArray, IntArray, MeasurementPlan, Setting
from vqe_cli.qubits.encoding import Encoding


def allowed(setting: Setting, encoding: Encoding, outcomes: IntArray) -> BoolArray | None:
    """Which outcomes have as many electrons of each spin as there should be.

    Args:
        setting: Its own answer is taken where it has one; a setting that changes no basis reads
            the occupations themselves.
        encoding: Of electrons.
        outcomes: Qubit 0 is the lowest bit; shape (outcomes,).

    Returns:
        Shape (outcomes,), or None where the bits do not tell.
    """
    found = setting.allowed(outcomes)
    if found is not None or setting.circuit().size():
        return found
    problem = encoding.problem
    assert isinstance(problem, ElectronicProblem)
    occupied = encoding.occupation_map.occupations(outcomes)
    alpha = np.bitwise_count(occupied & ((1 << problem.norb) - 1))
    beta = np.bitwise_count(occupied >> problem.norb)
    return np.asarray((alpha == problem.nelec[0]) & (beta == problem.nelec[1]))


def refuse_without_electrons(encoding: Encoding, plan: MeasurementPlan) -> None:
    """Post-selection needs electrons, and a setting whose bits tell their number.

    Raises:
        InputError: It has not.
    """
    path = ("backend", "mitigation", "symmetry")
    if not isinstance(encoding.problem, ElectronicProblem):
        message = "a qubit Hamiltonian has no electron numbers to select by"
        raise InputError(message, path=path, hint="leave symmetry out")
    nothing = np.zeros(0, dtype=np.int64)
    if all(allowed(setting, encoding, nothing) is None for setting in plan.settings):
        raise InputError(
            "no setting of this measurement tells the number of electrons",
            path=path,
            hint="measurement: low-rank reads occupations in every setting",
        )
