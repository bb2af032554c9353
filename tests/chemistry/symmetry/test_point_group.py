"""Operations of whole point groups, by textbook orders and by what they leave alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import gto, scf

from vqe_cli.chemistry.symmetry.point_group import operations

pytestmark = pytest.mark.quick

WATER = "O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587"
AMMONIA = "; ".join(
    ["N 0 0 0.1"]
    + [
        f"H {0.94 * np.cos(a):.12f} {0.94 * np.sin(a):.12f} -0.3"
        for a in np.pi * np.arange(3) / 1.5
    ]
)
METHANE = "C 0 0 0; H 1 1 1; H 1 -1 -1; H -1 1 -1; H -1 -1 1"
BENZENE = "; ".join(
    f"{symbol} {radius * np.cos(k * np.pi / 3):.12f} {radius * np.sin(k * np.pi / 3):.12f} 0"
    for symbol, radius in (("C", 1.39), ("H", 2.48))
    for k in range(6)
)


def mole_of(atom: str, basis: str = "sto-3g", **options: Any) -> Any:
    return gto.M(atom=atom, basis=basis, verbose=0, **options)


def occupied(atom: str, spin: int, group: str) -> Any:
    mole = mole_of(atom, "6-31g", spin=spin, symmetry=group)
    method = scf.RHF(mole) if spin == 0 else scf.ROHF(mole)
    method.conv_tol = 1e-11
    method.kernel()
    found = method.mo_coeff[:, method.mo_occ > 0], method.mo_coeff[:, method.mo_occ == 2]
    return operations(mole), found


@pytest.mark.parametrize(
    ("atom", "order"),
    [
        (WATER, 4),
        (AMMONIA, 6),
        (METHANE, 24),
        (BENZENE, 24),
        ("H 0 0 0; O 0 0 1; F 0 1 1.2", 2),
        ("H 0 0 0; O 0 0 1; O 1.3 0 1.2; H 1.5 0.8 1.4", 1),
    ],
    ids=["C2v", "C3v", "Td", "D6h", "Cs", "C1"],
)
def test_there_are_as_many_operations_as_the_group_has(atom: str, order: int) -> None:
    assert len(operations(mole_of(atom)).matrices) == order


@pytest.mark.parametrize("cart", [False, True])
@pytest.mark.parametrize("atom", [AMMONIA, METHANE, "N 0.1 0.2 0.3; N 0.5 0.1 1.3", "Ne 0 0 0"])
def test_operations_leave_overlap_and_one_electron_integrals_alone(atom: str, cart: bool) -> None:
    mole = mole_of(atom, "cc-pvtz", cart=cart)
    found = operations(mole)
    core = scf.hf.get_hcore(mole)
    for matrix in found.matrices:
        np.testing.assert_allclose(matrix.T @ found.overlap @ matrix, found.overlap, atol=1e-9)
        np.testing.assert_allclose(matrix.T @ core @ matrix, core, atol=1e-9)


@pytest.mark.parametrize(
    ("atom", "spin", "group", "pure", "kept"),
    [
        ("N 0 0 0; N 0 0 1.1", 0, "D2h", True, 64),  # 1 Sigma
        ("O 0 0 0; O 0 0 1.2", 2, "D2h", True, 64),  # 3 Sigma
        ("O 0 0 0; O 0 0 1.2", 0, "D2h", False, 8),  # half 1 Delta, half 1 Sigma
        ("O 0 0 0; H 0 0 0.97", 1, "C2v", True, 4),  # one component of 2 Pi
        ("O 0 0 0", 2, "D2h", True, 16),  # one component of 3 P
    ],
    ids=["n2", "o2-triplet", "o2-singlet", "oh", "o-triplet"],
)
def test_a_determinant_is_pure_if_it_is_of_one_irrep(
    atom: str, spin: int, group: str, pure: bool, kept: int
) -> None:
    """Term symbols of the textbook."""
    group_of, found = occupied(atom, spin, group)
    assert group_of.is_pure(found) is pure
    assert len(group_of.kept_by(found).matrices) == kept
