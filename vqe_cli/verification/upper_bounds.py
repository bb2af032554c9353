"""The lowest variational energies that fit into a time, the exact one among them where it fits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vqe_cli._core.sizes import Size
from vqe_cli._core.threads import threads_for
from vqe_cli.classical import CLASSICAL_METHODS, ClassicalMethod
from vqe_cli.errors import VqeError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.verification.records import Bound, NotTried

SPIN_TOLERANCE = 1e-9


@dataclass(frozen=True)
class UpperBounds:
    """Variational energies of a problem.

    Args:
        bounds: The energies.
        not_tried: Methods without an energy, and the reasons.
    """

    bounds: tuple[Bound, ...]
    not_tried: tuple[NotTried, ...]

    @property
    def lowest(self) -> Bound | None:
        """The best bound: the exact energy if there is one."""
        exact = [bound for bound in self.bounds if bound.exact]
        return min(exact or self.bounds, key=lambda bound: bound.energy, default=None)


def upper_bounds(encoding: Encoding, remaining: Callable[[], float]) -> UpperBounds:
    """The energies of all variational methods whose predicted time fits.

    Args:
        encoding: The problem.
        remaining: Function that returns the time that is left, seconds.
    """
    bounds, not_tried = list(_determinant(encoding)), []
    for method in _methods(encoding):
        began = time.perf_counter()
        try:
            expected = _seconds(method, encoding)
            if expected > remaining():
                message = f"takes about {expected:.0f} s, and {max(remaining(), 0):.0f} s are left"
                not_tried.append(NotTried(method=method.label, reason=message))
                continue
            with threads_for(encoding.vector_length):
                found = method.solve(encoding)
        except VqeError as error:
            not_tried.append(NotTried(method=method.label, reason=error.message))
            continue
        if not found.converged:
            not_tried.append(NotTried(method=method.label, reason="did not converge"))
            continue
        elapsed = time.perf_counter() - began
        label = method.label_for(encoding)
        bounds.append(Bound(method=label, energy=found.energy, exact=found.exact, wall_s=elapsed))
        if found.exact:
            break
    return UpperBounds(tuple(bounds), tuple(not_tried))


def _determinant(encoding: Encoding) -> Iterator[Bound]:
    """The energy of the reference determinant, if it has the spin of the problem."""
    problem = encoding.problem
    if not isinstance(problem, ElectronicProblem):
        return
    sz = abs(problem.spin_z)
    if abs(problem.spin_squared - sz * (sz + 1)) <= SPIN_TOLERANCE:
        stationary = problem.reference_determinant == "hartree-fock"
        label = "Hartree-Fock" if stationary else "reference determinant"
        energy = problem.hartree_fock_energy
        yield Bound(method=label, energy=energy, exact=False, wall_s=None)


def _methods(encoding: Encoding) -> Iterator[ClassicalMethod]:
    """The exact method that fits; without one the other variational ones, the quickest first."""
    auto = CLASSICAL_METHODS.create("auto")
    exact = auto.resolve(encoding)
    if exact is not None:
        yield exact
    if isinstance(encoding.problem, ElectronicProblem):
        for name in CLASSICAL_METHODS.names():
            method = CLASSICAL_METHODS.create(name)
            if method.variational and not method.exact and name != "hf":
                yield method


def _seconds(method: ClassicalMethod, encoding: Encoding) -> float:
    """The predicted time of a method, seconds; zero if it is not known to take long."""
    problem = encoding.problem
    if not isinstance(problem, ElectronicProblem):
        return 0.0
    size: Size = problem.size
    needs = method.needs(size, encoding.num_qubits, encoding.memory)
    return sum(need.seconds for need in needs)
