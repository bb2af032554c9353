"""The contract of every active-space method."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.contracts.test_registries import REQUIRED_OPTIONS
from tests.problems import CH2, H2O, H3, LIH, spec_of
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.chemistry.integrals import electronic_problem
from vqe_cli.chemistry.molecule import build_molecule
from vqe_cli.chemistry.scf.mean_field import MeanField, solve_mean_field
from vqe_cli.errors import InputError

pytestmark = pytest.mark.quick

MOLECULES: dict[str, Mapping[str, Any]] = {"lih": LIH, "h2o": H2O, "ch2": CH2, "h3": H3}
every_space = pytest.mark.parametrize("name", ACTIVE_SPACES.names())
every_molecule = pytest.mark.parametrize("molecule", MOLECULES)


@cache
def field_of(molecule: str) -> MeanField:
    spec = spec_of(MOLECULES[molecule]).molecule
    assert spec is not None
    return solve_mean_field(build_molecule(with_coordinates(spec)))


def selection_of(name: str, molecule: str) -> OrbitalSelection:
    space = ACTIVE_SPACES.create({"name": name, **REQUIRED_OPTIONS.get(name, {})})
    try:
        return space.select(field_of(molecule))
    except InputError as error:
        pytest.skip(f"refused: {error.message}")


@every_molecule
@every_space
def test_electrons_and_orbitals_add_up(name: str, molecule: str) -> None:
    field, chosen = field_of(molecule), selection_of(name, molecule)
    assert not set(chosen.active) & set(chosen.inactive)
    assert set(chosen.active) | set(chosen.inactive) <= set(range(field.num_orbitals))
    assert list(chosen.active) == sorted(set(chosen.active))
    assert sum(chosen.nelec) + 2 * len(chosen.inactive) == field.mole.nelectron
    assert chosen.nelec[0] - chosen.nelec[1] == field.mole.spin
    assert all(field.mo_occ[index] == 2 for index in chosen.inactive)


@every_molecule
@every_space
def test_active_electrons_are_those_of_the_active_orbitals(name: str, molecule: str) -> None:
    field, chosen = field_of(molecule), selection_of(name, molecule)
    assert sum(chosen.nelec) == int(field.mo_occ[list(chosen.active)].sum())


@every_molecule
@every_space
def test_reference_determinant_keeps_the_energy_of_the_mean_field(name: str, molecule: str) -> None:
    field = field_of(molecule)
    problem = electronic_problem(selection_of(name, molecule))
    assert problem.hartree_fock_energy == pytest.approx(field.report.energy, abs=1e-9)
    fock_a, fock_b = problem.fock
    np.testing.assert_allclose(fock_a, fock_a.T, atol=1e-10)
    np.testing.assert_allclose(fock_b, fock_b.T, atol=1e-10)
