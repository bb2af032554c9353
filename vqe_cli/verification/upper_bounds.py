"""The lowest variational energies that fit into a time, the exact one among them where it fits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from vqe_cli._core.sizes import Size
from vqe_cli._core.threads import threads_for
from vqe_cli.classical import CLASSICAL_METHODS, ClassicalEnergy, ClassicalMethod
from vqe_cli.errors import VqeError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.screening.model import Failure
from vqe_cli.verification.records import Bound, NotTried
from vqe_cli.verification.timed import in_time

QUICK = 20_000
"""Length of the longest vector of a problem whose methods all take seconds at most."""

SHARE_OF_EXACT = 0.7
"""Share of the time for the exact energy, which leaves some for others if it is stopped."""

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
        found = _energy(method, encoding, remaining())
        if isinstance(found, str):
            not_tried.append(NotTried(method=method.label, reason=found))
            continue
        elapsed = time.perf_counter() - began
        label = method.label_for(encoding)
        bounds.append(Bound(method=label, energy=found.energy, exact=found.exact, wall_s=elapsed))
        if found.exact:
            break
    return UpperBounds(tuple(bounds), tuple(not_tried))


def _energy(method: ClassicalMethod, encoding: Encoding, seconds: float) -> ClassicalEnergy | str:
    """The energy of a method, or the reason why there is none."""
    try:
        expected = _seconds(method, encoding)
    except VqeError as error:
        return error.message
    if expected > seconds or seconds <= 0:
        return f"takes about {expected:.0f} s, and {max(seconds, 0):.0f} s are left"
    found = in_time(
        solved,
        method,
        replace(encoding),
        seconds=SHARE_OF_EXACT * seconds if method.exact else seconds,
        quick=encoding.vector_length <= QUICK,
        memory=encoding.memory,
    )
    if isinstance(found, Failure):
        return found.message
    return found if found.converged else "did not converge"


def solved(method: ClassicalMethod, encoding: Encoding) -> ClassicalEnergy:
    """The energy of a method, on as many threads as the problem needs.

    Args:
        method: The method.
        encoding: The problem.
    """
    with threads_for(encoding.vector_length):
        return method.solve(encoding)


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
            supported = method.unrestricted or encoding.problem.beta is None
            if method.variational and not method.exact and name != "hf" and supported:
                yield method


def _seconds(method: ClassicalMethod, encoding: Encoding) -> float:
    """The predicted time of a method, seconds; zero if it is not known to take long."""
    problem = encoding.problem
    if not isinstance(problem, ElectronicProblem):
        return 0.0
    size: Size = problem.size
    needs = method.needs(size, encoding.num_qubits, encoding.memory)
    return sum(need.seconds for need in needs)
