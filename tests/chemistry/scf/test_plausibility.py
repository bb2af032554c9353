"""Mean fields that cannot be what was meant, and ordinary ones that can."""

from __future__ import annotations

from typing import Any

import pytest

from tests.families import slow
from tests.problems import spec_of
from vqe_cli.chemistry.scf.mean_fields import mean_field_of
from vqe_cli.schema.check_records import Check

WATER = "O 0 0 0\nH 0 0.757 0.587\nH 0 -0.757 0.587"


PLAUSIBILITY = ("electrons-bound", "dipole-moment")


def checks_of(geometry: str, **molecule: Any) -> tuple[Check, ...]:
    """What is said of the mean field's plausibility, and nothing else of it."""
    spec = spec_of({"geometry": geometry, **molecule}).molecule
    assert spec is not None
    return tuple(one for one in mean_field_of(spec).checks if one.name in PLAUSIBILITY)


@pytest.mark.parametrize(
    ("geometry", "more"),
    [
        ("H 0 0 0\nH 0 0 0.74", {}),
        ("H 0 0 0\nH 0 0 0.74", {"multiplicity": 3}),
        ("H 0 0 0\nH 0 0 6", {}),
        slow("H 0 0 0\nH 0 0 1.06", {"charge": 1, "multiplicity": 2}),
        ("H 0 0 0\nH 0 1.23 0\nH 1.23 0 0\nH 1.23 1.23 0", {}),
        slow("Li 0 0 0\nLi 0 0 8", {}),
        ("Na 0 0 0\nCl 0 0 8", {}),
        (WATER, {}),
        slow(WATER, {"charge": 1, "multiplicity": 2}),
        (WATER, {"multiplicity": 3}),
        slow("O 0 0 0\nH 0 1.9 1.5\nH 0 -1.9 1.5", {}),
        ("O 0 0 0\nH 0 0 0.96", {"charge": -1}),
        slow("F 0 0 0", {"charge": -1}),
        slow("N 0 0 0\nN 0 0 2.2", {}),
        slow("O 0 0 0\nO 0 0 1.21", {"multiplicity": 3}),
        ("C 0 0 0\nC 0 0 1.24", {}),
        slow("Li 0 0 0", {"multiplicity": 2}),
        ("N 0 0 0", {"multiplicity": 4}),
    ],
)
def test_ordinary_molecules_are_plausible(geometry: str, more: dict[str, Any]) -> None:
    assert checks_of(geometry, **more) == ()


def test_an_orbital_above_zero_that_is_occupied() -> None:
    """Two helium nuclei nearly on top of each other, in functions that are too wide for them."""
    united = "He 0 0 0\nHe 0 0 0.12"
    (check,) = checks_of(united, basis="sto-3g")
    assert (check.name, check.status, check.hard) == ("electrons-bound", "warn", False)


def test_charges_far_apart() -> None:
    """Na+ and F- 22 Å apart: 22 e·Å of 4.803 D each."""
    (check,) = checks_of("Na 0 0 0\nF 0 0 22", basis="6-31+g*")
    assert check.name == "dipole-moment"
    assert check.value == pytest.approx(22 * 4.80320, rel=1e-3)


def test_an_anion_that_its_basis_does_not_bind_is_told_of() -> None:
    """Hydride in 6-31G has its orbital at +0.0552 Ha, by PySCF's RHF: 1.50 eV."""
    spec = spec_of({"geometry": "H 0 0 0", "charge": -1, "basis": "6-31g"}).molecule
    assert spec is not None
    field = mean_field_of(spec)
    assert any("1.50 eV above zero" in note for note in field.notes)
    assert checks_of("H 0 0 0", charge=-1, basis="6-31g") == ()
