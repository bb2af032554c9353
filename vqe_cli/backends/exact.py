"""Noiseless energies with analytic gradients."""

from __future__ import annotations

from vqe_cli.backends import Backend
from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.errors import RefusedError
from vqe_cli.objective import Objective
from vqe_cli.trial import TrialState

MAX_DETERMINANTS = 20_000_000
MAX_CIRCUIT_QUBITS = 18


class Exact(Backend):
    """Noiseless energies with analytic gradients.

    Products of excitations run in the sector of fixed electron numbers, whatever the mapping;
    circuits run on a statevector.

    Reference:
        Adjoint differentiation: Jones and Gacon, arXiv:2009.02823 (2020).
    """

    def prepare(self, trial: TrialState, seed: int) -> Objective:
        """Tabulate the excitations, or flatten the circuit."""
        problem = trial.encoding.problem
        if trial.product is not None and isinstance(problem, ElectronicProblem):
            if problem.sector_dimension > MAX_DETERMINANTS:
                raise RefusedError(
                    f"{problem.sector_dimension:,} determinants are more than {MAX_DETERMINANTS:,}",
                    hint="choose a smaller active space: --active-space '{name: frontier, ...}'",
                )
            from vqe_cli.backends.exact_simulator.sector import SectorObjective

            return SectorObjective(problem, trial.product)
        qubits = trial.encoding.num_qubits
        if qubits > MAX_CIRCUIT_QUBITS:
            raise RefusedError(
                f"a circuit on {qubits} qubits is more than {MAX_CIRCUIT_QUBITS} on this backend",
                hint="choose a smaller active space, or backend aer",
            )
        from vqe_cli.backends.exact_simulator.statevector import StatevectorObjective

        return StatevectorObjective(trial)
