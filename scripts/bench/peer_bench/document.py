"""The page `docs/performance.md`: a written introduction, and tables from stored results."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from peer_bench import table

INTRODUCTION = """# Performance

This page is written by one command. Everything below the introduction is measured, on the
machine and under the load that stand under each table:

```text
python scripts/bench/peers.py --write docs/performance.md
```

The command makes an environment for every peer under `.bench/`, and keeps results there, so that
`--only uccsd:h2o` measures one case again and writes all of them. `--help` shows what else it does.

## How it is measured

- Every program gets the same integrals, the same list of excitations in the same order with the
  same parameters, or the same circuit. Energies and gradients are compared first, at the start
  and at a point next to it; a program that differs by more than 1e-8 Ha is not timed. Equal order
  matters: exchanging two factors of a Trotter product changes the energy.
- Each program runs in a process of its own that stays alive. They are asked in turn for one sample
  each: ours, a peer, the next peer, ours again. What disturbs the machine disturbs all of them.
- A sample is the mean over as many evaluations as take 0.1 s, at parameters that change from
  one evaluation to the next. Imports, compilation and preparation (tables, matrices, compiled
  circuits) are not part of it; preparing stands in a column of its own.
- Peers get the form of the task that suits them: the shortest normal-ordered Hamiltonian for
  MindQuantum; for PennyLane the device itself without the layers of a QNode, native excitation
  gates, and the Hamiltonian as a sparse matrix or as Pauli terms, whichever is faster here; for
  Qulacs SciPy's sparse product. Aer gives energies only; a line computes what finite differences
  would take.

## What the numbers do not show

- One thread each, unless a table says otherwise: nothing here tells how programs scale with
  threads or on GPUs.
- Simulators of circuits hold all 2^n amplitudes and can run any circuit. Ours runs an excitation
  ansatz in the symmetry sector that it never leaves: the ratios compare algorithms as much
  as code. The rows "all excitations" show what is left without the point group.
- MindQuantum's space has a fixed number of electrons, but not of alpha and beta electrons.
- Preparing takes ours many times as long as one evaluation: see its column where only a single
  energy is wanted.
- ffsim is left out: its UCCSD is the exponential of the whole sum of excitations, another
  unitary than a product in some order, and comes without gradients; tests hold
  `lucj` to the states of its LUCJ.
"""

SECTIONS: tuple[tuple[str, str, str, Callable[[Iterable[dict[str, Any]]], str]], ...] = (
    (
        "uccsd",
        "UCCSD: one energy with its full gradient",
        "STO-3G, all orbitals unless the case says otherwise, amplitudes shared between spins, "
        "the same list of excitations for all programs: those that the point group allows, or "
        "in the rows that say so all of them.",
        table.evaluations,
    ),
    (
        "converge",
        "UCCSD: from MP2 amplitudes to the minimum",
        "The same start and, for SciPy's L-BFGS-B, the same stopping rules (gradient 1e-6 Ha, "
        "energy 1e-13). “To 1e-8 Ha” counts until an evaluation lies within 1e-8 Ha of the lowest "
        "energy that any program found.",
        table.convergence,
    ),
    (
        "circuit",
        "Hardware-efficient circuits: one energy with its full gradient",
        "Three layers, a molecule's Hamiltonian in Jordan-Wigner, random angles.",
        table.evaluations,
    ),
    (
        "command",
        "Whole commands",
        "Cold processes, compiled code cached, exact reference included, all threads.",
        table.commands,
    ),
    (
        "large",
        "Large active spaces",
        "UCCSD in cc-pVDZ at 1.09768 Å from MP2 to the minimum, all threads; solving includes the "
        "final checks. Next to one energy with its gradient the time of PySCF's `contract_2e` on "
        "a vector of the same sector, in the same process: each energy needs one such product, "
        "and so does each iteration of an exact diagonalisation.",
        table.large,
    ),
)


def keep(result: dict[str, Any], folder: Path) -> None:
    """Store a result for the document."""
    place = folder / "results"
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{result['case'].replace(':', '-')}.json"
    file.write_text(json.dumps(result, indent=1), encoding="utf-8")


def kept(folder: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    """The stored results, in the order of `names`."""
    files = [folder / "results" / f"{name.replace(':', '-')}.json" for name in names]
    return [json.loads(file.read_text(encoding="utf-8")) for file in files if file.exists()]


def sections(results: Sequence[dict[str, Any]]) -> str:
    """The sections of the page, with heading, sentence, table and surroundings."""
    parts = []
    for section, heading, sentence, make in SECTIONS:
        found = [result for result in results if result["case"].split(":")[0] == section]
        if found:
            parts.append(f"## {heading}\n\n{sentence}\n\n{make(found)}\n{_surroundings(found)}")
    return "\n".join(parts)


def document(results: Sequence[dict[str, Any]]) -> str:
    """The whole page."""
    return f"{INTRODUCTION}\n{sections(results)}"


def _surroundings(results: Sequence[dict[str, Any]]) -> str:
    """Machine, load, dates and package versions of the results in a table."""
    places = [result["surroundings"] for result in results]
    first = places[0]
    loads = [place[key] for place in places for key in ("load", "load_after") if key in place]
    threads = f"{first['threads']} thread each" if first["threads"] else "all threads"
    dates = [place["date"] for place in places]
    lines = [
        f"{first['cpu']}; {first['cores']} cores, {threads}; Python {first['python']}; "
        f"{min(dates)} to {max(dates)}; load average {min(loads):.1f} to {max(loads):.1f} "
        "before and after each case."
    ]
    versions: dict[str, str] = {}
    for result in results:
        for row in result.get("rows", {}).values():
            for package, version in row.get("versions", {}).items():
                if package not in ("numpy", "scipy"):
                    versions[package] = version
    if versions:
        lines.append(", ".join(f"{name} {version}" for name, version in versions.items()) + ".")
    return "\n".join(lines) + "\n"
