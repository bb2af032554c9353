"""Print the table of docs/excited-states.md: errors of the lowest six states of twelve molecules.

python scripts/excited_states_table.py [METHOD ...]

Each state is compared with the exact state of the same electrons and orbitals that it overlaps
with. The script takes some minutes on one core.
"""

from __future__ import annotations

import sys
from typing import Any

from vqe_cli import run
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.records import RunRecord

NUMBER = 6
METHODS: dict[str, tuple[str, Any]] = {
    "qse": ("uccsd", "qse"),
    "q-sc-eom": ("uccsd", "q-sc-eom"),
    "qse, generalised": ("uccsd", {"name": "qse", "excitations": "generalised"}),
    "vqd": ("uccgsd", "vqd"),
    "sa-vqe": ("uccgsd", "sa-vqe"),
}
"""Ansatz and method by their names in the table."""


def frontier(electrons: int, orbitals: int) -> dict[str, Any]:
    """An active space around the Fermi level."""
    return {"name": "frontier", "electrons": electrons, "orbitals": orbitals}


BUTADIENE = """C 0.6080 1.7373 0
C 0.6080 0.4010 0
C -0.6080 -0.4010 0
C -0.6080 -1.7373 0
H 1.5283 2.3024 0
H -0.3207 2.2937 0
H 1.5514 -0.1337 0
H -1.5514 0.1337 0
H -1.5283 -2.3024 0
H 0.3207 -2.2937 0"""
FORMALDEHYDE = "C 0 0 -0.6047\nO 0 0 0.6033\nH 0 0.9347 -1.1868\nH 0 -0.9347 -1.1868"
ETHYLENE = """C 0 0 0.6695
C 0 0 -0.6695
H 0 0.9289 1.2321
H 0 -0.9289 1.2321
H 0 0.9289 -1.2321
H 0 -0.9289 -1.2321"""
MOLECULES: dict[str, tuple[str, int, Any]] = {
    "H2, (2e,2o)": ("H 0 0 0\nH 0 0 0.735", 1, "full"),
    "LiH, (4e,6o)": ("Li 0 0 0\nH 0 0 1.671707274", 1, "full"),
    "BH, (4e,5o)": ("B 0 0 0\nH 0 0 1.2324", 1, "frozen-core"),
    "HF, (8e,5o)": ("F 0 0 0\nH 0 0 0.9168", 1, "frozen-core"),
    "BeH2, (4e,6o)": ("Be 0 0 0\nH 0 0 1.3264\nH 0 0 -1.3264", 1, "frozen-core"),
    "H2O, (8e,6o)": ("O 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692", 1, "frozen-core"),
    "CH2, triplet, (6e,6o)": ("C 0 0 0\nH 0 0.9889 0.4291\nH 0 -0.9889 0.4291", 3, "frozen-core"),
    "N2, (6e,6o)": ("N 0 0 0\nN 0 0 1.0977", 1, frontier(6, 6)),
    "C2, (8e,8o)": ("C 0 0 0\nC 0 0 1.2425", 1, "frozen-core"),
    "CH2O, (6e,5o)": (FORMALDEHYDE, 1, frontier(6, 5)),
    "C2H4, (4e,4o)": (ETHYLENE, 1, frontier(4, 4)),
    "C4H6, π, (4e,4o)": (BUTADIENE, 1, {"name": "avas", "orbitals": ["C 2pz"]}),
}
"""Geometry in Å, multiplicity and active space; STO-3G."""


def record_of(name: str, method: str) -> RunRecord:
    """The record of one molecule by one method."""
    geometry, multiplicity, space = MOLECULES[name]
    molecule = {"geometry": geometry, "multiplicity": multiplicity}
    ansatz, chosen = METHODS[method]
    states = {"number": NUMBER, "method": chosen}
    data = {"molecule": molecule, "active_space": space, "ansatz": ansatz, "states": states}
    return run(spec_from_data(data))


def cell(name: str, method: str) -> str:
    """The largest error of a state in mHa and of an oscillator strength, and what was missed."""
    record = record_of(name, method)
    states = record.result.states or ()
    errors = [abs(one.error_mha) for one in states if one.error_mha is not None]
    strengths = [
        abs(one.oscillator_strength - one.reference_oscillator_strength)
        for one in states
        if one.oscillator_strength is not None and one.reference_oscillator_strength is not None
    ]
    strange = len(states) - len(errors)
    missed = int(next(one.value or 0 for one in record.checks if one.name == "states-missed"))
    told = f", {missed} missed" if missed else ""
    told += f", {strange} not matched" if strange else ""
    return f"{max(errors):.2f}, {max(strengths, default=0.0):.4f}{told}"


def main(methods: list[str]) -> None:
    """Print the table."""
    print(f"| molecule | {' | '.join(methods)} |")
    print(f"| --- |{' ---: |' * len(methods)}")
    for name in MOLECULES:
        print(f"| {name} | {' | '.join(cell(name, one) for one in methods)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(METHODS))
