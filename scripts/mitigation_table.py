"""Write docs/mitigation.md: the gain and the cost of each method of error mitigation.

python scripts/mitigation_table.py [--shots N]

Parameters are optimised exactly first, so that the remaining error is the device's. The script
takes some minutes on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vqe_cli import run
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.backend_records import MitigationRecord
from vqe_cli.schema.records import RunRecord

TARGET = Path(__file__).parent.parent / "docs" / "mitigation.md"
DEVICES = ("fake_manila", "fake_fez")
LIH_SPACE = {"name": "frontier", "electrons": 2, "orbitals": 3}
PROBLEMS: dict[str, dict[str, Any]] = {
    "H2, 0.735 Å, Jordan-Wigner": {
        "molecule": {"geometry": "H 0 0 0\nH 0 0 0.735"},
        "mapper": "jordan-wigner",
    },
    "LiH, 1.6 Å, 2 electrons in 3 orbitals, parity": {
        "molecule": {"geometry": "Li 0 0 0\nH 0 0 1.6"},
        "active_space": LIH_SPACE,
        "mapper": "parity",
    },
}
MITIGATIONS: tuple[Any, ...] = (
    ["readout"],
    ["symmetry"],
    {"zne": {"extrapolation": "linear"}},
    {"zne": {"extrapolation": "exponential"}},
    ["reference_state"],
    ["readout", "symmetry", "zne", "reference_state"],
)
HEAD = """# Error mitigation

The option `mitigation` of the backends `aer` and `ibm` mitigates errors of the final energy.
Methods act in this order, each inside the next:

1. `readout`: the confusion matrix of every measured qubit comes from two circuits (all qubits 0,
   all qubits 1) and is inverted on the observed outcomes (Nation et al., PRX Quantum 2, 040326
   (2021)). The error bar includes the amplification by the inversion and the scatter of the
   calibration.
2. `symmetry`: shots with wrong electron numbers are discarded in measurement bases whose
   bitstrings contain them: every basis of low-rank measurements, but only all-Z bases of Pauli
   groups. If all bases contain them, particle number and Sz of the energy are right by
   construction, and the checks say so; S² is always measured on the noisy state.
3. `zne`: the energy at 3 and 5 times the gates, `U (U† U)^n`, basis changes included,
   extrapolated to zero noise. The exponential tends to the energy of the completely mixed state.
4. `reference_state`: the error of the Hartree-Fock determinant, whose energy is known, is
   subtracted (Lolur et al., J. Chem. Theory Comput. 19, 783 (2023)). The determinant is prepared
   by the ansatz with all parameters zero, or by X gates if that is no determinant.

```yaml
backend:
  name: aer
  shots: 20000
  noise: fake_manila
  mitigation: [readout, symmetry, zne, reference_state]
```

On an IBM device, real or fake (`backend: {name: ibm_fez, mitigation: [readout, zne]}`),
calibration, folded circuits and reference determinant are sent in one job with the energy itself,
and the noisy simulation mitigates in the same way. Estimates and limits include all of it.

Noise can also be composed of its parts, or the noise of a device can be scaled:

```yaml
noise:
  depolarizing: {one_qubit: 0.001, two_qubit: 0.01}
  thermal: {t1: 100 us, t2: 80 us, one_qubit_gate: 35 ns, two_qubit_gate: 300 ns, readout: 1 us}
  readout: {p1_given_0: 0.01, p0_given_1: 0.03}
  coupling: line
```

```yaml
noise: {device: fake_manila, scale: 0.5}
```

A mitigated energy is not variational: it may lie below the exact one. Error bars tell how far it
scatters, not how far the model of the noise is wrong: compare both columns below. Gates err most
here, so that undoing the readout gains little by itself. The reference state does best for what it
costs, because UCCSD with small amplitudes goes wrong nearly as much as its determinant. After
post-selection the exponential can overshoot.

## What was checked

An error bar is that of the mitigated energy about its own expectation, not about the noiseless
energy. Both are known by hand where noise mixes the state as a whole, `q |ψ⟩⟨ψ| + (1 − q) I / 2ⁿ`
with q = 0.92^λ at amplification λ, and each qubit is read with errors of its own: H2, low-rank
bases, on average 4,000 shots in each, 300 seeds. E is the noiseless energy, M that of the
completely mixed state, M′ that of the states with the right electrons, a quarter of all. z² is
the mean squared deviation from the expectation in error bars, 1.00 ± 0.08 if bars are right; the
last column is what no number of shots removes.

| mitigation | expectation | z² | ± mHa | left / mHa |
| --- | --- | ---: | ---: | ---: |
| readout | (1 − q) M + q E | 1.02 | 18.5 | +76.3 |
| symmetry | (q E + (1 − q) M′ / 4) / (q + (1 − q) / 4) | 0.96 | 5.1 | +15.2 |
| readout + symmetry | the same | 0.90 | 6.6 | +15.2 |
| zne, linear, factors 1 and 3 | (3 E₁ − E₃) / 2 | 1.00 | 17.3 | +8.9 |
| zne, quadratic | (15 E₁ − 10 E₃ + 3 E₅) / 8 | 0.98 | 27.1 | +1.1 |
| zne, exponential | E | 1.00 | 15.4 | 0 |
| readout + zne, exponential | E | 1.01 | 24.5 | 0 |

`tests/measurement/mitigation/test_global_depolarisation.py` repeats this with fewer seeds, and
adds the reference state and all methods together. Lines, parabolas and exponentials with a known
asymptote agree with those of Mitiq 1.1 to 1e-9 Ha on the same energies, and folded circuits have
the same two-qubit gates as its `fold_global`. Resilience options of Qiskit's runtime were not
compared: its local mode ignores them.

## Gain and cost
"""


def rows(record: RunRecord) -> tuple[MitigationRecord, ...]:
    """The energies of a run before and after mitigation."""
    assert record.result.mitigation is not None
    return record.result.mitigation


def table_lines(record: RunRecord, shown: list[tuple[str, MitigationRecord]]) -> Iterator[str]:
    """Iterate over the lines of the table for one problem on one device."""
    assert record.reference is not None
    yield "| mitigation | error / mHa | ± mHa | shots | overhead |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for label, row in shown:
        assert row.standard_error is not None
        error = 1000 * (row.energy - record.reference.energy)
        bar = 1000 * row.standard_error
        yield f"| {label} | {error:+.1f} | {bar:.1f} | {row.shots:,} | {row.overhead:.1f} |"


def label_of(mitigation: Any, row: MitigationRecord) -> str:
    """The names of the methods, with the extrapolation if it was chosen."""
    if isinstance(mitigation, dict):
        return f"zne, {mitigation['zne']['extrapolation']}"
    return row.method.replace("_", " ")


def section(title: str, problem: dict[str, Any], device: str, shots: int) -> str:
    """The section of one problem on one device, with all methods."""
    best = run(spec_from_data(problem)).result.parameters
    shown: list[tuple[str, MitigationRecord]] = []
    for mitigation in MITIGATIONS:
        backend = {"name": "aer", "shots": shots, "noise": device, "mitigation": mitigation}
        fixed = {"backend": backend, "optimizer": "none", "initial": list(best)}
        record = run(spec_from_data({**problem, **fixed}))
        raw, *others = rows(record)
        if not shown:
            shown.append(("raw", raw))
        shown += [(label_of(mitigation, row), row) for row in others[-3:]]
    used = record.result.backend
    told = (
        f"{used.qubits} qubits, {used.two_qubit_gates} two-qubit gates, depth"
        f" {used.depth}, measured {used.measurement} in {used.groups} bases.\n"
    )
    return "\n".join([f"## {title}, {device}\n", told, *table_lines(record, shown), ""])


def main() -> None:
    """Run all problems and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--shots", type=int, default=20_000, help="shots for each measurement basis, on average"
    )
    shots = parser.parse_args().shots
    written = (
        "\nWritten by `scripts/mitigation_table.py`: UCCSD at exactly optimised parameters,"
        f" {shots:,} shots\nfor each basis on average. Rows with more than one method are the"
        " steps of one run.\n"
    )
    sections = [
        section(title, problem, device, shots)
        for title, problem in PROBLEMS.items()
        for device in DEVICES
    ]
    TARGET.write_text("\n".join([HEAD + written, *sections]).rstrip() + "\n")


if __name__ == "__main__":
    main()
