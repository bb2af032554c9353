"""Solvent models with their linear maps in memory, against PySCF's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import gto, scf
from pyscf.solvent import ddcosmo, pcm, smd

from vqe_cli.chemistry.scf import tabulated_cavities
from vqe_cli.chemistry.scf.tabulated_cavities import (
    TabulatedDdCosmo,
    TabulatedPcm,
    TabulatedSmd,
)

WATER = "O 0 0 0; H 0 0.2 0.96; H 0 0.9 -0.3"
MODELS = {
    "ddcosmo": (TabulatedDdCosmo, ddcosmo.DDCOSMO, ()),
    "c-pcm": (TabulatedPcm, pcm.PCM, ()),
    "smd": (TabulatedSmd, smd.SMD, ("water",)),
}


@pytest.fixture(scope="module")
def solute() -> tuple[Any, Any]:
    """A molecule and its density."""
    mole = gto.M(atom=WATER, basis="6-31g", verbose=0)
    return mole, scf.RHF(mole).run().make_rdm1()


@pytest.fixture(params=MODELS)
def cavities(request: pytest.FixtureRequest, solute: tuple[Any, Any]) -> tuple[Any, Any]:
    """The model here, and PySCF's."""
    ours, theirs, options = MODELS[request.param]
    return ours(solute[0], *options), theirs(solute[0], *options)


def test_energy_and_potential_are_those_of_pyscf(
    cavities: tuple[Any, Any], solute: tuple[Any, Any]
) -> None:
    density = solute[1]
    spins = np.array([0.4 * density, 0.6 * density])
    for given in (density, spins):
        (energy, potential), (expected, field) = (one.kernel(given) for one in cavities)
        assert energy == pytest.approx(expected, abs=1e-13)
        assert potential == pytest.approx(field, abs=1e-13)


def test_response_is_that_of_pyscf(cavities: tuple[Any, Any], solute: tuple[Any, Any]) -> None:
    nao = solute[0].nao
    changes = np.random.default_rng(5).normal(size=(3, nao, nao))
    ours, theirs = (one._B_dot_x(changes) for one in cavities)
    assert ours == pytest.approx(theirs, abs=1e-12)
    assert cavities[0]._B_dot_x(changes[1]) == pytest.approx(ours[1], abs=1e-12)


def test_derivatives_by_the_nuclei_are_those_of_pyscf(
    cavities: tuple[Any, Any], solute: tuple[Any, Any]
) -> None:
    for cavity in cavities:
        cavity.kernel(solute[1])
    ours, theirs = (cavity.grad(solute[1]) for cavity in cavities)
    assert ours == pytest.approx(theirs, abs=1e-12)


def test_what_is_too_large_is_left_to_pyscf(
    cavities: tuple[Any, Any], solute: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tabulated_cavities, "MAX_TABLE_BYTES", 0)
    ours, theirs = cavities
    assert ours.kernel(solute[1])[0] == theirs.kernel(solute[1])[0]
    assert (ours._B_dot_x(solute[1]) == theirs._B_dot_x(solute[1])).all()
    assert "maps" not in ours._intermediates
