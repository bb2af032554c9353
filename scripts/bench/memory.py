"""Compare the planned memory of PySCF's methods with what they use.

python scripts/bench/memory.py            # all cases, some minutes on one core
python scripts/bench/memory.py --only nevpt2

Each case runs in a child process; its use is the peak of its resident memory minus that before the
method. Plans should be at least the use, and at most three times as much. Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vqe_cli.chemistry import pyscf_memory
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.problem import problem_over, select_orbitals
from vqe_cli.chemistry.pyscf_memory import Correlated
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import spec_from_data

MOLECULES: dict[str, tuple[str, int]] = {
    "H2O": ("O 0 0 0.117\nH 0 0.757 -0.467\nH 0 -0.757 -0.467", 1),
    "CH2O": ("C 0 0 0\nO 0 0 1.205\nH 0 0.935 -0.585\nH 0 -0.935 -0.585", 1),
    "OH": ("O 0 0 0\nH 0 0 0.97", 2),
    "NO2": ("N 0 0 0\nO 0 1.1 0.47\nO 0 -1.1 0.47", 2),
}
"""Geometry in Å and multiplicity."""

CASES = {
    "mp2-outside": ("H2O/cc-pvtz", "CH2O/cc-pvtz", "NO2/cc-pvdz"),
    "ccsd-t-outside": ("H2O/cc-pvtz", "CH2O/cc-pvdz", "OH/cc-pvtz", "NO2/6-31g"),
    "nevpt2": ("H2O/cc-pvtz", "CH2O/cc-pvtz", "NO2/cc-pvdz"),
    "optimised": ("H2O/cc-pvtz", "CH2O/cc-pvtz", "NO2/cc-pvdz"),
    "forces": ("H2O/cc-pvtz", "CH2O/cc-pvtz"),
}

MEGABYTE = 1e6


def used(work: Callable[[], object]) -> int:
    """The memory that something needs beyond what the process has, bytes."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before = _status("VmRSS")
    work()
    return _status("VmHWM") - before


def _status(key: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))


def measure(method: str, case: str) -> str:
    """The row of one case."""
    molecule, basis = case.split("/")
    geometry, multiplicity = MOLECULES[molecule]
    electrons = 4 if multiplicity == 1 else 3
    keys: dict[str, Any] = {
        "molecule": {"geometry": geometry, "basis": basis, "multiplicity": multiplicity},
        "active_space": {"name": "frontier", "electrons": electrons, "orbitals": 4},
        "reference": "none",
    }
    if method == "optimised":
        keys["orbitals"] = method
    spec = spec_from_data(keys)
    parts = look_up_parts(spec)
    selection = select_orbitals(spec, parts.active_space)
    encoding = Encoding(problem_over(selection, spec), parts.mapper, spec.memory)
    use = used(_work(method, selection, encoding, spec, parts))
    plan = planned(method, selection)
    size = f"{selection.field.mole.nelec} in {selection.field.num_orbitals}"
    plan_mb, use_mb = plan / MEGABYTE, use / MEGABYTE
    return f"| {method} | {case} | {size} | {plan_mb:.1f} | {use_mb:.1f} | {plan / use:.2f} |"


def planned(method: str, selection: OrbitalSelection) -> int:
    """The plan for a case, bytes."""
    functions, active = selection.field.num_orbitals, len(selection.active)
    correlated = Correlated.of(selection.field.mole.nelec, functions)
    core = len(selection.inactive)
    plans: dict[str, Callable[[], int]] = {
        "mp2-outside": lambda: pyscf_memory.mp2_bytes(correlated),
        "ccsd-t-outside": lambda: pyscf_memory.coupled_cluster_bytes(correlated),
        "nevpt2": lambda: pyscf_memory.nevpt2_bytes(core, active, functions),
        "optimised": lambda: pyscf_memory.casscf_bytes(core, active, functions),
        "forces": lambda: pyscf_memory.gradient_bytes(active, functions),
    }
    return plans[method]()


def _work(
    method: str, selection: OrbitalSelection, encoding: Encoding, spec: Any, parts: Any
) -> Callable[[], object]:
    """What a case computes, with everything imported and prepared."""
    import pyscf.cc
    import pyscf.grad.casscf
    import pyscf.mcscf
    import pyscf.mp
    import pyscf.mrpt  # noqa: F401

    from vqe_cli.backends.exact import Exact
    from vqe_cli.backends.objective import HasDensity
    from vqe_cli.chemistry.gradients.nuclear_gradient import nuclear_gradient
    from vqe_cli.classical.fci import Fci
    from vqe_cli.variational.corrections import CORRECTIONS
    from vqe_cli.variational.orbital_optimisation import optimise_orbitals

    if method == "optimised":
        return lambda: optimise_orbitals(spec, parts, selection, lambda *_: None)
    if method == "forces":
        state = parts.ansatz.state(encoding)
        objective = Exact().prepare(state, seed=0)
        assert isinstance(objective, HasDensity)
        density = objective.density(np.full(state.num_parameters, 0.1), two_body=True)
        return lambda: nuclear_gradient(selection, density)
    correction = CORRECTIONS.create(method)
    vector = Fci().state(encoding) if correction.needs_state else None
    return lambda: correction.energy(selection, encoding, vector)


def main() -> None:
    """Print the table, or the row of a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(CASES), help="one method")
    parser.add_argument("--case", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        print(measure(*arguments.case))
        return
    print("| method | case | electrons, orbitals | plan, MB | use, MB | ratio |")
    print("| --- | --- | --- | ---: | ---: | ---: |", flush=True)
    # Freed arrays go back to the system at once, so that they are not counted as free memory.
    thresholds = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **thresholds}
    for method in [arguments.only] if arguments.only else CASES:
        for case in CASES[method]:
            command = [sys.executable, __file__, "--case", method, case]
            subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
