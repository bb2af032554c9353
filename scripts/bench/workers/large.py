"""One large run of this package, and one of PySCF's products with the Hamiltonian.

Read the content of an input file as JSON, and print one JSON object.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from vqe_cli._core.resources import available_threads
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.objective import HasGradient
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.pipeline import run
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import spec_from_data
from vqe_cli.variational.observers import Observer

REPEATS = 3


class Keeper(Observer):
    """An observer that keeps the problem of a run."""

    def on_problem(self, encoding: Encoding) -> None:
        """Called when the Hamiltonian has been built."""
        assert isinstance(encoding.problem, ElectronicProblem)
        self.encoding, self.problem = encoding, encoding.problem


def main() -> None:
    """Run, measure and print."""
    keeper = Keeper()
    record = run(spec_from_data(json.loads(sys.argv[1])), observer=keeper)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    result = record.result
    state = ANSATZE.create(record.spec["ansatz"]).state(keeper.encoding)
    objective = BACKENDS.create("exact").prepare(state, 7)
    determinants = result.backend.dimension
    assert isinstance(objective, HasGradient)
    assert determinants is not None
    x = np.array(result.parameters)
    answer = {
        "energy": result.energy,
        "solve": result.wall_s,
        "preparation": record.timings["preparation"],
        "evaluations": result.evaluations.gradient,
        "determinants": determinants,
        "threads": result.backend.threads,
        "kind": result.backend.hamiltonian,
        "peak_bytes": peak,
        "evaluation": seconds_of(lambda: objective.energy_and_gradient(x)),
        "product": product_seconds(keeper.problem, determinants),
    }
    print(json.dumps(answer))


def product_seconds(problem: ElectronicProblem, determinants: int) -> list[float]:
    """The time in seconds of PySCF's product of the Hamiltonian with a vector, all threads.

    Args:
        problem: Electronic problem with the integrals.
        determinants: Length of the vector, of one irrep or of the whole sector.
    """
    from pyscf import lib
    from pyscf.fci import cistring, direct_spin1, direct_spin1_symm

    norb, nelec = problem.norb, problem.nelec
    integrals = direct_spin1.absorb_h1e(problem.h1, problem.h2, norb, nelec, 0.5)
    links = tuple(cistring.gen_linkstr_index_trilidx(range(norb), count) for count in nelec)
    vector = np.random.default_rng(7).normal(size=determinants)
    product: Callable[..., Any] = direct_spin1.contract_2e
    irreps: tuple[Any, ...] = ()
    if determinants < problem.sector_dimension:
        product = direct_spin1_symm.contract_2e
        irreps = (np.array(problem.orbital_irreps), problem.reference_irrep)
    with lib.with_omp_threads(available_threads()):
        return seconds_of(lambda: product(integrals, vector, norb, nelec, links, *irreps))


def seconds_of(work: Callable[[], Any]) -> list[float]:
    """The time in seconds from a few calls, without the first, which may do some set-up."""
    work()
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return seconds


if __name__ == "__main__":
    main()
