"""Stability against PySCF's own analysis and against energies of rotated orbitals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.families import slow
from tests.problems import pyscf_mean_field
from vqe_cli.chemistry.scf.stability import internal_instability, is_externally_stable, lowest


def converged(atom: str, basis: str = "sto-3g", spin: int = 0, symmetry: Any = False) -> Any:
    molecule = {"geometry": atom, "basis": basis, "multiplicity": spin + 1}
    return pyscf_mean_field(molecule, symmetry)


CLOSED_SHELLS = {
    "h2": ("H 0 0 0; H 0 0 0.735", "sto-3g"),
    "h2-stretched": ("H 0 0 0; H 0 0 2.0", "sto-3g"),
    "water": ("O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587", "6-31g"),
    "water-stretched": ("O 0 0 0; H 0 1.9 1.3; H 0 -1.9 1.3", "6-31g"),
    "n2": ("N 0 0 0; N 0 0 1.1", "6-31g"),
    "c2": ("C 0 0 0; C 0 0 1.25", "6-31g"),
    "helium": ("He 0 0 0", "sto-3g"),
}


@pytest.mark.parametrize("name", CLOSED_SHELLS)
def test_closed_shells_are_judged_as_by_pyscf(name: str) -> None:
    method = converged(*CLOSED_SHELLS[name])
    if name == "helium":
        internal, external = True, True
    else:
        _, _, internal, external = method.stability(external=True, return_status=True)
    assert (internal_instability(method) is None) == bool(internal)
    if internal:
        assert is_externally_stable(method) == bool(external)


@pytest.mark.parametrize(
    ("atom", "spin"),
    [("N 0 0 0; H 0 0 1.04", 2), ("O 0 0 0; H 0 0 0.97", 1), ("B 0 0 0; B 0 0 1.6", 2)],
    ids=["nh", "oh", "b2"],
)
def test_open_shells_are_judged_as_by_pyscf(atom: str, spin: int) -> None:
    method = converged(atom, spin=spin)
    _, _, internal, _ = method.stability(return_status=True)
    assert (internal_instability(method) is None) == bool(internal)


@pytest.mark.parametrize("symmetry", [False, "D2h"])
def test_instability_points_to_orbitals_of_lower_energy(symmetry: Any) -> None:
    method = converged("C 0 0 0; C 0 0 1.25", "6-31g", symmetry=symmetry)
    descent = internal_instability(method)
    assert descent is not None
    rotated = descent(0.3)
    assert rotated is not None
    overlap = rotated.T @ method.get_ovlp() @ rotated
    np.testing.assert_allclose(overlap, np.eye(overlap.shape[0]), atol=1e-10)
    density = method.make_rdm1(rotated, method.mo_occ)
    assert method.energy_tot(density) < method.e_tot - 1e-5


def test_many_orbitals_are_judged_like_few() -> None:
    """Beyond some forty rotations the lowest eigenvalue comes from iterations."""
    stable = converged("N 0 0 0; N 0 0 1.1", "cc-pvdz")
    assert internal_instability(stable) is None
    saddle = converged("C 0 0 0; C 0 0 1.25", "cc-pvdz")
    _, _, internal, _ = saddle.stability(return_status=True)
    assert not internal
    descent = internal_instability(saddle)
    assert descent is not None
    rotated = descent(0.3)
    assert rotated is not None
    assert saddle.energy_tot(saddle.make_rdm1(rotated, saddle.mo_occ)) < saddle.e_tot - 1e-5


BENZENE = "; ".join(
    f"{symbol} {radius * np.cos(k * np.pi / 3):.9f} {radius * np.sin(k * np.pi / 3):.9f} 0"
    for symbol, radius in (("C", 1.39), ("H", 2.48))
    for k in range(6)
)


@pytest.mark.parametrize(
    ("atom", "basis", "spin"),
    [
        slow(BENZENE, "sto-3g", 0),
        ("I 0 0 0; H 0 0 1.61", "sto-3g", 0),
        ("N 0 0 0; N 0 0 1.1", "cc-pvdz", 0),
        ("O 0 0 0; O 0 0 1.21", "6-31g", 2),
    ],
    ids=["benzene", "hydrogen-iodide", "n2", "o2"],
)
def test_the_lowest_eigenvalue_is_that_of_the_whole_matrix(
    atom: str, basis: str, spin: int
) -> None:
    from pyscf.soscf import newton_ah

    method = converged(atom, basis, spin)
    hessians = [newton_ah.gen_g_hop_rohf if spin else newton_ah.gen_g_hop_rhf]
    if spin == 0:
        hessians.append(
            lambda scf, *rest, **more: newton_ah.gen_g_hop_uhf(
                scf.to_uhf(), (rest[0],) * 2, (rest[1] / 2,) * 2, **more
            )
        )
    for make in hessians:
        _, product, diagonal = make(method, method.mo_coeff, method.mo_occ, with_symmetry=False)
        matrix = np.array([product(row) for row in np.eye(diagonal.size)])
        value, vector = lowest(product, diagonal)
        assert value == pytest.approx(np.linalg.eigvalsh(0.5 * (matrix + matrix.T))[0], abs=1e-7)
        np.testing.assert_allclose(product(vector), value * vector, atol=1e-3)
