"""Noiseless energies with analytic gradients."""

from __future__ import annotations

from vqe_cli.backends import Backend
from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.errors import RefusedError
from vqe_cli.machine import refuse_if_larger
from vqe_cli.objective import Objective
from vqe_cli.trial import TrialState

VECTORS = 6
"""Of the sector's size that an energy with its gradient holds at most."""

BYTES_PER_AMPLITUDE = 120
"""Of a circuit's state: two vectors, two to work in, the Hamiltonian's diagonal, tables."""

MAX_CIRCUIT_QUBITS = 30
"""Basis states are numbered by 32-bit integers."""


class Exact(Backend):
    """Noiseless energies with analytic gradients.

    Products of excitations run in the sector of fixed electron numbers and, where they keep it,
    of the reference's irrep, whatever the mapping; circuits run on a statevector.

    Reference:
        Adjoint differentiation: Jones and Gacon, arXiv:2009.02823 (2020).
    """

    def prepare(self, trial: TrialState, seed: int) -> Objective:
        """Tabulate the excitations, or flatten the circuit."""
        problem = trial.encoding.problem
        if trial.product is not None and isinstance(problem, ElectronicProblem):
            from vqe_cli.backends.exact_simulator.sector import (
                Sector,
                SectorObjective,
                sector_space,
            )

            # Not even the strings of a hopeless sector are to be listed.
            _refuse(problem.sector_dimension // (8 if problem.orbital_irreps else 1))
            excitations = [rotation.excitation for rotation in trial.product.rotations]
            if trial.growth is not None:
                excitations += [part for operator in trial.growth.pool for part in operator]
            _refuse(sector_space(problem, excitations).dimension)
            return SectorObjective(problem, trial.product, Sector(problem, excitations))
        _refuse_circuit(trial.encoding.num_qubits)
        from vqe_cli.backends.exact_simulator.statevector import StatevectorObjective

        return StatevectorObjective(trial)


def _refuse(determinants: int) -> None:
    """Refuse a sector whose vectors do not fit into memory."""
    refuse_if_larger(
        8 * VECTORS * determinants,
        f"a sector of {determinants:,} determinants",
        "choose a smaller active space: --active-space '{name: frontier, ...}'",
    )


def _refuse_circuit(qubits: int) -> None:
    """Refuse a circuit whose state does not fit into memory."""
    hint = "choose a smaller active space, or method matrix_product_state of backend aer"
    if qubits > MAX_CIRCUIT_QUBITS:
        message = f"a circuit on {qubits} qubits is more than {MAX_CIRCUIT_QUBITS} on this backend"
        raise RefusedError(message, hint=hint)
    refuse_if_larger(BYTES_PER_AMPLITUDE << qubits, f"a circuit on {qubits} qubits", hint)
