"""The page `docs/performance.md`: an introduction, and tables of stored results."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from peer_bench import table

INTRODUCTION = """# Performance

One command writes this page. Everything below the introduction is measured; the line below each
table states the machine and its load.

```text
python scripts/bench/peers.py --write docs/performance.md
```

The command creates a virtual environment for each of the other programs under `.bench/` and stores
the results there. `--only uccsd:h2o` measures one case again and rewrites the page with all stored
results. `--help` lists the other options.

## How it is measured

- All programs receive the same integrals and the same list of excitations, in the same order and
  with the same parameters, or the same circuit. Before any timing, energies and gradients are
  compared at the starting point and at a second point nearby; a program that differs by more than
  1e-8 Ha is not timed. The order matters because exchanging two factors of a Trotter product
  changes the energy.
- Each program runs in its own process, which stays alive between samples. The programs take
  samples in turn: vqe ("ours" in the tables), a peer, the next peer, then vqe again. A disturbance
  of the machine thus affects all of them alike.
- A sample is the mean time of as many evaluations as take 0.1 s; the parameters change from one
  evaluation to the next. Imports, compilation and preparation (tables, matrices, compiled circuits)
  are excluded; the time of preparation has its own column.
- Each peer is given the problem in the form that suits it: MindQuantum the shortest normal-ordered
  Hamiltonian; PennyLane native excitation gates on the device itself, without the overhead of a
  QNode, and the Hamiltonian as a sparse matrix or as Pauli terms, whichever is faster; Qulacs
  SciPy's sparse product. Aer computes energies only; an additional row gives the estimated time of
  a gradient by finite differences.

## What the numbers do not show

- Each program uses one thread unless a table says otherwise. The numbers say nothing about scaling
  with threads or on GPUs.
- Circuit simulators store all 2^n amplitudes and can run any circuit. vqe runs an excitation ansatz
  in its symmetry sector, so the ratios compare algorithms as much as implementations. The rows
  "all excitations" show the ratios without point-group symmetry.
- MindQuantum's space has a fixed number of electrons, but not fixed numbers of alpha and beta
  electrons.
- Preparation in vqe takes many times as long as one evaluation. If only a single energy is needed,
  compare the column "preparation".
- ffsim's UCCSD is not included: it is the exponential of the whole sum of excitations, which
  differs from a product of exponentials. Its LUCJ is, with energies from the state vector. ffsim
  0.0.85 also has gradients: of UCJ with one layer by JAX (`ucj_energy_and_grad_func_spin_balanced`
  and `..._spin_unbalanced`, from matrix elements between Slater determinants, without a state
  vector), and by finite differences in its linear method. Their parameters differ from ours, and
  they are not timed here.

## Start-up, and Aer

Two scripts print ratios of what takes turns in one run, and are repeated by hand:

- `scripts/bench/startup.py --other CHECKOUT` compares whole commands with importing PySCF, Numba
  and Qiskit, which all of them need. On a loaded machine (2026-11-30, load average 17, best of two,
  CPU time) `vqe run molecules/h2.yaml` took 1.9 times as long as these imports (2.49 s of 1.29 s),
  2.6 times before qiskit-nature and most of PySCF were left out; `vqe reference molecules/h2o.yaml`
  1.9 times, 8.8 times before the eigensolver stayed in the sector. `vqe --help` takes 0.07 s.
- `scripts/bench/aer_runs.py` compares energies on Aer: the 22 points of a gradient of LiH (UCCSD
  without noise) in one run with the same points one by one (1.8 times as long), and an energy of H2
  with shots on fake_manila (47 ms) with Qiskit's `BackendEstimatorV2` (71 ms).
  `vqe run molecules/lih.yaml --backend aer` solved in 5.2 s with 176 energies, before in 30 s with
  529.

The first run after installation compiles kernels, and says so: 2 s of CPU time for excitations in
the sector, 6 s more for circuits. Python's bytecode is written by pip; without it (as with
`PYTHONDONTWRITEBYTECODE=1` in a checkout) every command takes half a second more.
"""

SECTIONS: tuple[tuple[str, str, str, Callable[[Iterable[dict[str, Any]]], str]], ...] = (
    (
        "uccsd",
        "UCCSD: one energy with its full gradient",
        "STO-3G basis, all orbitals unless stated otherwise, and amplitudes shared between spins. "
        "All programs use the same list of excitations: those allowed by the point group, or all "
        'of them in the rows "all excitations".',
        table.evaluations,
    ),
    (
        "converge",
        "UCCSD: from MP2 amplitudes to the minimum",
        "All runs start from the same point; those with SciPy's L-BFGS-B also have the same "
        "stopping criteria (gradient 1e-6 Ha, energy 1e-13). “To 1e-8 Ha” counts up to the first "
        "evaluation within 1e-8 Ha of the lowest energy found by any program.",
        table.convergence,
    ),
    (
        "circuit",
        "Hardware-efficient circuits: one energy with its full gradient",
        "Three layers, the Jordan-Wigner Hamiltonian of a molecule, and random angles.",
        table.evaluations,
    ),
    (
        "pairs",
        "pUCCD: one energy with its full gradient",
        "Hydrogen chains in STO-3G, with determinants of electron pairs only. No other program is "
        "measured; for H12, 4 ms were reported of another program that holds pairs only, on "
        "another machine.",
        table.evaluations,
    ),
    (
        "lucj",
        "LUCJ: one energy with its full gradient",
        "One layer with the pairs of a heavy-hex device, at random angles. Both programs hold the "
        "sector of fixed electron numbers; ffsim applies the same rotations and phases, and its "
        "own Hamiltonian.",
        table.evaluations,
    ),
    (
        "command",
        "Whole commands",
        "Each command runs in a new process on all threads, with compiled code cached, and "
        "includes the exact reference energy.",
        table.commands,
    ),
    (
        "large",
        "Large active spaces",
        "UCCSD in the cc-pVDZ basis at 1.09768 Å, optimised from MP2 amplitudes on all threads; "
        "the time of solving includes the final checks. For comparison with one energy and its "
        "gradient, the table gives the time of PySCF's `contract_2e` on a vector of the same "
        "sector in the same process: each energy needs one such product, as does each iteration "
        "of an exact diagonalisation.",
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
    """The sections of the page, each with heading, description, table and machine."""
    parts = []
    for section, heading, sentence, make in SECTIONS:
        found = [result for result in results if result["case"].split(":")[0] == section]
        if found:
            parts.append(f"## {heading}\n\n{sentence}\n\n{make(found)}\n{_surroundings(found)}")
    return "\n".join(parts)


def document(results: Sequence[dict[str, Any]]) -> str:
    """The whole page as Markdown."""
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
