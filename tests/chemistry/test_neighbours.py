"""Orbitals that are carried from one geometry to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import vqe_cli
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.neighbours import carried, followed, neighbour_of
from vqe_cli.chemistry.problem import select_orbitals
from vqe_cli.parts import look_up_parts

pytestmark = pytest.mark.quick


def water(length: float) -> OrbitalSelection:
    geometry = f"O 0 0 0\nH 0 {length} 0.58\nH 0 -0.76 0.58"
    molecule: dict[str, Any] = {"geometry": geometry, "basis": "sto-3g"}
    space = {"name": "frontier", "electrons": 4, "orbitals": 4}
    spec = vqe_cli.spec_from_data({"molecule": molecule, "active_space": space})
    return select_orbitals(spec, look_up_parts(spec).active_space)


def test_active_orbitals_are_found_again_in_another_order_and_with_other_signs() -> None:
    here, there = water(0.8), water(0.76)
    order = [0, 3, 4, 1, 2, 6, 5]
    shuffled = replace(there.field, mo_coeff=-there.field.mo_coeff[:, order])
    neighbour = neighbour_of(
        replace(there, field=shuffled, active=(1, 2, 6, 5), inactive=(0, 3, 4)), np.zeros(3)
    )
    found = followed(here, neighbour)
    assert found.active == (3, 4, 5, 6)
    assert found.inactive == (0, 1, 2)
    metric = here.field.mole.intor_symmetric("int1e_ovlp")
    for old, new in zip(neighbour.active, found.active, strict=True):
        overlap = neighbour.mo_coeff[:, old] @ metric @ found.field.mo_coeff[:, new]
        assert overlap > 0.9
    assert found.checks == here.checks


def test_an_active_space_that_changes_is_told() -> None:
    here = water(0.76)
    mixed = here.field.mo_coeff.copy()
    thirds = np.eye(3) - 2.0 / 3.0  # a reflection: each new orbital has shares 1/9, 4/9, 4/9
    mixed[:, [1, 2, 3]] = mixed[:, [1, 2, 3]] @ thirds
    neighbour = neighbour_of(replace(here, field=replace(here.field, mo_coeff=mixed)), None)
    (check,) = [one for one in followed(here, neighbour).checks if one not in here.checks]
    assert check.name == "active-space-followed"
    assert check.value == pytest.approx(2.0 / 3.0, abs=1e-6)


def test_carried_orbitals_are_orthonormal_and_change_little() -> None:
    here, there = water(0.8), water(0.76)
    found = carried(here, neighbour_of(there, None)).field
    metric = here.field.mole.intor_symmetric("int1e_ovlp")
    assert found.mo_coeff.T @ metric @ found.mo_coeff == pytest.approx(np.eye(7), abs=1e-12)
    assert np.abs(found.mo_coeff - there.field.mo_coeff).max() < 0.05
