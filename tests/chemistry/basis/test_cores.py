"""Core orbitals counted by hand, with and without core potentials."""

from __future__ import annotations

import pytest
from pyscf import gto

from vqe_cli.chemistry.basis.cores import core_orbitals

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("symbol", "basis", "ecp", "core"),
    [
        ("Cl", "6-31g", {}, 5),  # 1s 2s 2p
        ("Cl", "lanl2dz", "lanl2dz", 0),  # replaces these
        ("Br", "def2-svp", {}, 9),  # those of argon
        ("Br", "cc-pvdz-pp", "cc-pvdz-pp", 4),  # 10 replaced, 3s 3p left
        ("I", "def2-svp", "def2-svp", 4),  # 28 replaced, 4s 4p left, 4d is valence
        ("I", "lanl2dz", "lanl2dz", 0),  # 46 replaced, also 4d
        ("Ag", "def2-svp", "def2-svp", 4),  # 28 replaced, 4s 4p left
        ("Au", "def2-svp", "def2-svp", 4),  # 60 replaced, also 4f; 5s 5p left
        ("Au", "ano-rcc", {}, 34),  # xenon's 27 and 4f
        ("Cs", "ano-rcc", {}, 27),  # xenon's
        ("Xe", "ano-rcc", {}, 18),  # krypton's
        ("Pd", "ano-rcc", {}, 18),  # krypton's; 4d is valence
        ("Cd", "ano-rcc", {}, 18),
        ("Hg", "sbkjc", "sbkjc", 4),  # 60 replaced
        ("U", "stuttgart_rsc", "stuttgart_rsc", 13),  # 60 replaced, 5s 5p 5d 6s 6p left
    ],
)
def test_core_orbitals(symbol: str, basis: str, ecp: object, core: int) -> None:
    mole = gto.M(atom=f"{symbol} 0 0 0", basis=basis, ecp=ecp, spin=None, verbose=0)
    assert core_orbitals(mole) == core
