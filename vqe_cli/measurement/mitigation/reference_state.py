"""Correction of an energy by the error of a determinant whose exact energy is known."""

from __future__ import annotations

import numpy as np

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement.mitigation import Preparation
from vqe_cli.measurement.mitigation.values import Value, combined
from vqe_cli.qubits.encoding import Encoding


def reference_preparation(state: ParameterisedState) -> tuple[Preparation, str]:
    """The preparation of the reference determinant, and its description in words.

    The ansatz with all parameters zero has the same gates as the parameterised state; where it is
    not a product of excitations from the determinant, X gates are used.

    Args:
        state: The parameterised state.

    Raises:
        InputError: The problem has no electrons, hence no determinant.
    """
    if not isinstance(state.encoding.problem, ElectronicProblem):
        raise InputError(
            "a qubit Hamiltonian has no reference determinant",
            path=("backend", "mitigation", "reference_state"),
            hint="leave reference_state out",
        )
    if state.product is not None:
        zeros = np.zeros(state.num_parameters)
        return Preparation(x=zeros), "the ansatz with all parameters zero"
    return Preparation(bits=state.encoding.reference_bits), "X gates"


def determinant_energy(encoding: Encoding) -> float:
    """Exact energy of the reference determinant from the Hamiltonian's Z strings, Hartree."""
    operator, bits = encoding.hamiltonian, np.array(encoding.reference_bits)
    diagonal = operator[~operator.paulis.x.any(axis=1)]
    signs = (-1.0) ** np.count_nonzero(diagonal.paulis.z & bits, axis=1)
    return float(signs @ diagonal.coeffs.real)


def corrected(energy: Value, reference: Value, exact: float) -> Value:
    """``E − E(reference) + exact(reference)``.

    Args:
        energy: Energy of the parameterised state.
        reference: Energy of the determinant on the same device with the same mitigation.
        exact: Exact energy of the determinant, Hartree.

    Reference:
        Lolur et al., J. Chem. Theory Comput. 19, 783 (2023).
    """
    value = energy.value - reference.value + exact
    return combined(value, (1.0, -1.0), (energy, reference))
