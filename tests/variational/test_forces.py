"""Forces on nuclei, against finite differences of the program's energies and against PySCF."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pyscf import mcscf
from pyscf.grad import casci, casscf

import vqe_cli
from tests.families import slow
from vqe_cli.analysis.geometries.surface import Point, Surface
from vqe_cli.chemistry.scf import hartree_fock
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.chemistry.scf.scf_objects import restricted_scf
from vqe_cli.errors import InputError
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import RunRecord

STEP = 0.005
"""Step of finite differences, bohr."""

AGREES = 1e-6
"""Hartree/bohr."""

MOLECULES = {
    "water": ("O 0 0 0\nH 0.76 0.58 0.1\nH -0.7 0.6 0", 1),
    "lithium hydride and helium": ("Li 0 0 0\nH 0 0.2 1.6\nHe 1.2 0 2.2", 1),
    "formaldehyde": ("C 0 0 0\nO 0.1 0 1.22\nH 0.93 0.1 -0.58\nH -0.93 0 -0.62", 1),
    "ammonia": ("N 0 0 0.1\nH 0.95 0 -0.25\nH -0.5 0.83 -0.3\nH -0.45 -0.8 -0.2", 1),
    "hydroperoxyl": ("O 0 0 0\nO 1.33 0 0.1\nH -0.3 0.93 0", 2),
    "methyl": ("C 0 0 0.1\nH 1.0 0 -0.3\nH -0.5 1.05 -0.1\nH -0.65 -1.1 -0.05", 2),
    "methylene": ("C 0 0 0\nH 0.98 0.4 0\nH -0.95 0.75 0.1", 3),
    "hydrogen fluoride": ("H 0 0 0\nF 0.1 0 0.94", 1),
    "hydrogen chain": ("H 0 0 0\nH 0 0.1 0.9\nH 0.05 0 2.0\nH 0 0 2.95", 1),
    "hydrogen cyanide": ("H 0.2 0 -1.05\nC 0 0 0\nN 0 0.1 1.16", 1),
    "beryllium hydride": ("Be 0 0 0\nH 0 0.2 1.33\nH 0.1 0 -1.3", 1),
    "amidogen": ("N 0 0 0\nH 0.8 0.6 0\nH -0.85 0.62 0.05", 2),
}
"""Distorted geometries in Ångström, and multiplicities."""


def frontier(electrons: int, orbitals: int) -> dict[str, Any]:
    return {"name": "frontier", "electrons": electrons, "orbitals": orbitals}


TUPS = {"name": "tups", "layers": 1}
ADAPT = {"name": "adapt", "gradient_tolerance": 1e-6, "energy_tolerance": 0}


@pytest.fixture
def _tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Energies of canonical orbitals are of first order in what the mean field lacks."""
    monkeypatch.setattr(hartree_fock, "ENERGY_TOLERANCE", 1e-13)
    monkeypatch.setattr(hartree_fock, "GRADIENT_TOLERANCE", 1e-9)


def spec_of(geometry: str, multiplicity: int, **keys: Any) -> RunSpec:
    molecule = {"geometry": geometry, "multiplicity": multiplicity, "basis": keys.pop("basis")}
    fixed = {"reference": "none", "restarts": 0, "optimizer": {"name": "bfgs", "tolerance": 1e-8}}
    return vqe_cli.spec_from_data({"molecule": molecule, "forces": True, **fixed, **keys})


def solved(geometry: str, multiplicity: int, **keys: Any) -> RunRecord:
    return vqe_cli.run(spec_of(geometry, multiplicity, **keys))


def slope(surface: Surface, centre: Point, along: Any) -> float:
    """The derivative of the energy along a direction, by four points on the same solution."""

    def energy(length: float) -> float:
        surface.neighbour = centre.neighbour
        return surface.point(centre.positions + length * along).energy

    near, far = (energy(length) - energy(-length) for length in (STEP, 2 * STEP))
    return (8 * near - far) / (12 * STEP)


@pytest.mark.parametrize(
    ("molecule", "ansatz", "space", "orbitals", "basis"),
    [
        ("water", "uccsd", frontier(4, 4), "mean-field", "6-31g"),
        ("lithium hydride and helium", TUPS, frontier(4, 5), "mean-field", "sto-3g"),
        ("hydrogen chain", "puccd", "full", "optimised", "sto-3g"),
        slow("methylene", TUPS, frontier(4, 4), "mean-field", "6-31g"),
        slow("formaldehyde", "puccd", frontier(4, 4), "mean-field", "sto-3g"),
        slow("ammonia", ADAPT, frontier(6, 5), "mean-field", "sto-3g"),
        slow("hydroperoxyl", "uccsd", frontier(5, 4), "mean-field", "6-31g"),
        slow("methyl", TUPS, frontier(3, 3), "mean-field", "6-31g"),
        slow("methylene", "uccsd", "frozen-core", "mean-field", "sto-3g"),
        slow("hydrogen cyanide", "puccd", frontier(6, 6), "mean-field", "6-31g"),
        slow("beryllium hydride", "uccsd", "full", "mean-field", "sto-3g"),
        slow("amidogen", ADAPT, frontier(5, 5), "mean-field", "sto-3g"),
        slow("water", "uccsd", frontier(4, 4), "optimised", "6-31g"),
        slow("hydrogen fluoride", "puccd", frontier(6, 5), "optimised", "6-31g"),
        slow("methyl", "uccsd", frontier(3, 3), "optimised", "6-31g"),
        slow("hydrogen cyanide", "uccsd", frontier(4, 4), "optimised", "sto-3g"),
        slow("methylene", ADAPT, frontier(4, 4), "optimised", "6-31g"),
        slow("formaldehyde", "puccd", frontier(6, 5), "optimised", "6-31g"),
    ],
)
@pytest.mark.usefixtures("_tight")
def test_forces_are_derivatives_of_energies(
    molecule: str, ansatz: Any, space: Any, orbitals: str, basis: str
) -> None:
    geometry, multiplicity = MOLECULES[molecule]
    keys = {"ansatz": ansatz, "active_space": space, "orbitals": orbitals, "basis": basis}
    check(Surface(spec_of(geometry, multiplicity, **keys)))


@pytest.mark.slow
@pytest.mark.usefixtures("_tight")
def test_forces_with_a_relativistic_hamiltonian_are_derivatives() -> None:
    spec = spec_of(MOLECULES["water"][0], 1, basis="6-31g", active_space=frontier(4, 4))
    assert spec.molecule is not None
    relativistic = spec.molecule.model_copy(update={"relativity": "x2c"})
    check(Surface(spec.model_copy(update={"molecule": relativistic})))


def check(surface: Surface) -> None:
    """Compare the gradient along a direction with finite differences."""
    centre = surface.point(surface.start)
    along = np.random.default_rng(5).normal(size=centre.gradient.shape)
    along /= np.linalg.norm(along)
    assert np.sum(centre.gradient * along) == pytest.approx(
        slope(surface, centre, along), abs=AGREES
    )
    assert centre.gradient.sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-9)


def test_response_over_closed_shells_is_that_of_pyscf() -> None:
    geometry, _ = MOLECULES["hydrogen cyanide"]
    space = frontier(4, 4)
    record = solved(geometry, 1, basis="6-31g", active_space=space, ansatz="uccgsd")
    molecule = vqe_cli.spec_from_data(
        {"molecule": {"geometry": geometry, "basis": "6-31g"}}
    ).molecule
    assert molecule is not None
    method = mcscf.CASCI(restricted_scf(mean_field_of(molecule)), 4, 4).run()
    assert record.result.energy == pytest.approx(method.e_tot, abs=1e-8)
    expected = -casci.Gradients(method).kernel()
    assert record.result.forces is not None
    assert np.array(record.result.forces.forces) == pytest.approx(expected, abs=2e-5)


def test_forces_over_optimised_orbitals_are_those_of_casscf() -> None:
    geometry, _ = MOLECULES["methylene"]
    keys = {"basis": "6-31g", "active_space": frontier(2, 2), "orbitals": "optimised"}
    record = solved(geometry, 3, **keys)
    molecule = vqe_cli.spec_from_data(
        {"molecule": {"geometry": geometry, "basis": "6-31g", "multiplicity": 3}}
    ).molecule
    assert molecule is not None
    method = mcscf.CASSCF(restricted_scf(mean_field_of(molecule)), 2, (2, 0))
    method.run(conv_tol=1e-12, conv_tol_grad=1e-7)
    assert record.result.energy == pytest.approx(method.e_tot, abs=1e-8)
    assert record.result.forces is not None
    expected = -casscf.Gradients(method).kernel()
    assert np.array(record.result.forces.forces) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"backend": {"name": "exact", "shots": 1000}}, "backend"),
        ({"backend": {"name": "aer", "noise": "fake_manila"}}, "backend"),
        ({"ansatz": "efficient-su2"}, "ansatz"),
        ({"optimizer": "none"}, "optimizer"),
        ({"solver": "sqd"}, "solver"),
        ({"active_space": {"name": "avas", "orbitals": ["O 2p", "H 1s"]}}, "forces"),
    ],
)
def test_forces_are_refused_where_they_are_not_known(keys: dict[str, Any], path: str) -> None:
    with pytest.raises(InputError, match="forces") as refusal:
        solved(MOLECULES["water"][0], 1, basis="sto-3g", **keys)
    assert refusal.value.path == (path,)
    assert refusal.value.hint


def test_fitted_integrals_are_refused() -> None:
    data = {"geometry": MOLECULES["water"][0], "density_fitting": True}
    with pytest.raises(InputError, match="exact integrals"):
        vqe_cli.run(vqe_cli.spec_from_data({"molecule": data, "forces": True}))


def test_what_depends_on_the_choice_among_degenerate_orbitals_is_told() -> None:
    space, geometry = frontier(4, 4), "N 0 0 0\nN 0 0 1.1"
    keys = {"ansatz": TUPS, "active_space": space, "basis": "sto-3g"}
    record = solved(geometry, 1, **keys)
    assert record.check("forces-degenerate-orbitals").status == "warn"


def test_an_early_end_of_the_optimiser_is_told() -> None:
    record = solved(
        MOLECULES["water"][0],
        1,
        basis="sto-3g",
        active_space=frontier(4, 4),
        optimizer={"name": "l-bfgs-b", "tolerance": 0.05, "energy_tolerance": 0.01},
        initial="zeros",
    )
    assert record.check("forces-same-state").status == "warn"
    assert record.check("forces-stationary").status == "pass"
    assert record.result.forces is not None
    assert record.result.forces.energy < record.result.energy - 1e-6


def test_a_hamiltonian_has_no_nuclei() -> None:
    spec = vqe_cli.spec_from_data(
        {"hamiltonian": {"paulis": {"ZZ": 1.0, "XX": 0.5}}, "forces": True}
    )
    with pytest.raises(InputError, match="nuclei"):
        vqe_cli.run(spec)
