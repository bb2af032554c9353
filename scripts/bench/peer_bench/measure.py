"""Measurement of one case: energies and gradients are compared, then all programs timed in turn."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from peer_bench.alternate import Worker, WorkerError, in_turn
from peer_bench.cases import Case
from peer_bench.environments import OURS, PEERS, NotInstalledError, interpreter
from peer_bench.surroundings import surroundings

AGREEMENT = 1e-8
"""Largest difference of energies and gradient components in Hartree."""

POINTS = 2
"""Number of points of comparison: the start, and one next to it."""

PREPARE_AGAIN = 10.0
"""Preparations up to this time in seconds are repeated, without imports and compilation."""


@dataclass(frozen=True)
class Settings:
    """The settings from the command line.

    Args:
        folder: Folder for environments, cases, results and logs.
        repeats: Number of samples for each program.
        cap: Time limit in seconds for one answer, and for all samples of one program together.
        threads: Number of threads of every program.
        peers: Names of the participating peers.
    """

    folder: Path
    repeats: int
    cap: float
    threads: int
    peers: tuple[str, ...]


def measure(case: Case, settings: Settings) -> dict[str, Any]:
    """Measure a case.

    Returns:
        The result: ``rows`` by program with ``title``, ``does``, ``samples`` and further values,
        or ``problem`` if the program failed; and the surroundings of the measurement.
    """
    folder = settings.folder / "cases" / case.name.replace(":", "-")
    case.export(folder)
    rows: dict[str, dict[str, Any]] = {}
    workers: dict[str, Worker] = {}
    before = surroundings(settings.threads)
    try:
        for name in ("ours", *(peer for peer in case.peers if peer in settings.peers)):
            row = _start(name, folder, settings, workers)
            rows[name] = row
            if "problem" not in row and name != "ours":
                _compare(row, rows["ours"])
            if "problem" in row and name in workers:
                workers.pop(name).stop()
        if case.section == "converge":
            _time_convergence(workers, rows, settings)
        else:
            _time_evaluations(workers, rows, settings)
    finally:
        for worker in workers.values():
            worker.stop()
    for row in rows.values():
        row.pop("gradients", None)
    exported = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    return {
        "case": case.name,
        "title": f"{case.title}, {_group(exported)}" if "rotations" in exported else case.title,
        "parameters": exported["num_parameters"],
        "rows": rows,
        "surroundings": before,
    }


def _group(exported: dict[str, Any]) -> str:
    """The point group; orbitals of a broken-symmetry mean field have none."""
    return exported["point_group"] or "orbitals without symmetry"


def _start(
    name: str, folder: Path, settings: Settings, workers: dict[str, Worker]
) -> dict[str, Any]:
    """Install, start, prepare and evaluate a program; ``problem`` states a failure."""
    peer = OURS if name == "ours" else PEERS[name]
    row: dict[str, Any] = {"title": peer.title, "does": peer.does, "samples": []}
    try:
        python = Path(sys.executable) if name == "ours" else interpreter(name, settings.folder)
        worker = Worker(python, peer.worker, folder, settings.threads, folder / f"{name}.log")
        workers[name] = worker
        prepared = worker.ask("prepare", 5 * settings.cap)
        if prepared["seconds"] < PREPARE_AGAIN:
            prepared = worker.ask("prepare", 5 * settings.cap)
        row |= {"prepare": prepared["seconds"], "notes": prepared["notes"]}
        row["versions"] = prepared["versions"]
        row |= worker.ask("check", POINTS * settings.cap, count=POINTS)
    except (NotInstalledError, WorkerError) as error:
        row["problem"] = str(error)
    return row


def _compare(row: dict[str, Any], ours: dict[str, Any]) -> None:
    """Set ``difference`` to the largest difference, and ``problem`` if it is too large."""
    if "problem" in ours:
        row["problem"] = "there is nothing of ours to compare it with"
        return
    found = np.abs(np.subtract(row["energies"], ours["energies"])).tolist()
    for theirs, own in zip(row["gradients"], ours["gradients"], strict=True):
        if theirs is not None and own is not None:
            found.append(float(np.abs(np.subtract(theirs, own)).max()))
    row["difference"] = max(found)
    if not row["difference"] <= AGREEMENT:
        row["problem"] = f"differs from ours by {row['difference']:.1e} Ha: not timed"


def _time_evaluations(
    workers: Mapping[str, Worker], rows: dict[str, dict[str, Any]], settings: Settings
) -> None:
    answers, failed = in_turn(workers, settings.repeats, settings.cap, "sample")
    for name, found in answers.items():
        rows[name]["samples"] = [answer["seconds"] for answer in found]
        if not found:
            rows[name]["problem"] = failed[name]


def _time_convergence(
    workers: Mapping[str, Worker], rows: dict[str, dict[str, Any]], settings: Settings
) -> None:
    """Time this package with its default optimiser, and all programs with SciPy's L-BFGS-B."""
    checked = {name: rows.pop(name) for name in list(rows)}
    runs = [("ours", "auto"), *((name, "scipy") for name in workers)]
    found: dict[str, list[dict[str, Any]]] = {f"{name} {method}": [] for name, method in runs}
    failed: dict[str, str] = {}
    spent = dict.fromkeys(found, 0.0)
    for _ in range(settings.repeats):
        for name, method in runs:
            key = f"{name} {method}"
            if key in failed or spent[key] > settings.cap:
                continue
            try:
                answer = workers[name].ask("minimise", settings.cap, method=method)
                found[key].append(answer)
                spent[key] += answer["seconds"]
            except WorkerError as error:
                failed[key] = str(error)
    lowest = min(min(run["energies"]) for runs_ in found.values() for run in runs_)
    titles = {"auto": "DIIS (auto)", "scipy": "SciPy L-BFGS-B"}
    for key, results in found.items():
        name, method = key.split()
        row = dict(checked[name], does=titles[method], samples=[r["seconds"] for r in results])
        rows[key] = row | (_convergence(results, lowest) if results else {"problem": failed[key]})
    for name, row in checked.items():
        if name not in workers:
            rows[name] = row


def _convergence(results: list[dict[str, Any]], lowest: float) -> dict[str, Any]:
    """Evaluations and seconds until the energy is within 1e-8 Ha of the lowest found."""
    first = results[0]
    near = [k for k, energy in enumerate(first["energies"]) if energy - lowest <= AGREEMENT]
    found: dict[str, Any] = {
        "evaluations": len(first["energies"]),
        "above_lowest": min(first["energies"]) - lowest,
        "evaluations_to": None,
    }
    if near:
        found["evaluations_to"] = near[0] + 1
        found["samples_to"] = [
            run["stamps"][near[0]] for run in results if len(run["stamps"]) > near[0]
        ]
    return found
