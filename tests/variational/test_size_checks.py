"""Optimised orbitals and forces that do not fit are refused before orbitals are computed."""

from __future__ import annotations

from typing import Any

import pytest

import vqe_cli
from vqe_cli.chemistry.scf import mean_fields
from vqe_cli.errors import ResourceLimitError

pytestmark = pytest.mark.quick

NITROGEN = {"geometry": "N 0 0 0; N 0 0 1.1", "basis": "cc-pvdz"}
OPTIMISED = {"orbitals": "optimised"}
FORCES = {"forces": True}


@pytest.fixture(scope="module", autouse=True)
def each_mean_field_once() -> None:
    """No test computes one."""


def too_late(*_: Any, **__: Any) -> Any:
    raise AssertionError("it should have been refused before")


@pytest.mark.parametrize("limit", ["1 MB", "3 MB", "10 MB"])
@pytest.mark.parametrize(
    ("keys", "electrons", "orbitals", "said"),
    [
        ({**OPTIMISED, **FORCES}, 10, 12, "without their irreps"),
        (OPTIMISED, 10, 12, "without their irreps"),
        (FORCES, 10, 12, "two-body density"),
        ({"correction": "nevpt2"}, 10, 12, "NEVPT2"),
    ],
)
def test_determinants_without_irreps_are_counted(
    monkeypatch: pytest.MonkeyPatch,
    keys: dict[str, Any],
    electrons: int,
    orbitals: int,
    said: str,
    limit: str,
) -> None:
    """By hand: C(12,5)² = 627,264 determinants are 30 MB in six vectors, 4 MB in D2h."""
    monkeypatch.setattr(mean_fields, "solve_mean_field", too_late)
    space = {"name": "frontier", "electrons": electrons, "orbitals": orbitals}
    spec = {"molecule": NITROGEN, "active_space": space, "max_memory": limit, **keys}
    with pytest.raises(ResourceLimitError, match="of memory") as caught:
        vqe_cli.run(vqe_cli.spec_from_data({"reference": "none", **spec}))
    assert caught.value.hint
    if limit == "10 MB":
        assert said in caught.value.message


@pytest.mark.parametrize(
    ("keys", "said"),
    [(OPTIMISED, "optimising orbitals with 110 functions"), (FORCES, "forces with 110 functions")],
)
def test_integrals_in_large_bases_are_counted(
    monkeypatch: pytest.MonkeyPatch, keys: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(mean_fields, "solve_mean_field", too_late)
    spec = {
        "molecule": {**NITROGEN, "basis": "cc-pvqz"},
        "active_space": {"name": "frontier", "electrons": 2, "orbitals": 2},
        "max_memory": "200 MB",
        **keys,
    }
    with pytest.raises(ResourceLimitError, match=said):
        vqe_cli.run(vqe_cli.spec_from_data(spec))


def test_what_fits_is_computed() -> None:
    """The limit changes no number."""
    spec = {
        "molecule": {"geometry": "Li 0 0 0; H 0 0 1.6", "basis": "6-31g"},
        "active_space": {"name": "frontier", "electrons": 2, "orbitals": 2},
        "correction": "nevpt2",
        **OPTIMISED,
        **FORCES,
    }
    free = vqe_cli.run(vqe_cli.spec_from_data({**spec, "max_memory": "4 GB"}))
    for limit in ("1 GB", "8 MB"):
        found = vqe_cli.run(vqe_cli.spec_from_data({**spec, "max_memory": limit}))
        assert found.result.energy == pytest.approx(free.result.energy, abs=1e-10), limit
    assert found.result.forces is not None


def test_too_long_perturbation_theory_is_refused_with_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By hand: 2 × C(14,7)² × 14⁶ × 0.5 ns are 24 hours."""
    monkeypatch.setattr(mean_fields, "solve_mean_field", too_late)
    spec = {
        "molecule": NITROGEN,
        "active_space": {"name": "frontier", "electrons": 14, "orbitals": 14},
        "correction": "nevpt2",
    }
    with pytest.raises(ResourceLimitError, match=r"about 2[45]\.\d hours") as caught:
        vqe_cli.run(vqe_cli.spec_from_data(spec))
    assert "max_operations" in str(caught.value.hint)
