"""The document of the resource table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from resources.problems import PROBLEMS, label_of, selections

BEGINNING = """\
# Resources

Qubits, parameters, gates and shots of every ansatz with its defaults, in STO-3G and Jordan-Wigner,
tapered or not. Written by `python scripts/resources/run.py`, which can be stopped and repeated.

- *tapered*: `mapper: {name: jordan-wigner, taper: true}`; where excitations change an irrep and are
  refused, `taper: parities` ([fewer qubits](fewer-qubits.md)).
- *error*: energy minus that of full CI in the same orbitals, simulated exactly; **bold** within
  1.6 mHa. It depends on the starting point for ansätze that start at a random one, and on the
  gradient at which adaptive ones stop.
- *CNOTs*, *depth* and *2q depth*: the circuit in CX, RZ, SX and X by Qiskit at level 2, with all
  qubits connected; *line* and *heavy-hex* are CNOTs of the best of up to four layouts there. Every
  fermionic excitation is compiled from its Pauli strings; hand-made circuits have fewer.
- Shots are those of one energy to a standard error of 1.6 mHa, optimally allocated, as CISD
  predicts them for the Hamiltonian, so that they are the same for all ansätze. An
  optimisation takes many energies.
- A row that took longer than its time limit on a busy core, usually 60 s for the energy and for the
  circuit each, says so; that is no statement about the ansatz.
"""

PUBLISHED = """\
## Beside published figures

Papers count other circuits for other geometries, and stop elsewhere, so that only the order of
magnitude can be compared.

- Tapering, arXiv:2512.01605: up to about 50 % fewer qubits and up to roughly 45 times fewer
  two-qubit gates for UCCSD of small molecules, over mappings, frozen cores and tapering together
  (figures from a public summary: the copy of the paper at hand had lost its numbers). Here,
  tapering alone: {tapering}
- tUPS, arXiv:2312.09761: with optimised orbitals, chemical accuracy with as much as 84 % fewer
  two-qubit gates than adaptive ansätze (abstract). The rows of `tups` here are in Hartree-Fock's
  orbitals, with the default number of layers.
- CEO-ADAPT, arXiv:2407.08696: its figures for each molecule were not at hand when this was written,
  and are left out.
"""


def document(results: Mapping[str, Any]) -> str:
    """The text of docs/resources.md.

    Args:
        results: The kept results, by names of problems.
    """
    sections = [_section(name, results[name]) for name in PROBLEMS if name in results]
    return "\n".join([BEGINNING, *sections, PUBLISHED.replace("{tapering}", _tapering(results))])


def _section(name: str, found: Mapping[str, Any]) -> str:
    lines = [f"## {PROBLEMS[name].label}", "", *_shots(found["shots"]), ""]
    lines.append(
        "| ansatz | tapered | qubits | parameters | error / mHa | CNOTs | depth | 2q depth | line |"
        " heavy-hex |"
    )
    lines.append(f"| --- | --- |{' ---: |' * 8}")
    rows = sorted(found["rows"].values(), key=_place)
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    computed = {row["ansatz"] for row in rows}
    missing = [label for label in map(label_of, selections()) if label not in computed]
    if missing:
        lines += ["", f"Not computed yet: {', '.join(missing)}."]
    return "\n".join([*lines, ""])


def _place(row: Mapping[str, Any]) -> tuple[str, int]:
    """The place of a row: by its ansatz, and untapered first."""
    return row["ansatz"], ("no", "yes", "parities").index(row["taper"])


def _shots(found: Mapping[str, Any]) -> Iterator[str]:
    """Shots of one energy of each Hamiltonian."""
    yield "| tapered | qubits | Pauli terms | measurement | settings | shots to 1.6 mHa |"
    yield "| --- | ---: | ---: | --- | ---: | ---: |"
    for taper, one in found.items():
        yield (
            f"| {taper} | {one['qubits']} | {one['terms']:,} | {one['measurement']} |"
            f" {one['settings']} | {one['shots']:,} |"
        )


def _cells(row: Mapping[str, Any]) -> Iterator[str]:
    yield row["ansatz"]
    yield row["taper"]
    yield str(row.get("qubits", ""))
    yield f"{row['parameters']:,}" if "parameters" in row else ""
    error = row.get("error_mha")
    text = "" if error is None else f"{error:.2f}"
    yield f"**{text}**" if error is not None and abs(error) <= 1.6 else text
    if "all" not in row:
        yield from (_reason(row["reason"]), "", "", "", "")
        return
    yield from (f"{row['all'][key]:,}" for key in ("two_qubit_gates", "depth", "two_qubit_depth"))
    yield from (f"{row[name]['two_qubit_gates']:,}" for name in ("line", "heavy-hex"))


def _reason(reason: str) -> str:
    """The reason why a row has no circuit, in a few words."""
    if "by which a qubit is tapered" in reason:
        return "refused: changes irreps"
    if "not in jordan-wigner with tapering" in reason:
        return "refused: needs all qubits"
    return reason


def _tapering(results: Mapping[str, Any]) -> str:
    """Qubits and CNOTs of UCCSD, before and after tapering."""
    texts = []
    for name, found in results.items():
        plain, tapered = (found["rows"].get(f"uccsd | {taper}", {}) for taper in ("no", "yes"))
        if "all" in plain and "all" in tapered:
            gates = [one["all"]["two_qubit_gates"] for one in (plain, tapered)]
            texts.append(
                f"{PROBLEMS[name].label} {plain['qubits']} → {tapered['qubits']} qubits,"
                f" {gates[0]:,} → {gates[1]:,} CNOTs"
            )
    return "; ".join(texts) + "."
