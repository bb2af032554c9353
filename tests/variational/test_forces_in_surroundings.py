"""Forces in solvents, beside point charges and with other Hamiltonians, by finite differences."""

from __future__ import annotations

from typing import Any

import pytest

import vqe_cli
from tests.families import slow
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.errors import InputError

STEP = 1e-3
"""Displacement of an atom, Å; the central difference is wrong by 1e-6 Hartree/bohr."""

CHARGES = {"environment": {"charges": [[1.0, 0.3, 3.0, -0.5], [0.0, 0.0, -3.0, 0.4]]}}


def solvent(model: str) -> dict[str, Any]:
    return {"solvent": {"name": "water", "model": model, "self_consistent": True}}


def run(bond: float, orbitals: str, *, forces: bool = False, **keys: Any) -> vqe_cli.RunRecord:
    geometry = f"F 0 0 0; H 0 0.1 {bond:.9f}"
    spec = {
        "molecule": {"geometry": geometry, "basis": "6-31g", **keys.pop("molecule", {})},
        "active_space": {"name": "frontier", "electrons": 2, "orbitals": 2},
        "reference": "none",
        "orbitals": orbitals,
        "forces": forces,
        **keys,
    }
    return vqe_cli.run(vqe_cli.spec_from_data(spec))


@pytest.mark.parametrize(
    ("keys", "orbitals"),
    [
        (CHARGES, "mean-field"),
        slow(CHARGES, "optimised"),
        (solvent("c-pcm"), "optimised"),
        slow(solvent("ddcosmo"), "optimised"),
        slow({"molecule": {"relativity": "x2c"}}, "mean-field"),
        slow({"molecule": {"relativity": "x2c"}}, "optimised"),
    ],
)
def test_forces_are_derivatives_of_the_energy(keys: dict[str, Any], orbitals: str) -> None:
    found = run(0.95, orbitals, forces=True, **keys).result.forces
    assert found is not None
    further, nearer = (run(0.95 + d, orbitals, **keys).result.energy for d in (STEP, -STEP))
    slope = (further - nearer) / (2 * STEP) * BOHR_IN_ANGSTROM
    assert found.forces[1][2] == pytest.approx(-slope, abs=5e-6)


def test_forces_beside_charges_need_not_be_balanced() -> None:
    record = run(0.95, "mean-field", forces=True, **CHARGES)
    assert record.result.forces is not None
    assert record.result.forces.net_force > 1e-3
    assert "forces-balanced" not in [check.name for check in record.checks]


@pytest.mark.parametrize(
    ("keys", "orbitals"),
    [({"solvent": "water"}, "optimised"), (solvent("ddcosmo"), "mean-field")],
)
def test_a_solvent_that_does_not_follow_the_state_has_no_forces(
    keys: dict[str, Any], orbitals: str
) -> None:
    with pytest.raises(InputError, match="equilibrium"):
        run(0.95, orbitals, forces=True, **keys)
