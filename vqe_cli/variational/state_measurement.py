"""Energies of states beside that of a run, measured on its backend."""

from __future__ import annotations

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import Backend
from vqe_cli.backends.exact import Exact
from vqe_cli.backends.objective import Mitigates, Remote
from vqe_cli.fermions.excitations import ExcitationProduct
from vqe_cli.measurement.estimates import Estimate


def knows_vectors(backend: Backend) -> bool:
    """Whether states on a backend are exact vectors.

    Args:
        backend: The backend.
    """
    return isinstance(backend, Exact) and backend.budget is None


def measures_states(backend: Backend) -> bool:
    """Whether a backend measures any product of excitations: a simulator without mitigation.

    Args:
        backend: The backend.
    """
    expected = backend.expected(is_product=True)
    return expected is not None and not (expected.can(Remote) or expected.can(Mitigates))


class StateEnergies:
    """Energies of products of excitations on a run's backend, counted.

    Args:
        backend: The backend.
        state: The state of the run.
        seed: The run's random seed.
    """

    def __init__(self, backend: Backend, state: ParameterisedState, seed: int) -> None:
        self._backend = backend
        self._state = state
        self._seed = seed
        self.count = 0
        self.shots = 0

    def energy(self, product: ExcitationProduct, x: Vector) -> Estimate:
        """The total energy of a product, Hartree.

        Args:
            product: The product.
            x: Its parameters, shape (num_parameters,).
        """
        objective = self._backend.prepare(self._state.with_product(product), self._seed)
        found = objective.energy(x, stream(self._seed, "excited states", self.count).seed)
        self.count += 1
        self.shots += found.shots
        return found
