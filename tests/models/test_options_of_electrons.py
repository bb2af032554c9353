"""Options of electrons do nothing for spins, and are refused by their path."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from tests.conftest import RunVqe, WriteFile
from vqe_cli.errors import InputError, InterruptedRunError, Path, ResourceLimitError
from vqe_cli.measurement.shots import Budget
from vqe_cli.parts import look_up_parts, resolved_spec
from vqe_cli.report.failures import error_lines
from vqe_cli.schema import spec_from_data

pytestmark = pytest.mark.quick

SPINS: dict[str, Any] = {"hamiltonian": {"model": "ising", "sites": 3}, "ansatz": "hva"}
PAULIS: dict[str, Any] = {"hamiltonian": {"paulis": {"ZZ": 1.0, "XI": 0.5}}}
ELECTRONS: dict[str, Any] = {"hamiltonian": {"model": "hubbard", "sites": 2}}


@pytest.mark.parametrize("problem", [SPINS, PAULIS], ids=["spins", "paulis"])
@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"mapper": "parity"}, ("mapper",)),
        ({"mapper": "bravyi-kitaev"}, ("mapper",)),
        ({"mapper": {"taper": True}}, ("mapper", "taper")),
        ({"backend": {"name": "aer", "post_select": True}}, ("backend", "post_select")),
        ({"orbitals": "optimised"}, ("orbitals",)),
        ({"active_space": "frozen-core"}, ("active_space",)),
        ({"correction": "nevpt2"}, ("correction",)),
        ({"forces": True}, ("forces",)),
        ({"states": 2}, ("states",)),
    ],
)
def test_spins_have_no_electrons(
    problem: dict[str, Any], options: dict[str, Any], path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        look_up_parts(spec_from_data({**problem, **options}))
    assert caught.value.path == path


@pytest.mark.parametrize("problem", [SPINS, ELECTRONS], ids=["spins", "electrons"])
def test_a_precision_of_a_model_is_in_its_unit(problem: dict[str, Any]) -> None:
    def precision(value: Any) -> Any:
        return spec_from_data({**problem, "backend": {"name": "aer", "precision": value}})

    for wrong in ("1.6 mHa", "10 meV"):
        with pytest.raises(InputError, match="another unit") as caught:
            look_up_parts(precision(wrong))
        assert caught.value.path == ("backend", "precision")
    assert look_up_parts(precision(0.02)).backend.shot_settings().precision == 0.02


@pytest.mark.parametrize("precision", ["1", 0.02])
def test_a_precision_of_a_molecule_has_a_unit(precision: Any) -> None:
    data = {"molecule": {"geometry": "H 0 0 0; H 0 0 0.7"}}
    with pytest.raises(InputError, match="not an energy with a unit"):
        look_up_parts(spec_from_data({**data, "backend": {"name": "aer", "precision": precision}}))


@pytest.mark.parametrize("problem", [SPINS, PAULIS], ids=["spins", "paulis"])
def test_records_name_all_defaults_and_read_back(problem: dict[str, Any]) -> None:
    look_up_parts(spec_from_data(resolved_spec(spec_from_data(problem))))


def test_an_electron_model_is_inspected_in_its_unit(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """Bonding and antibonding orbital of two sites: ε = ∓t + U/2, 1 and 3 for U = 4, by hand."""
    text = "hamiltonian: {model: hubbard, sites: 2, interaction: 4}\n"
    found = run_vqe("inspect", write_file("dimer.yaml", text))
    assert found.code == 0
    assert "E / t" in found.out
    assert not re.search(r"\bHa\b", found.out)


def test_a_precision_out_of_reach_is_refused_without_a_unit() -> None:
    budget = Budget(None, 1e-9)
    with pytest.raises(ResourceLimitError, match="shots") as caught:
        budget.total(np.ones(3))
    assert "Ha" not in caught.value.message


def test_the_best_energy_of_a_stopped_search_is_in_its_unit() -> None:
    stopped = InterruptedRunError("stopped")
    stopped.known = {"best_energy": -2.0, "steps": 3, "evaluations": 9}
    assert "-2.0000000000 Ha after" in error_lines(stopped)[1]
    stopped.known["unit"] = "J"
    assert "-2.0000000000 J after" in error_lines(stopped)[1]
