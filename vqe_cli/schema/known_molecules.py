"""Molecules that `vqe init` knows by name, with the source of each geometry."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

HUBER_HERZBERG = "Huber & Herzberg, Constants of Diatomic Molecules (1979), NIST Chemistry WebBook"
CCCBDB = "NIST CCCBDB, experimental geometries"
PI_ELECTRONS = "{name: pi}"

_ELEMENTS_LIKE_FORMULAS = ("Bh", "Co", "Hf", "No")
"""Element symbols that spell the formula of a known molecule, but for their case."""


@dataclass(frozen=True)
class KnownMolecule:
    """A molecule in its equilibrium structure.

    Args:
        names: Names in small letters, the formula first.
        geometry: Lines of 'symbol x y z' in Ångström, or of a Z-matrix.
        source: Reference for the geometry.
        charge: Total charge.
        multiplicity: 2S+1 of the ground state.
        active_space: An active space that takes less than a minute on a laptop.
        is_zmatrix: Whether `geometry` is a Z-matrix.
    """

    names: tuple[str, ...]
    geometry: str
    source: str
    charge: int = 0
    multiplicity: int = 1
    active_space: str = "full"
    is_zmatrix: bool = False


def known_molecule(name: str) -> KnownMolecule | None:
    """The molecule of a name or formula; None if it is not known.

    Args:
        name: A name or formula in any case, such as ``water``, ``H2O``, ``H₂O`` or ``Carbon
            monoxide``; but ``Co`` is cobalt.
    """
    plain = re.sub(r"[\s_]+", " ", unicodedata.normalize("NFKC", name)).strip()
    found = next((one for one in MOLECULES if plain.lower() in one.names), None)
    is_another = found is not None and plain in _ELEMENTS_LIKE_FORMULAS
    return None if is_another else found


def _diatomic(first: str, second: str, length: float) -> str:
    return f"{first} 0.0 0.0 0.0\n{second} 0.0 0.0 {length}"


MOLECULES = (
    KnownMolecule(
        ("h2", "hydrogen"),
        _diatomic("H", "H", 0.735),
        "the minimum of FCI in STO-3G, found with PySCF",
    ),
    KnownMolecule(("he", "helium"), "He 0.0 0.0 0.0", "one atom"),
    KnownMolecule(
        ("heh+", "helium hydride"),
        _diatomic("He", "H", 0.7743),
        "Szabo & Ostlund, Modern Quantum Chemistry (1996), section 3.5.3",
        charge=1,
    ),
    KnownMolecule(("lih", "lithium hydride"), _diatomic("Li", "H", 1.5957), HUBER_HERZBERG),
    KnownMolecule(
        ("beh2", "beryllium hydride", "beryllium dihydride"),
        "Be 0.0 0.0 0.0\nH 0.0 0.0 1.3264\nH 0.0 0.0 -1.3264",
        "Shayesteh et al., J. Chem. Phys. 118 (2003), doi:10.1063/1.1539850",
    ),
    KnownMolecule(("bh", "boron hydride"), _diatomic("B", "H", 1.2324), HUBER_HERZBERG),
    KnownMolecule(
        ("ch4", "methane"),
        "C 0.0 0.0 0.0\nH 0.627580 0.627580 0.627580\nH -0.627580 -0.627580 0.627580\n"
        "H -0.627580 0.627580 -0.627580\nH 0.627580 -0.627580 -0.627580",
        "NIST CCCBDB, after Hirota, J. Mol. Spectrosc. 77, 213 (1979)",
        active_space="frozen-core",
    ),
    KnownMolecule(
        ("nh3", "ammonia"),
        "N\nH 1 1.012\nH 1 1.012 2 106.67\nH 1 1.012 2 106.67 3 113.718736",
        "NIST CCCBDB, after Herzberg, Electronic Spectra of Polyatomic Molecules (1966)",
        active_space="frozen-core",
        is_zmatrix=True,
    ),
    KnownMolecule(
        ("h2o", "water"),
        "O 0.0 0.0 0.0\nH 0.0 0.757366 -0.586652\nH 0.0 -0.757366 -0.586652",
        "NIST CCCBDB, after Hoy & Bunker, J. Mol. Spectrosc. 74, 1 (1979)",
        active_space="frozen-core",
    ),
    KnownMolecule(
        ("oh", "hydroxyl", "hydroxyl radical"),
        _diatomic("O", "H", 0.96966),
        HUBER_HERZBERG,
        multiplicity=2,
    ),
    KnownMolecule(("oh-", "hydroxide"), _diatomic("O", "H", 0.970), HUBER_HERZBERG, charge=-1),
    KnownMolecule(("hf", "hydrogen fluoride"), _diatomic("H", "F", 0.9168), HUBER_HERZBERG),
    KnownMolecule(
        ("hcl", "hydrogen chloride"),
        _diatomic("H", "Cl", 1.27455),
        HUBER_HERZBERG,
        active_space="frozen-core",
    ),
    KnownMolecule(
        ("n2", "nitrogen"),
        _diatomic("N", "N", 1.09768),
        HUBER_HERZBERG,
        active_space="{name: frontier, electrons: 6, orbitals: 6}",
    ),
    KnownMolecule(
        ("co", "carbon monoxide"),
        _diatomic("C", "O", 1.128323),
        HUBER_HERZBERG,
        active_space="{name: frontier, electrons: 6, orbitals: 6}",
    ),
    KnownMolecule(
        ("o2", "oxygen"),
        _diatomic("O", "O", 1.20752),
        HUBER_HERZBERG,
        multiplicity=3,
        active_space="{name: frontier, electrons: 8, orbitals: 6}",
    ),
    KnownMolecule(
        ("f2", "fluorine"),
        _diatomic("F", "F", 1.41193),
        HUBER_HERZBERG,
        active_space="{name: frontier, electrons: 6, orbitals: 4}",
    ),
    KnownMolecule(
        ("no", "nitric oxide"),
        _diatomic("N", "O", 1.15077),
        HUBER_HERZBERG,
        multiplicity=2,
        active_space="{name: frontier, electrons: 7, orbitals: 6}",
    ),
    KnownMolecule(
        ("ch2", "methylene"),
        "C\nH 1 1.0748\nH 1 1.0748 2 133.84",
        "Jensen & Bunker, J. Chem. Phys. 89, 1327 (1988)",
        multiplicity=3,
        active_space="frozen-core",
        is_zmatrix=True,
    ),
    KnownMolecule(
        ("co2", "carbon dioxide"),
        "C 0.0 0.0 0.0\nO 0.0 0.0 1.162\nO 0.0 0.0 -1.162",
        CCCBDB,
        active_space="{name: frontier, electrons: 6, orbitals: 5}",
    ),
    KnownMolecule(
        ("h2co", "ch2o", "formaldehyde"),
        "C\nO 1 1.205\nH 1 1.111 2 121.9335\nH 1 1.111 2 121.9335 3 180.0",
        CCCBDB,
        active_space="{name: frontier, electrons: 4, orbitals: 4}",
        is_zmatrix=True,
    ),
    KnownMolecule(
        ("c2h2", "ethyne", "acetylene"),
        "C 0.0 0.0 0.6015\nC 0.0 0.0 -0.6015\nH 0.0 0.0 1.6645\nH 0.0 0.0 -1.6645",
        CCCBDB,
        active_space="{name: frontier, electrons: 4, orbitals: 4}",
    ),
    KnownMolecule(
        ("c2h4", "ethene", "ethylene"),
        "C\nC 1 1.339\nH 1 1.086 2 121.2\nH 1 1.086 2 121.2 3 180.0\n"
        "H 2 1.086 1 121.2 3 0.0\nH 2 1.086 1 121.2 3 180.0",
        CCCBDB,
        active_space=PI_ELECTRONS,
        is_zmatrix=True,
    ),
    KnownMolecule(
        ("c6h6", "benzene"),
        "C 1.397000 0.000000 0.0\n"
        "C 0.698500 1.209837 0.0\n"
        "C -0.698500 1.209837 0.0\n"
        "C -1.397000 0.000000 0.0\n"
        "C -0.698500 -1.209837 0.0\n"
        "C 0.698500 -1.209837 0.0\n"
        "H 2.481000 0.000000 0.0\n"
        "H 1.240500 2.148609 0.0\n"
        "H -1.240500 2.148609 0.0\n"
        "H -2.481000 0.000000 0.0\n"
        "H -1.240500 -2.148609 0.0\n"
        "H 1.240500 -2.148609 0.0",
        CCCBDB,
        active_space=PI_ELECTRONS,
    ),
)
"""Small molecules and ions in their ground states."""
