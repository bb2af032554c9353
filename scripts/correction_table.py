"""Print the table of docs/dynamic-correlation.md: errors with each correction.

python scripts/correction_table.py

The exact energy of all electrons in all orbitals is that of FCI. The script takes some minutes on
one core.
"""

from __future__ import annotations

from typing import Any

from vqe_cli import run
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import spec_from_data

CORRECTIONS = ("mp2-outside", "ccsd-t-outside", "nevpt2")
WATER = "O 0 0 0\nH 0 {y} {z}\nH 0 -{y} {z}"
PROBLEMS: dict[str, tuple[str, int, int, int]] = {
    "LiH": ("Li 0 0 0\nH 0 0 1.6", 1, 2, 5),
    "HF": ("F 0 0 0\nH 0 0 0.917", 1, 8, 5),
    "H2O": (WATER.format(y=0.757, z=0.587), 1, 8, 6),
    "H2O, bonds doubled": (WATER.format(y=1.514, z=1.174), 1, 8, 6),
    "OH, doublet": ("O 0 0 0\nH 0 0 0.97", 2, 7, 5),
    "CH2, triplet": ("C 0 0 0\nH 0 0.997 0.419\nH 0 -0.997 0.419", 3, 6, 6),
}
"""Geometry in Å, multiplicity, active electrons and orbitals."""


def exact_energy(data: dict[str, Any]) -> float:
    """The energy of FCI with all electrons in all orbitals, Hartree."""
    spec = spec_from_data(data)
    parts = look_up_parts(spec)
    problem = build_problem(spec, parts.active_space)
    fci = CLASSICAL_METHODS.create({"name": "fci", "irreps": "reference"})
    return fci.solve(Encoding(problem, parts.mapper, spec.memory)).energy


def row(name: str) -> str:
    """The row of one molecule, errors in mHa."""
    geometry, multiplicity, electrons, orbitals = PROBLEMS[name]
    molecule = {"geometry": geometry, "basis": "6-31g", "multiplicity": multiplicity}
    space = {"name": "frontier", "electrons": electrons, "orbitals": orbitals}
    data = {"molecule": molecule, "active_space": space}
    exact = exact_energy({"molecule": molecule})
    record = run(spec_from_data({**data, "correction": list(CORRECTIONS)}))
    optimised = run(spec_from_data({**data, "orbitals": "optimised", "correction": "nevpt2"}))
    energies = [record.problem.hartree_fock_energy, record.result.energy]
    energies += [record.result.correction(one).energy for one in CORRECTIONS]
    energies += [optimised.result.correction("nevpt2").energy]
    known = [energy for energy in energies if energy is not None]
    cells = [name, f"({electrons}e,{orbitals}o)"]
    cells += [f"{1e3 * (energy - exact):+.1f}" for energy in known]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    corrected = (*(f"+ {name}" for name in CORRECTIONS), "optimised + nevpt2")
    names = ("molecule", "active", "HF", "VQE", *corrected)
    print(f"| {' | '.join(names)} |")
    print(f"| {' | '.join(['---', '---', *['---:'] * (len(names) - 2)])} |")
    for name in PROBLEMS:
        print(row(name), flush=True)


if __name__ == "__main__":
    main()
