"""Optimised geometries and vibrations, against PySCF and published values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import gto, hessian, scf

import vqe_cli
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.analysis.geometries.checkpoint import Checkpoint
from vqe_cli.analysis.geometries.constraints import Constraint
from vqe_cli.analysis.geometries.optimisation import Options
from vqe_cli.analysis.geometries.record import Explorer, Progress, optimised_geometry
from vqe_cli.analysis.geometries.surface import Surface
from vqe_cli.errors import InputError
from vqe_cli.schema.geometry_records import OptimizeRecord

WATER = "O 0 0 0\nH 0 0.76 0.6\nH 0 -0.74 0.58"


def surface_of(geometry: str, **keys: Any) -> Surface:
    molecule = {"geometry": geometry, "basis": keys.pop("basis", "sto-3g")}
    return Surface(
        vqe_cli.spec_from_data({"molecule": molecule | keys.pop("molecule", {}), **keys})
    )


def explored(
    surface: Surface, folder: Path, *, resume: bool = False, told: list[Progress] | None = None
) -> Explorer:
    checkpoint = Checkpoint("0" * 64, resume=resume, warn=pytest.fail, folder=folder)
    return Explorer(surface, checkpoint, (told if told is not None else []).append)


def distance(record: OptimizeRecord, first: int, second: int) -> float:
    places = np.array([position for _, *position in record.geometry])
    return float(np.linalg.norm(places[first - 1] - places[second - 1]))


def test_hydrogen_is_at_its_minimum(tmp_path: Path) -> None:
    """In STO-3G, FCI: 1.3887 bohr and -1.137306 Hartree, by PySCF's FCI on a fine grid."""
    explorer = explored(surface_of("H 0 0 0\nH 0 0 0.9"), tmp_path)
    record = optimised_geometry(explorer, Options(thresholds="tight"), frequencies=True)
    assert record.converged
    assert distance(record, 1, 2) / BOHR_IN_ANGSTROM == pytest.approx(1.3887, abs=1e-3)
    assert record.energy == pytest.approx(-1.137306, abs=1e-6)
    assert record.gradient_max < 1.5e-5
    assert record.vibrations is not None
    assert record.vibrations.kind == "minimum"
    assert len(record.vibrations.wavenumbers) == 1
    assert record.run.verdict == "pass"


def test_vibrations_of_one_determinant_are_those_of_hartree_fock(tmp_path: Path) -> None:
    """Two electrons in one orbital: the energy is that of Hartree-Fock, whose Hessian PySCF has."""
    space = {"name": "frontier", "electrons": 2, "orbitals": 1}
    explorer = explored(surface_of(WATER, active_space=space), tmp_path)
    record = optimised_geometry(explorer, Options(thresholds="tight"), frequencies=True)
    mole = gto.M(atom=[(symbol, place) for symbol, *place in record.geometry], verbose=0)
    field = scf.RHF(mole).run(conv_tol=1e-12)
    expected = hessian.thermo.harmonic_analysis(mole, field.Hessian().kernel())
    assert record.vibrations is not None
    assert record.vibrations.wavenumbers == pytest.approx(expected["freq_wavenumber"], abs=0.5)
    energy = hessian.thermo.thermo(field, expected["freq_au"])["ZPE"][0]
    assert record.vibrations.zero_point_energy == pytest.approx(energy, abs=1e-6)


def test_constraints_hold(tmp_path: Path) -> None:
    constraints = (Constraint("distance", (1, 2), 1.1), Constraint("angle", (2, 1, 3), 100.0))
    space = {"name": "frontier", "electrons": 2, "orbitals": 2}
    orbitals = {"name": "optimised", "starts": 1}  # a lower one has the pair in the other bond
    explorer = explored(surface_of(WATER, active_space=space, orbitals=orbitals), tmp_path)
    record = optimised_geometry(explorer, Options(constraints=constraints), frequencies=True)
    assert record.converged
    assert record.vibrations is not None
    assert "forces are left" in record.vibrations.kind
    assert distance(record, 1, 2) == pytest.approx(1.1, abs=1e-4)
    assert distance(record, 1, 3) == pytest.approx(0.98, abs=0.03)
    assert record.gradient_max < 4.5e-4
    assert record.constraints == ("distance 1 2 1.1", "angle 2 1 3 100")


def test_frozen_atoms_stay(tmp_path: Path) -> None:
    explorer = explored(surface_of("H 0 0 0\nH 0 0 0.9\nHe 0 0 3.5"), tmp_path)
    options = Options(constraints=(Constraint("freeze", (1, 3)),), thresholds="loose")
    record = optimised_geometry(explorer, options, frequencies=False)
    assert record.geometry[0][1:] == pytest.approx((0, 0, 0), abs=1e-3)
    assert record.geometry[2][1:] == pytest.approx((0, 0, 3.5), abs=1e-3)
    assert distance(record, 1, 2) == pytest.approx(0.735, abs=0.01)


@pytest.mark.slow
def test_inverting_ammonia_is_a_transition_state(tmp_path: Path) -> None:
    """Planar ammonia, whose only imaginary vibration is the inversion."""
    geometry = "N 0 0 0.02\nH 1.0 0 0\nH -0.5 0.87 0\nH -0.5 -0.87 0"
    space = {"name": "frontier", "electrons": 2, "orbitals": 2}
    explorer = explored(surface_of(geometry, active_space=space, orbitals="optimised"), tmp_path)
    record = optimised_geometry(explorer, Options(saddle_point=True), frequencies=True)
    assert record.converged
    assert record.target == "transition state"
    assert record.vibrations is not None
    assert record.vibrations.imaginary == 1
    heights = np.array([z for *_, z in record.geometry])
    assert np.ptp(heights) < 0.01


def test_an_optimisation_is_resumed_without_computing_again(tmp_path: Path) -> None:
    first: list[Progress] = []
    surface = surface_of("H 0 0 0\nH 0 0 0.9")
    before = optimised_geometry(
        explored(surface, tmp_path, told=first), Options(), frequencies=False
    )
    again: list[Progress] = []
    explorer = explored(surface_of("H 0 0 0\nH 0 0 0.9"), tmp_path, resume=True, told=again)
    after = optimised_geometry(explorer, Options(), frequencies=False)
    assert all(one.replayed for one in again)
    assert after.replayed == len(first)
    assert after.geometry == before.geometry


def test_a_damaged_checkpoint_is_not_used(tmp_path: Path) -> None:
    explorer = explored(surface_of("H 0 0 0\nH 0 0 0.9"), tmp_path)
    explorer(explorer.surface.start)
    path = explorer.checkpoint.path
    path.write_text(path.read_text()[:50])
    assert explored(explorer.surface, tmp_path, resume=True).checkpoint.found == 0


def test_molecules_that_cannot_move_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one atom"):
        optimised_geometry(explored(surface_of("He 0 0 0"), tmp_path), Options(), frequencies=False)
    with pytest.raises(InputError, match="ghost"):
        surface_of("H 0 0 0\nH 0 0 0.7\n@H 0 0 3")
