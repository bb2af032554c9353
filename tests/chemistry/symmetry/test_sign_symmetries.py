"""Point groups found in integrals, against those of the molecules."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import ao2mo, gto, scf
from scipy.stats import ortho_group

from vqe_cli.chemistry.symmetry.sign_symmetries import (
    irreps_of_integrals,
    symmetry_adapted,
    transformed,
)

pytestmark = pytest.mark.quick

HEIGHT = 0.94 * 3**0.5 / 2
MOLECULES = {
    "water": ("O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587", 2),
    "nitrogen": ("N 0 0 0; N 0 0 1.1", 3),
    "ammonia": (
        f"N 0 0 0.1; H 0 0.94 -0.26; H {HEIGHT} -0.47 -0.26; H {-HEIGHT} -0.47 -0.26",
        1,
    ),
    "methane": ("C 0 0 0; H .6 .6 .6; H -.6 -.6 .6; H -.6 .6 -.6; H .6 -.6 -.6", 2),
    "hypochlorous acid": ("O 0 0 0; H 0.9 0.1 0; Cl -0.4 1.6 0", 1),
    "chiral": ("O 0 0 0; O 0 0 1.45; H 0.9 0.1 -0.2; F -0.3 1.0 1.9", 0),
}
"""Geometry, and how many signs the largest abelian point group that shows at most has."""


@pytest.mark.parametrize("name", MOLECULES)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_point_group_is_found_in_any_orbitals(name: str, seed: int) -> None:
    atoms, generators = MOLECULES[name]
    mole = gto.M(atom=atoms, basis="sto-3g", verbose=0)
    values, vectors = np.linalg.eigh(mole.intor("int1e_ovlp"))
    orbitals = vectors / values**0.5 @ ortho_group.rvs(mole.nao, random_state=seed)
    h1 = orbitals.T @ scf.hf.get_hcore(mole) @ orbitals
    eri = ao2mo.restore(8, ao2mo.kernel(mole, orbitals), mole.nao)
    assert not any(irreps_of_integrals(h1, eri))
    found = symmetry_adapted(h1, eri)
    assert max(found.irreps).bit_length() == generators
    turned, repulsion = transformed(h1, eri, found.coefficients)
    irreps = np.array(found.irreps)
    assert np.abs(turned[irreps[:, None] != irreps[None, :]]).max(initial=0.0) < 1e-8
    product = irreps[:, None, None, None] ^ irreps[:, None, None] ^ irreps[:, None] ^ irreps
    forbidden = np.asarray(ao2mo.restore(1, repulsion, mole.nao))[product != 0]
    assert np.abs(forbidden).max(initial=0.0) < 1e-8
