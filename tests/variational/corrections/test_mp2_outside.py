"""MP2 of all electrons minus MP2 of the active ones, against PySCF and sums by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import ao2mo, mp

from tests.families import slow
from tests.variational.corrections.molecules import HYDROXYL, OXYGEN, WATER, Molecule


def test_closed_shell_is_the_difference_of_two_of_pyscf() -> None:
    scf = WATER.scf()
    orbitals = len(scf.mo_energy)
    outside = [0, 1, 2, *range(7, orbitals)]
    expected = float(mp.MP2(scf).kernel()[0] - mp.MP2(scf, frozen=outside).kernel()[0])
    found = WATER.run("mp2-outside").result.correction("mp2-outside")
    assert found.correction == pytest.approx(expected, abs=1e-8)
    assert found.state is None


def by_hand(scf: Any, core: int, orbitals: int) -> float:
    """The sum over spin orbitals of MP2 with singles, semicanonical, in a window of orbitals."""
    mole, window = scf.mol, slice(core, core + orbitals)
    nelec = [count - core for count in mole.nelec]
    eri = ao2mo.restore(1, ao2mo.kernel(mole, scf.mo_coeff[:, window]), orbitals)
    density = np.array(
        [scf.mo_coeff[:, :count] @ scf.mo_coeff[:, :count].T for count in mole.nelec]
    )
    focks = scf.get_hcore() + scf.to_uhf().get_veff(mole, density)
    rotations, levels, singles = [], [], 0.0
    for fock, count in zip(focks, nelec, strict=True):
        own = scf.mo_coeff[:, window].T @ fock @ scf.mo_coeff[:, window]
        low, occupied = np.linalg.eigh(own[:count, :count])
        high, empty = np.linalg.eigh(own[count:, count:])
        coupling = occupied.T @ own[:count, count:] @ empty
        singles += float((coupling**2 / (low[:, None] - high)).sum())
        rotation = np.zeros_like(own)
        rotation[:count, :count], rotation[count:, count:] = occupied, empty
        rotations.append(rotation)
        levels.append(np.concatenate([low, high]))
    doubles = 0.0
    for one, other in ((0, 0), (0, 1), (1, 0), (1, 1)):
        a, b = rotations[one], rotations[other]
        turned = np.einsum("pqrs,pi,qa,rj,sb->iajb", eri, a, a, b, b, optimize=True)
        o, p = nelec[one], nelec[other]
        direct = turned[:o, o:, :p, p:].transpose(0, 2, 1, 3)
        exchange = direct.transpose(0, 1, 3, 2) if one == other else 0.0
        gaps = (
            levels[one][:o, None, None, None]
            + levels[other][None, :p, None, None]
            - levels[one][None, None, o:, None]
            - levels[other][None, None, None, p:]
        )
        factor = 0.25 if one == other else 0.5
        doubles += factor * float(((direct - exchange) ** 2 / gaps).sum())
    return singles + doubles


@pytest.mark.parametrize("molecule", [HYDROXYL, slow(OXYGEN)], ids=["doublet", "triplet"])
def test_open_shells_by_hand(molecule: Molecule) -> None:
    scf = molecule.scf()
    alpha, beta = scf.mol.nelec
    core = (alpha + beta - molecule.electrons) // 2
    whole = by_hand(scf, 0, len(scf.mo_energy))
    expected = whole - by_hand(scf, core, molecule.orbitals)
    found = molecule.run("mp2-outside", optimizer="none", reference="none")
    assert found.result.correction("mp2-outside").correction == pytest.approx(expected, abs=1e-7)


def test_rotated_orbitals_give_the_same_whole() -> None:
    """In avas orbitals, not canonical, the sum of both parts is still MP2 of all electrons."""
    run = WATER.run(
        "mp2-outside", active_space={"name": "avas", "orbitals": ["O 2p"]}, reference="none"
    )
    whole = float(mp.MP2(WATER.scf()).kernel()[0])
    correction = run.result.correction("mp2-outside").correction
    assert whole < correction < 0.0


def test_large_amplitude_outside_is_a_doubt() -> None:
    """The bond of stretched N2 is left out of the active space."""
    stretched = Molecule("N 0 0 0\nN 0 0 1.8", 2, 2, ansatz="uccsd")
    run = stretched.run("mp2-outside")
    check = run.check("mp2-outside-amplitudes")
    assert (check.status, check.hard, run.verdict) == ("warn", False, "warn")
    assert isinstance(check.value, float)
    assert check.value > 0.1
    names = {check.name for check in WATER.run("mp2-outside").checks}
    assert "mp2-outside-amplitudes" not in names
