"""The action of an excitation on any state, from one irrep to another."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.determinants.strings import Strings, split_by_spin
from vqe_cli.fermions.excitations import Excitation


def excited(
    excitation: Excitation, strings: tuple[Strings, Strings], state: FloatArray
) -> FloatArray:
    """The state ``T|ψ⟩``, not normalised, shape (alpha strings, beta strings).

    Args:
        excitation: The excitation T.
        strings: Alpha and beta strings.
        state: The state ψ, shape (alpha strings, beta strings).
    """
    alpha, beta, sign = split_by_spin(excitation)
    rows, columns = (
        one.transition(ladders, signed=not excitation.qubit)
        for one, ladders in zip(strings, (alpha, beta), strict=True)
    )
    half, found = np.zeros_like(state), np.zeros_like(state)
    half[rows.target] = (
        (1.0 if excitation.qubit else sign) * rows.sign[:, None] * state[rows.source]
    )
    found[:, columns.target] = columns.sign * half[:, columns.source]
    return found
