"""MindQuantum's simulator in the space of a fixed electron number."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from mindquantum.core.circuit import Circuit
from mindquantum.core.operators import FermionOperator
from mindquantum.simulator.mqchem import CIHamiltonian, MQChemSimulator, UCCExcitationGate
from serve import serve

NEGLIGIBLE = 1e-12


class Mqchem:
    """A circuit of excitations; spin orbital 2p + σ, so that the lowest are occupied.

    Args:
        folder: Folder of the case.
        case: Content of ``case.json``.
    """

    def __init__(self, folder: Path, case: dict[str, Any]) -> None:
        norb = case["norb"]
        circuit = Circuit([_gate(entry, norb) for entry in case["rotations"]])
        h1, h2 = np.load(folder / "h1.npy"), np.load(folder / "h2.npy")
        hamiltonian = CIHamiltonian(_hamiltonian(h1, h2, case["core_energy"]))
        simulator = MQChemSimulator(2 * norb, sum(case["nelec"]))
        self._function = simulator.get_expectation_with_grad(hamiltonian, circuit)
        names = [int(name[1:]) for name in circuit.params_name]
        self._order = np.array(names)
        self.notes = {"terms": len(hamiltonian.ham_data), "threads": 1}

    def evaluate(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """The energy in Hartree and its gradient, shape (parameters,)."""
        energy, slopes = self._function(x[self._order])
        gradient = np.empty_like(x)
        gradient[self._order] = slopes
        return float(energy), gradient


def _gate(entry: dict[str, Any], norb: int) -> UCCExcitationGate:
    up = [f"{_interleaved(p, norb)}^" for p in entry["create"]]
    down = [str(_interleaved(p, norb)) for p in reversed(entry["annihilate"])]
    weight = {f"p{entry['parameter']}": entry["factor"]}
    return UCCExcitationGate(FermionOperator(" ".join(up + down), weight))


def _interleaved(number: int, norb: int) -> int:
    return 2 * (number % norb) + number // norb


def _hamiltonian(h1: np.ndarray, h2: np.ndarray, core: float) -> FermionOperator:
    """The Hamiltonian in normal order with every product of operators once, the shortest form."""
    count = 2 * len(h1)
    operator = FermionOperator("", core)
    for p in range(count):
        for q in range(count):
            if p % 2 == q % 2 and abs(h1[p // 2, q // 2]) > NEGLIGIBLE:
                operator += FermionOperator(f"{p}^ {q}", float(h1[p // 2, q // 2]))

    def coulomb(p: int, q: int, r: int, s: int) -> float:
        same = p % 2 == q % 2 and r % 2 == s % 2
        return float(h2[p // 2, q // 2, r // 2, s // 2]) if same else 0.0

    pairs = [(high, low) for low, high in combinations(range(count), 2)]
    for p, r in pairs:
        for q, s in pairs:
            value = coulomb(p, s, r, q) - coulomb(p, q, r, s)
            if abs(value) > NEGLIGIBLE:
                operator += FermionOperator(f"{p}^ {r}^ {q} {s}", value)
    return operator


if __name__ == "__main__":
    serve(Mqchem, ("mindquantum", "numpy", "scipy"))
