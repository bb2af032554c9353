"""Random molecules with charge, spin, basis and active space."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyscf import gto

POTENTIALS = {
    "def2-svp": (37, "def2-svp"),
    "lanl2dz": (11, "lanl2dz"),
    "sbkjc": (3, "sbkjc"),
}
"""Bases made for core potentials: the first atomic number with a potential, and its name.

def2: Weigend and Ahlrichs, Phys. Chem. Chem. Phys. 7, 3297 (2005); lanl2dz: Hay and Wadt, J. Chem.
Phys. 82, 270 (1985), D95V for the first row; sbkjc: Stevens, Basch and Krauss, J. Chem. Phys. 81,
6026 (1984).
"""

BASES = ("sto-3g", "sto-3g", "6-31g", "def2-svp", "lanl2dz", "sbkjc")
ELEMENTS = (*"HHHBCCNNOOFSPI", "He", "Li", "Be", "Na", "Mg", "Si", "Cl", "Br")
RADII = {"H": 0.31, "He": 0.28, "Li": 1.28, "Be": 0.96, "B": 0.84, "C": 0.76, "N": 0.71, "O": 0.66,
         "F": 0.57, "Na": 1.66, "Mg": 1.41, "Si": 1.11, "P": 1.07, "S": 1.05, "Cl": 1.02,
         "Br": 1.20, "I": 1.39}  # fmt: skip
"""Covalent radii in Å; Cordero et al., Dalton Trans. 2832 (2008)."""

MOST_FUNCTIONS = 45
MOST_ACTIVE = 6


@dataclass(frozen=True)
class Question:
    """A molecule with its charge, spin, basis and active space.

    Args:
        atoms: Symbols and positions in Å.
        charge: Charge in units of e.
        multiplicity: Spin multiplicity, 2S+1.
        basis: Name of the basis, or names by element.
        space: Numbers of active electrons and orbitals.
    """

    atoms: tuple[tuple[str, tuple[float, float, float]], ...]
    charge: int
    multiplicity: int
    basis: str | dict[str, str]
    space: tuple[int, int]

    @property
    def potentials(self) -> dict[str, str]:
        """The core potential that the basis of each element was made for."""
        return potentials_of(self.atoms, self.basis)

    def mole(self, *, symmetry: bool = False) -> Any:
        """The molecule in PySCF, with its core potentials.

        Args:
            symmetry: Whether PySCF finds and uses the point group.
        """
        return built(self.atoms, self.charge, self.multiplicity, self.basis, symmetry=symmetry)

    def __str__(self) -> str:
        formula = "".join(symbol for symbol, _ in self.atoms)
        charge = f"{self.charge:+d}" if self.charge else ""
        return (
            f"{formula}{charge} 2S+1={self.multiplicity} {self.basis}"
            f" ({self.space[0]}e,{self.space[1]}o)"
        )


def potentials_of(atoms: Any, basis: str | dict[str, str]) -> dict[str, str]:
    """Core potentials by element.

    Args:
        atoms: Symbols and positions.
        basis: Name of the basis, or names by element.
    """
    found = {}
    for symbol in {symbol for symbol, _ in atoms}:
        name = basis if isinstance(basis, str) else basis[symbol]
        first, potential = POTENTIALS.get(name, (1000, ""))
        if gto.charge(symbol) >= first:
            found[symbol] = potential
    return found


def built(atoms: Any, charge: int, multiplicity: int, basis: Any, *, symmetry: bool = False) -> Any:
    """A `pyscf.gto.Mole`.

    Args:
        atoms: Symbols and positions in Å.
        charge: Charge in units of e.
        multiplicity: Spin multiplicity, 2S+1.
        basis: Name of the basis, or names by element.
        symmetry: Whether PySCF finds and uses the point group.
    """
    mole = gto.Mole(
        atom=[list(atom) for atom in atoms], charge=charge, spin=multiplicity - 1, basis=basis
    )
    mole.ecp, mole.verbose, mole.symmetry = potentials_of(atoms, basis), 0, symmetry
    mole.build(dump_input=False, parse_arg=False)
    if mole.groupname in ("Dooh", "Coov", "SO3"):
        mole.symmetry_subgroup = {"Dooh": "D2h", "Coov": "C2v", "SO3": "D2h"}[mole.groupname]
        mole.build(dump_input=False, parse_arg=False)
    return mole


def random_question(random: np.random.Generator) -> Question:
    """A random molecule of a few atoms with a basis in PySCF, and an active space that fits.

    Args:
        random: Random number generator.
    """
    while True:
        atoms = _atoms(random)
        symbols = sorted({symbol for symbol, _ in atoms})
        basis: str | dict[str, str] = str(random.choice(BASES))
        if random.random() < 0.2:
            basis = {symbol: str(random.choice(BASES)) for symbol in symbols}
        charge = int(random.choice([0, 0, 0, 1, 1, -1, 2]))
        protons = sum(gto.charge(symbol) for symbol, _ in atoms)
        lowest = 1 + (protons - charge) % 2
        multiplicity = lowest + 2 * int(random.choice([0, 0, 0, 1, 1, 2]))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                mole = built(atoms, charge, multiplicity, basis)
        except (RuntimeError, KeyError, AssertionError):
            continue  # no such basis for the element, or not so many electrons
        alpha, beta = mole.nelec
        if min(alpha, beta) < 0 or alpha < 1 or alpha > mole.nao or mole.nao > MOST_FUNCTIONS:
            continue
        space = _space(random, mole)
        if space is not None:
            return Question(atoms, charge, multiplicity, basis, space)


def _atoms(random: np.random.Generator) -> tuple[tuple[str, tuple[float, float, float]], ...]:
    """A diatomic molecule, a symmetric line of three, a chain of hydrogen, or a random tree."""
    kind = random.choice(["pair", "twins", "line", "chain", "tree", "tree", "atom"])
    stretch = float(random.choice([1.0, 1.0, 1.3, 1.8])) * random.uniform(0.9, 1.15)
    a, b = (str(symbol) for symbol in random.choice(ELEMENTS, 2))
    apart = stretch * max(RADII[a] + RADII[b], 0.7)
    if kind == "atom":
        return ((a, (0.0, 0.0, 0.0)),)
    if kind in ("pair", "twins"):
        b = a if kind == "twins" else b
        apart = stretch * max(RADII[a] + RADII[b], 0.7)
        return ((a, (0.0, 0.0, 0.0)), (b, (0.0, 0.0, apart)))
    if kind == "line":
        return ((a, (0.0, 0.0, 0.0)), (b, (0.0, 0.0, apart)), (b, (0.0, 0.0, -apart)))
    if kind == "chain":
        count = int(random.integers(3, 7))
        return tuple(("H", (0.0, 0.0, 0.9 * stretch * index)) for index in range(count))
    return _tree(random, stretch)


def _tree(
    random: np.random.Generator, stretch: float
) -> tuple[tuple[str, tuple[float, float, float]], ...]:
    found: list[tuple[str, Any]] = [(str(random.choice(ELEMENTS)), np.zeros(3))]
    count = int(random.integers(3, 6))
    while len(found) < count:
        symbol = str(random.choice(ELEMENTS))
        parent, place = found[int(random.integers(len(found)))]
        direction = random.normal(size=3)
        length = stretch * max(RADII[symbol] + RADII[parent], 0.7)
        position = np.round(place + length * direction / np.linalg.norm(direction), 6)
        if all(
            np.linalg.norm(position - other) > 0.8 * (RADII[symbol] + RADII[name])
            for name, other in found
            if other is not place
        ):
            found.append((symbol, position))
    return tuple((symbol, (float(x), float(y), float(z))) for symbol, (x, y, z) in found)


def _space(random: np.random.Generator, mole: Any) -> tuple[int, int] | None:
    """Electrons and orbitals around the Fermi level, with all unpaired electrons."""
    alpha, beta = mole.nelec
    pairs = int(random.integers(0, min(beta, 3) + 1))
    electrons = 2 * pairs + alpha - beta
    least = pairs + alpha - beta
    most = min(MOST_ACTIVE, mole.nao - (beta - pairs))
    if electrons < 1 or least < 1 or least > most:
        return None
    return electrons, int(random.integers(max(least, most - 3), most + 1))
