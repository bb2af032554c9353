"""The planned memory of PySCF's methods, by hand from the arrays in its source."""

from __future__ import annotations

import pytest

from vqe_cli.chemistry.pyscf_memory import (
    BUFFERS,
    TEMPORARIES,
    Correlated,
    casscf_bytes,
    coupled_cluster_bytes,
    gradient_bytes,
    mp2_bytes,
    nevpt2_bytes,
)

pytestmark = pytest.mark.quick

WATER = Correlated.of((5, 5), 58)
"""In cc-pVTZ; measured with `scripts/bench/memory.py`: CCSD(T) 52.7 MB, MP2 4.0 MB."""

HYDROXYL = Correlated.of((5, 4), 44)
"""In cc-pVTZ; CCSD(T) 172 MB."""


def test_the_core_is_not_correlated() -> None:
    assert Correlated.of((5, 4), 20, core=1) == Correlated((4, 3), (15, 16), 20)


def test_closed_shell_coupled_cluster_has_two_arrays_over_packed_pairs() -> None:
    """1711 pairs of orbitals, 1431 of empty ones; 8 bytes each."""
    transformation = 2 * 8 * 1711**2
    planned = coupled_cluster_bytes(WATER) / TEMPORARIES
    assert planned == pytest.approx(transformation, rel=0.15)
    assert 52.7e6 < coupled_cluster_bytes(WATER) < 3 * 52.7e6


def test_open_shell_coupled_cluster_unpacks_integrals_of_three_pairs_of_spins() -> None:
    """44 orbitals, 39 alpha and 40 beta ones of them empty."""
    unpacked = 3 * 8 * 44**4
    copies = 8 * (39**4 + 40**4 + 39**2 * 40**2)
    planned = coupled_cluster_bytes(HYDROXYL) / TEMPORARIES
    assert planned == pytest.approx(unpacked + copies, rel=0.1)
    assert 172e6 < coupled_cluster_bytes(HYDROXYL) < 3 * 172e6


def test_mp2_has_half_transformed_integrals_and_its_amplitudes() -> None:
    """265 single excitations, 1711 pairs of functions."""
    by_hand = 8 * 265 * 1711 * TEMPORARIES + 4 * 8 * 265**2
    assert mp2_bytes(WATER) == pytest.approx(by_hand, rel=0.02)
    assert 4.0e6 < mp2_bytes(WATER) < 3 * 4.0e6


def test_perturbation_theory_and_orbitals_have_half_transformed_integrals() -> None:
    """Three frozen and four active of 58 orbitals; NEVPT2 used 7.3 MB."""
    half = 8 * 1711 * 7
    arrays = 3 * 8 * (4 * 58) ** 2
    assert casscf_bytes(3, 4, 58) == pytest.approx(TEMPORARIES * (half * 58 + arrays), rel=0.02)
    assert nevpt2_bytes(3, 4, 58) > TEMPORARIES * (half * 55 + arrays) * 0.98
    assert 7.3e6 < nevpt2_bytes(3, 4, 58) < 3 * 7.3e6


def test_large_bases_pass_through_files_with_the_buffers_of_pyscf() -> None:
    large = Correlated.of((10, 10), 400)
    assert mp2_bytes(large) == pytest.approx(TEMPORARIES * BUFFERS + 4 * 8 * 3900**2, rel=1e-6)
    assert BUFFERS < coupled_cluster_bytes(large) < 2 * BUFFERS
    assert casscf_bytes(5, 6, 400) < 3 * BUFFERS
    assert gradient_bytes(6, 400) < 2 * BUFFERS
