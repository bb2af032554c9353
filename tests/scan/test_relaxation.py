"""Relaxation of all else at a fixed distance, against PySCF's FCI and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import fci, gto, scf
from scipy.optimize import minimize_scalar

import vqe_cli
from vqe_cli.analysis.geometries.surface import Surface
from vqe_cli.scan.movement import measured
from vqe_cli.scan.relaxation import Relaxation, relaxed

TRIANGLE = {"geometry": "H 0 0 0; H 0 0 0.9; H 0 0.8 0.45", "charge": 1}
BOHR = 0.529177210903


def exact(height: float, base: float) -> float:
    """The exact energy of H3+ with two equal sides, Å."""
    atoms = f"H 0 0 0; H 0 0 {base}; H 0 {height} {base / 2}"
    field = scf.RHF(gto.M(atom=atoms, charge=1, verbose=0)).run()
    return float(fci.FCI(field).kernel()[0])


@pytest.mark.parametrize("base", [0.8, 1.2])
def test_a_ring_is_relaxed_around_one_of_its_bonds(base: float) -> None:
    surface = Surface(vqe_cli.spec_from_data({"molecule": TRIANGLE}))
    wanted = Relaxation(kind="distance", atoms=(0, 1), value=base, moving=())
    found = relaxed(surface, wanted, surface.start)
    best = minimize_scalar(exact, bounds=(0.5, 1.2), args=(base,), method="bounded")
    assert found.energy == pytest.approx(best.fun, abs=1e-6)
    places = BOHR * found.positions
    assert measured(places, (0, 1)) == pytest.approx(base, abs=1e-4)
    sides = measured(places, (0, 2)), measured(places, (1, 2))
    assert sides == pytest.approx([np.hypot(best.x, base / 2)] * 2, abs=1e-3)
