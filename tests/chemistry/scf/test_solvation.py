"""Implicit solvents against PySCF by hand and Born's formula."""

from __future__ import annotations

import pytest
from pyscf import solvent as models
from pyscf.solvent import smd

from tests.problems import H2O, pyscf_mean_field
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.chemistry.scf.solvation import solvated
from vqe_cli.chemistry.scf.solvents import dielectric_constant
from vqe_cli.errors import InputError
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.surroundings import SolventModel

WATER = {**H2O, "basis": "6-31g"}


def field_of(**molecule: object) -> MeanField:
    return mean_field_of(MoleculeSpec.model_validate(molecule))


@pytest.fixture(scope="module")
def water() -> MeanField:
    return field_of(**WATER)


@pytest.mark.parametrize("model", ["ddcosmo", "c-pcm", "smd"])
def test_water_in_acetonitrile_against_pyscf(water: MeanField, model: SolventModel) -> None:
    gas = pyscf_mean_field(WATER)
    if model == "smd":
        method = smd.smd_for_scf(gas.copy(), smd.SMD(gas.mol, "acetonitrile"))
    else:
        method = models.ddCOSMO(gas.copy()) if model == "ddcosmo" else models.PCM(gas.copy())
        method.with_solvent.eps = 35.688
    method.conv_tol = 1e-10
    with threads_for(1):
        method.kernel()
    found = solvated(water, "acetonitrile", model)
    assert found.dielectric_constant == 35.688
    assert found.energy == pytest.approx(method.e_tot, abs=1e-6)
    assert found.solvation_energy == pytest.approx(method.e_tot - gas.e_tot, abs=1e-6)
    assert (found.nonelectrostatic_energy is not None) == (model == "smd")


def test_an_ion_in_a_sphere_is_borns_ion() -> None:
    """Born, Z. Phys. 1, 45 (1920): -(1 - 1/ε) q²/2r, lithium's UFF radius 1.2255 Å times 1.1."""
    ion = field_of(geometry="Li 0 0 0", charge=1)
    radius = 1.1 * 1.2255 / 0.529177210903
    for solvent in ("water", "toluene"):
        factor = 1 - 1 / dielectric_constant(solvent)
        found = solvated(ion, solvent).solvation_energy
        assert found == pytest.approx(-factor / (2 * radius), rel=5e-3)


def test_open_shells_are_solvated() -> None:
    radical = field_of(geometry="O 0 0 0; H 0 0 0.97", multiplicity=2)
    assert -0.02 < solvated(radical, "water").solvation_energy < -0.001


def test_solvents_are_known_by_name() -> None:
    assert dielectric_constant("toluene") < dielectric_constant("ethanol")
    assert dielectric_constant("water") == pytest.approx(78.355)
    with pytest.raises(InputError, match="no solvent called 'wather'") as caught:
        dielectric_constant("wather")
    assert caught.value.hint == "did you mean 'water'?"
    with pytest.raises(InputError) as caught:
        dielectric_constant("xyzzy")
    assert "for example" in (caught.value.hint or "")


def test_ghosts_are_refused_in_a_solvent() -> None:
    with pytest.raises(InputError, match="ghosts"):
        solvated(field_of(geometry="H 0 0 0; H 0 0 0.74; @H 0 0 2"), "water")
