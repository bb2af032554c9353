"""Pi orbitals counted as in a textbook, wherever the molecule lies."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from tests.chemistry.active_spaces.test_active_spaces import full_ci
from tests.chemistry.active_spaces.test_rotated_spaces import BUTADIENE, select
from tests.families import slow
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.active_spaces._pi_orbitals import pi_orbitals
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.chemistry.integrals import electronic_problem
from vqe_cli.chemistry.molecule import build_molecule
from vqe_cli.errors import InputError
from vqe_cli.schema import MoleculeSpec

SMALL = {"basis": "sto-3g"}


def turned(lines: str) -> str:
    """The same molecule, turned about an axis that is no axis of its own."""
    turn = Rotation.from_rotvec([0.4, -1.1, 0.7])
    found = []
    for line in lines.strip().splitlines():
        symbol, *place = line.split()
        x, y, z = turn.apply([float(value) for value in place])
        found.append(f"{symbol} {x:.10f} {y:.10f} {z:.10f}")
    return "\n".join(found)


@pytest.mark.parametrize(
    ("smiles", "electrons", "orbitals"),
    [
        ("C=C", 2, 2),
        slow("C#C", 4, 4),
        slow("C=C=C", 4, 4),
        ("C#N", 4, 4),
        slow("C=O", 2, 2),
        ("O=CO", 4, 3),
        slow("C=CC=O", 4, 4),
    ],
)
def test_small_molecules_have_the_pi_electrons_of_the_textbook(
    smiles: str, electrons: int, orbitals: int
) -> None:
    selection = select({"geometry": {"smiles": smiles}, **SMALL}, "pi")
    assert (sum(selection.nelec), len(selection.active)) == (electrons, orbitals)


@pytest.mark.parametrize(
    ("smiles", "centres"),
    [
        ("c1ccncc1", 6),
        ("c1ccoc1", 5),
        ("CC(=O)N", 3),
        ("Cc1ccccc1", 6),
        ("O=C=O", 6),
        ("C[N+](=O)[O-]", 3),
    ],
)
def test_p_orbitals_of_larger_ones(smiles: str, centres: int) -> None:
    spec = MoleculeSpec.model_validate({"geometry": {"smiles": smiles}})
    assert len(pi_orbitals(build_molecule(with_coordinates(spec)))) == centres


@pytest.mark.parametrize("smiles", ["O", "CCO", "N", "CN(C)C", "F", "OO"])
def test_saturated_molecules_have_none(smiles: str) -> None:
    with pytest.raises(InputError, match="no pi orbitals"):
        select({"geometry": {"smiles": smiles}, **SMALL}, "pi")


def test_the_choice_does_not_depend_on_how_the_molecule_lies() -> None:
    with threads_for(1):
        flat = electronic_problem(select({"geometry": BUTADIENE, **SMALL}, "pi"))
        askew = electronic_problem(select({"geometry": turned(BUTADIENE), **SMALL}, "pi"))
        by_label = electronic_problem(
            select({"geometry": BUTADIENE, **SMALL}, "avas", orbitals=["C 2pz"])
        )
    assert flat.orbital_energies is not None
    for other in (askew, by_label):
        assert other.orbital_energies is not None
        np.testing.assert_allclose(other.orbital_energies, flat.orbital_energies, atol=1e-6)
        with threads_for(1):
            assert full_ci(other) == pytest.approx(full_ci(flat), abs=1e-7)
    assert flat.point_group == askew.point_group == "C2h"


def test_limits_keep_the_pi_orbitals_at_the_gap() -> None:
    with threads_for(1):
        whole = select({"geometry": BUTADIENE, **SMALL}, "pi")
        capped = select({"geometry": BUTADIENE, **SMALL}, "pi", max_electrons=2, max_orbitals=2)
    levels = whole.field.mo_energy[list(whole.active)]
    found = capped.field.mo_energy[list(capped.active)]
    np.testing.assert_allclose(found, levels[1:3], atol=1e-9)
    assert "nearest to the gap" in capped.reason
