"""Compare energies on Aer with other ways to ask it: point by point, and Qiskit's own estimator.

    python scripts/bench/aer_runs.py [--rounds 5]

Two tables: noiseless UCCSD of LiH in one run of the simulator and point by point, and H2 with shots
on fake_manila by this package and by `BackendEstimatorV2`, both with the same circuit, simulator,
noise and 4096 shots in each basis. The ways take turns; medians of CPU time on one thread.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from qiskit.primitives import BackendEstimatorV2

from vqe_cli._core.threads import threads_for
from vqe_cli.backends.aer.objectives import ExactAerObjective, SampledAerObjective
from vqe_cli.backends.objective import Objective
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import spec_from_data

SHOTS = 4096


def objective(geometry: str, backend: dict[str, Any]) -> Objective:
    """UCCSD of a molecule in STO-3G on Aer."""
    spec = spec_from_data(
        {
            "molecule": {"geometry": geometry, "basis": "sto-3g"},
            "ansatz": "uccsd",
            "backend": {"name": "aer", **backend},
        }
    )
    parts = look_up_parts(spec)
    encoding = Encoding(build_problem(spec, parts.active_space), parts.mapper)
    return parts.backend.prepare(parts.ansatz.state(encoding), 7)


def gradient_points() -> dict[str, Callable[[], object]]:
    """The points of a gradient by forward differences, together and one by one."""
    found = objective("Li 0 0 0; H 0 0 1.6", {})
    assert isinstance(found, ExactAerObjective)
    size = found.traits.num_parameters
    points = list(np.vstack([np.zeros(size), 1e-6 * np.eye(size)]))
    return {
        "one run": lambda: found.energies(points, range(len(points))),
        "point by point": lambda: [found.energy(point, 0) for point in points],
    }


def noisy_energies() -> dict[str, Callable[[], object]]:
    """One energy with shots and noise by this package and by Qiskit's estimator."""
    found = objective("H 0 0 0; H 0 0 0.735", {"shots": SHOTS, "noise": "fake_manila"})
    assert isinstance(found, SampledAerObjective)
    circuit, places = found._compiled.circuit, list(found._compiled.places)
    hamiltonian = found.task.state.encoding.hamiltonian.apply_layout(places, circuit.num_qubits)
    options = {"default_precision": SHOTS**-0.5}
    estimator = BackendEstimatorV2(backend=found._simulator, options=options)
    x, seeds = np.full(found.traits.num_parameters, 0.1), iter(range(1_000_000))
    return {
        "ours": lambda: found.energy(x, next(seeds)),
        "BackendEstimatorV2": lambda: estimator.run([(circuit, hamiltonian, x)]).result(),
    }


def seconds(work: Callable[[], object]) -> float:
    """CPU time of one call in seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def compared(title: str, ways: dict[str, Callable[[], object]], rounds: int) -> None:
    """Print medians of ways that take turns, and their ratios to the first."""
    for work in ways.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            times[name].append(seconds(work))
    medians = {name: statistics.median(found) for name, found in times.items()}
    first = next(iter(medians.values()))
    print(title)
    for name, median in medians.items():
        print(f"  {name:20} {1e3 * median:8.1f} ms {median / first:6.2f} x")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"load {os.getloadavg()[0]:.1f}, medians of {rounds}")
    with threads_for(1):
        compared("LiH, UCCSD without noise: 22 points of a gradient", gradient_points(), rounds)
        compared("H2 on fake_manila: one energy with shots", noisy_energies(), 4 * rounds)


if __name__ == "__main__":
    main()
