"""TenCirChem's unitary coupled cluster among determinants of pairs (hard-core bosons)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from serve import serve
from tencirchem import UCC


class Pairs:
    """A product of excitations that move pairs.

    Args:
        folder: Folder of the case.
        case: Content of ``case.json``.
    """

    def __init__(self, folder: Path, case: dict[str, Any]) -> None:
        h1, h2 = np.load(folder / "h1.npy"), np.load(folder / "h2.npy")
        needless = dict.fromkeys(("run_hf", "run_mp2", "run_ccsd", "run_fci"), False)
        self._program = UCC.from_integral(
            h1,
            h2,
            sum(case["nelec"]),
            case["core_energy"],
            hcb=True,
            init_method="zeros",
            mo_coeff=np.eye(len(h1)),
            **needless,
        )
        rotations = case["rotations"]
        self._program.ex_ops = [(entry["create"][0], entry["annihilate"][0]) for entry in rotations]
        self._program.param_ids = [entry["parameter"] for entry in rotations]
        self._program.init_guess = np.zeros(case["num_parameters"])
        self.notes = {"threads": 1}

    def evaluate(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """The energy in Hartree and its gradient, shape (parameters,)."""
        energy, gradient = self._program.energy_and_grad(x)
        return float(energy), np.asarray(gradient)


if __name__ == "__main__":
    serve(Pairs, ("tencirchem-ng", "tensorcircuit-ng", "numpy", "pyscf"))
