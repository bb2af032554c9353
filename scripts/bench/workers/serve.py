"""The loop that every worker runs: one JSON line in, one JSON line out.

It runs in the peer's own environment, and therefore imports only the standard library, NumPy and
SciPy.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import numpy as np

SHORTEST_SAMPLE = 0.1
"""Shortest time of a sample, which averages over several evaluations, in seconds."""

LIMITS = {"maxiter": 1000, "maxfun": 100_000, "gtol": 1e-6, "ftol": 1e-13}
"""SciPy's stopping rules, the same for all programs."""

Minimiser = Callable[[np.ndarray], "tuple[list[float], list[float]]"]


class Program(Protocol):
    """One program with one case loaded."""

    notes: dict[str, Any]

    def evaluate(self, x: np.ndarray) -> tuple[float, np.ndarray | None]:
        """The energy in Hartree and its gradient, None for programs without gradients."""
        ...


def serve(prepare: Callable[[Path, dict[str, Any]], Program], packages: tuple[str, ...]) -> None:
    """Answer requests until the input ends.

    Args:
        prepare: Function that builds the program's objects for a case.
        packages: Names of the packages whose versions are reported.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # keep output of libraries apart from the answers
    session = Session(Path(sys.argv[1]), prepare, packages)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(session, request.pop("do"))(**request)
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


class Session:
    """The state of a worker between requests."""

    def __init__(
        self,
        folder: Path,
        prepare: Callable[[Path, dict[str, Any]], Program],
        packages: tuple[str, ...],
    ) -> None:
        self._folder, self._prepare, self._packages = folder, prepare, packages
        self._case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        self._points = [np.array(point) for point in self._case["points"]]
        self._calls = 0
        self._next = 0

    def prepare(self) -> dict[str, Any]:
        """Build all objects; `seconds` contains imports and compilation only the first time."""
        began = time.perf_counter()
        self._program = self._prepare(self._folder, self._case)
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "notes": self._program.notes, "versions": self._versions()}

    def check(self, count: int) -> dict[str, Any]:
        """Energies and gradients at the first points."""
        found = [self._program.evaluate(point) for point in self._points[:count]]
        return {
            "energies": [float(energy) for energy, _ in found],
            "gradients": [None if slope is None else list(map(float, slope)) for _, slope in found],
        }

    def sample(self) -> dict[str, Any]:
        """The mean time of one evaluation in seconds."""
        if self._calls == 0:
            once = max(self._time(1), 1e-6)
            self._calls = max(1, min(20_000, round(SHORTEST_SAMPLE / once)))
            if once > SHORTEST_SAMPLE:
                return {"seconds": once, "calls": 1}
        return {"seconds": self._time(self._calls) / self._calls, "calls": self._calls}

    def minimise(self, method: str) -> dict[str, Any]:
        """Minimise from the first point.

        Args:
            method: ``scipy``, or the name of one of the program's optimisers.
        """
        began = time.perf_counter()
        if method == "scipy":
            energies, stamps = minimise_with_scipy(self._program.evaluate, self._points[0])
        else:
            energies, stamps = getattr(self._program, "minimise")(method, self._points[0])  # noqa: B009
        seconds = time.perf_counter() - began
        since = [stamp - began for stamp in stamps]
        return {"seconds": seconds, "energies": energies, "stamps": since}

    def _time(self, calls: int) -> float:
        began = time.perf_counter()
        for _ in range(calls):
            self._next = (self._next + 1) % len(self._points)
            self._program.evaluate(self._points[self._next])
        return time.perf_counter() - began

    def _versions(self) -> dict[str, str]:
        found = {}
        for package in self._packages:
            try:
                found[package] = version(package)
            except PackageNotFoundError:
                found[package] = "source"
        return found


def minimise_with_scipy(
    evaluate: Callable[[np.ndarray], tuple[float, Any]], x0: np.ndarray
) -> tuple[list[float], list[float]]:
    """Energies and times of all evaluations by SciPy's L-BFGS-B."""
    from scipy.optimize import minimize

    energies, stamps = [], []

    def recorded(x: np.ndarray) -> tuple[float, np.ndarray]:
        energy, gradient = evaluate(x)
        energies.append(float(energy))
        stamps.append(time.perf_counter())
        return energy, gradient

    minimize(recorded, x0, jac=True, method="L-BFGS-B", options=LIMITS)
    return energies, stamps


def pauli_matrix(terms: list[tuple[str, float]], num_qubits: int) -> Any:
    """The sparse matrix of Pauli strings; qubit 0 is the lowest bit of an index."""
    from scipy.sparse import csr_matrix

    index = np.arange(1 << num_qubits)
    diagonals: dict[int, np.ndarray] = {}
    for pauli, coefficient in terms:
        letters = pauli[::-1]
        flip = sum(1 << k for k, letter in enumerate(letters) if letter in "XY")
        sign = sum(1 << k for k, letter in enumerate(letters) if letter in "YZ")
        phase = (-1j) ** letters.count("Y")
        values = coefficient * phase * (1.0 - 2.0 * (np.bitwise_count(index & sign) & 1))
        if flip not in diagonals:
            diagonals[flip] = np.zeros(index.size, dtype=complex)
        diagonals[flip] += values
    rows, columns, data = [], [], []
    for flip, values in diagonals.items():
        kept = np.flatnonzero(np.abs(values) > 1e-14)
        rows.append(kept)
        columns.append(kept ^ flip)
        data.append(values[kept])
    entries = (np.concatenate(data), (np.concatenate(rows), np.concatenate(columns)))
    matrix = csr_matrix(entries, shape=(index.size, index.size))
    return matrix.real.tocsr() if np.abs(matrix.data.imag).max() == 0 else matrix


def matrix_entries(terms: list[tuple[str, float]], num_qubits: int) -> int:
    """An upper bound on the entries of the sparse matrix while it is built."""
    flips = {tuple(letter in "XY" for letter in pauli) for pauli, _ in terms}
    return len(flips) << num_qubits
