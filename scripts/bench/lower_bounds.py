"""Certified lower bounds against full CI by PySCF: the gap and the time by size.

    python scripts/bench/lower_bounds.py            30 molecules and 200 random Hamiltonians
    python scripts/bench/lower_bounds.py --quick    five of each

Prints a line for each molecule and the table of docs/verify.md, and fails where a bound lies above
the exact energy. It takes half an hour on a core. Needs SCS: pip install 'vqe-cli[bounds]'.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import numpy as np
from pyscf import fci

from vqe_cli.chemistry.problem import build_problem
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import look_up_parts
from vqe_cli.schema import spec_from_data
from vqe_cli.verification.lower_bound import LowerBound, lower_bound

SECONDS = 60.0
"""Time limit of each bound."""

ROUND_OFF = 1e-9
"""Error of PySCF's energies, Hartree."""

Molecule = tuple[str, dict[str, object], dict[str, object] | None]
"""Name, molecule and active space."""


def chain(atoms: int, distance: float) -> Molecule:
    """A chain of hydrogen atoms."""
    lines = "\n".join(f"H 0 0 {distance * place:.3f}" for place in range(atoms))
    name = f"H{atoms}, {distance:g} Å"
    return name, {"geometry": lines, "multiplicity": 1 + atoms % 2}, None


def diatomic(
    one: str, other: str, distance: float, space: tuple[int, int] | None = None, spin: int = 1
) -> Molecule:
    """Two atoms, with the electrons and orbitals of an active space."""
    geometry = f"{one} 0 0 0\n{other} 0 0 {distance}"
    name = f"{one}{other}, {distance:g} Å" + (" triplet" if spin == 3 else "")
    return name, {"geometry": geometry, "multiplicity": spin}, _frontier(space)


def _frontier(space: tuple[int, int] | None) -> dict[str, object] | None:
    if space is None:
        return None
    return {"name": "frontier", "electrons": space[0], "orbitals": space[1]}


WATER = "O 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692"
METHYLENE = "C 0 0 0\nH 0 0.99 0.42\nH 0 -0.99 0.42"
AMMONIA = "N 0 0 0.11\nH 0 0.94 -0.26\nH 0.81 -0.47 -0.26\nH -0.81 -0.47 -0.26"
SQUARE = "H 0 0 0\nH 0 0 1.2\nH 0 1.2 0\nH 0 1.2 1.2"

MOLECULES: tuple[Molecule, ...] = (
    *(chain(atoms, distance) for atoms in (2, 3, 4, 5, 6) for distance in (0.8, 1.6)),
    chain(8, 1.0),
    ("H4 square", {"geometry": SQUARE}, None),
    ("H4 square, triplet", {"geometry": SQUARE, "multiplicity": 3}, None),
    diatomic("He", "He", 1.5),
    diatomic("Li", "H", 1.6, (2, 5)),
    diatomic("Li", "H", 3.2),
    diatomic("Be", "H", 1.3, (3, 5), 2),
    diatomic("H", "F", 0.92),
    diatomic("N", "N", 1.1, (6, 6)),
    diatomic("N", "N", 2.0, (6, 6)),
    diatomic("O", "O", 1.2, (8, 6), 3),
    diatomic("O", "H", 0.97, (7, 5), 2),
    diatomic("C", "O", 1.13, (6, 6)),
    diatomic("C", "C", 1.25, (8, 8)),
    ("water", {"geometry": WATER}, None),
    ("water, frozen core", {"geometry": WATER}, _frontier((8, 6))),
    ("water cation", {"geometry": WATER, "charge": 1, "multiplicity": 2}, _frontier((7, 6))),
    ("methylene", {"geometry": METHYLENE}, _frontier((6, 6))),
    ("methylene, triplet", {"geometry": METHYLENE, "multiplicity": 3}, _frontier((6, 6))),
    ("ammonia", {"geometry": AMMONIA}, _frontier((8, 7))),
)


@dataclass(frozen=True)
class Row:
    """A problem with both energies.

    Args:
        name: Name of the problem.
        problem: The problem.
        exact: The exact energy, Hartree.
        bound: The certified lower bound.
    """

    name: str
    problem: ElectronicProblem
    exact: float
    bound: LowerBound

    @property
    def gap(self) -> float:
        """The exact energy above the bound, mHa."""
        return 1000 * (self.exact - self.bound.energy)


def problem_of(molecule: Molecule) -> ElectronicProblem:
    """The integrals of a molecule in its active space."""
    _, section, space = molecule
    spec = spec_from_data({"molecule": section, **({"active_space": space} if space else {})})
    problem = build_problem(spec, look_up_parts(spec).active_space)
    assert isinstance(problem, ElectronicProblem)
    return problem


def random_problem(seed: int) -> ElectronicProblem:
    """Two to four orbitals with random integrals, and random electrons in them."""
    rng = np.random.default_rng(seed)
    norb = int(rng.integers(2, 5))
    beta = int(rng.integers(0, norb + 1))
    alpha = int(rng.integers(max(beta, 1), norb + 1))
    h1 = rng.normal(size=(norb, norb))
    pairs = rng.normal(size=(norb, norb, norb, norb)) * float(rng.uniform(0, 0.5))
    pairs = pairs + pairs.transpose(1, 0, 2, 3)
    pairs = pairs + pairs.transpose(0, 1, 3, 2)
    pairs = pairs + pairs.transpose(2, 3, 0, 1)
    return ElectronicProblem(
        h1 + h1.T, pairs, float(rng.normal()), (alpha, beta), multiplicity=alpha - beta + 1
    )


def exact_energy(problem: ElectronicProblem) -> float:
    """The lowest energy of the right spin by PySCF's full CI, Hartree."""
    solver = fci.direct_spin1.FCI()
    solver.conv_tol, solver.max_cycle, solver.pspace_size = 1e-12, 500, 800
    fci.addons.fix_spin_(solver, shift=5.0, ss=problem.spin_squared)
    energy, state = solver.kernel(problem.h1, problem.h2, problem.norb, problem.nelec)
    spin = fci.spin_op.spin_square(state, problem.norb, problem.nelec)[0]
    assert abs(spin - problem.spin_squared) < 1e-4, "another spin"
    return float(energy) + problem.core_energy


def measured(name: str, problem: ElectronicProblem, seconds: float) -> Row:
    """Both energies of a problem."""
    bound = lower_bound(problem, seconds)
    assert bound is not None
    return Row(name, problem, exact_energy(problem), bound)


def rows(quick: bool) -> Iterator[Row]:
    """All molecules, then all random Hamiltonians."""
    for molecule in MOLECULES[:: 6 if quick else 1]:
        yield measured(molecule[0], problem_of(molecule), SECONDS)
    for seed in range(5 if quick else 200):
        yield measured("random", random_problem(seed), SECONDS)


def table(found: list[Row]) -> Iterator[str]:
    """Gaps and times by number of orbitals and spin, as Markdown."""
    yield "| orbitals | problems | gap of singlets / mHa | of other spins / mHa | time / s |"
    yield "| --- | --- | --- | --- | --- |"
    groups = defaultdict[tuple[str, int], list[Row]](list)
    for row in found:
        kind = "random, " if row.name == "random" else ""
        groups[kind, row.problem.norb].append(row)
    for (kind, norb), members in sorted(groups.items()):
        singlets = [row.gap for row in members if row.problem.multiplicity == 1]
        others = [row.gap for row in members if row.problem.multiplicity > 1]
        times = [row.bound.wall_s for row in members]
        yield (
            f"| {kind}{norb} | {len(members)} | {_range(singlets)} | {_range(others)}"
            f" | {_range(times)} |"
        )


def _range(values: list[float]) -> str:
    """The median, and the smallest and largest value."""
    if not values:
        return "–"
    middle, low, high = (max(one, 0.0) for one in (median(values), min(values), max(values)))
    return f"{middle:.3g}" if len(values) == 1 else f"{middle:.3g} ({low:.2g} – {high:.3g})"


def main() -> None:
    """Measure, print, and fail where a bound is none."""
    found = []
    for row in rows("--quick" in sys.argv):
        found.append(row)
        if row.name != "random":
            size = f"({sum(row.problem.nelec)}e,{row.problem.norb}o)"
            gap, time = f"{row.gap:10.4f} mHa", f"{row.bound.wall_s:7.2f} s"
            print(f"{row.name:24}{size:10}{row.exact:16.8f}{gap}{time}", flush=True)
    print(*table(found), sep="\n")
    above = [row.name for row in found if row.bound.energy > row.exact + ROUND_OFF]
    if above:
        sys.exit(f"above the exact energy: {', '.join(above)}")


if __name__ == "__main__":
    main()
