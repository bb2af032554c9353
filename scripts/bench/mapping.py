"""Compare the time of mapping Hamiltonians to qubits with qiskit-nature's, on the same integrals.

    python scripts/bench/mapping.py [--orbitals 2 4 6] [--rounds 3]

Random integrals with all symmetries of real orbitals, half of them occupied; medians on one thread.
Both give the same operator (tests/qubits/test_hamiltonian.py).
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

import numpy as np
from qiskit_nature.second_q.mappers import (
    BravyiKitaevMapper,
    FermionicMapper,
    JordanWignerMapper,
    ParityMapper,
)
from qiskit_nature.second_q.operators import ElectronicIntegrals, FermionicOp

from vqe_cli._core.threads import threads_for
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS

THEIRS: dict[str, Callable[[ElectronicProblem], FermionicMapper]] = {
    "bravyi-kitaev": lambda _: BravyiKitaevMapper(),
    "jordan-wigner": lambda _: JordanWignerMapper(),
    "parity": lambda problem: ParityMapper(problem.nelec),
}
"""The mappings that qiskit-nature has, too."""


def random_problem(norb: int) -> ElectronicProblem:
    """A problem with random integrals without zeros."""
    random = np.random.default_rng(norb)
    one, factors = random.normal(size=(norb, norb)), random.normal(size=(norb, norb, norb))
    factors = factors + factors.transpose(0, 2, 1)
    return ElectronicProblem(
        h1=one + one.T,
        h2=np.einsum("lpq,lrs->pqrs", factors, factors),
        core_energy=0.0,
        nelec=(norb // 2, norb // 2),
        multiplicity=1,
        orbital_energies=None,
    )


def ours(problem: ElectronicProblem, mapper: str) -> None:
    """Map integrals to a sorted operator by this package, without cached results."""
    assert len(Encoding(problem, MAPPERS.create(mapper)).hamiltonian)


def theirs(problem: ElectronicProblem, mapper: str) -> None:
    """Map integrals to a sorted operator by qiskit-nature's products of ladder operators."""
    integrals = ElectronicIntegrals.from_raw_integrals(problem.h1, problem.h2)
    fermionic = FermionicOp.from_polynomial_tensor(integrals.second_q_coeffs())
    assert len(THEIRS[mapper](problem).map(fermionic).simplify().sort())


def seconds(work: Callable[[ElectronicProblem, str], None], *what: object) -> float:
    """The wall time of one call in seconds."""
    start = time.perf_counter()
    work(*what)  # type: ignore[arg-type]
    return time.perf_counter() - start


def main() -> None:
    """Measure and print medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orbitals", type=int, nargs="+", default=[2, 4, 6])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, median of {asked.rounds}")
    print("qubits  mapper          ours / s  qiskit-nature / s  ratio")
    with threads_for(1):
        for norb in asked.orbitals:
            problem = random_problem(norb)
            for mapper in THEIRS:
                ours(problem, mapper)
                rounds = [
                    (seconds(ours, problem, mapper), seconds(theirs, problem, mapper))
                    for _ in range(asked.rounds)
                ]
                mine, peer = (statistics.median(column) for column in zip(*rounds, strict=True))
                print(f"{2 * norb:6}  {mapper:14} {mine:9.4f} {peer:18.3f} {peer / mine:6.0f}")


if __name__ == "__main__":
    main()
