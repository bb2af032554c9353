"""Solvents and environments in the input, and what they are refused for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.problems import H2, TWO_QUBIT_MODEL, spec_of
from vqe_cli.errors import InputError
from vqe_cli.parts import fingerprint_of, look_up_parts, resolved_spec
from vqe_cli.schema import spec_from_data

pytestmark = pytest.mark.quick

CHARGES = {"charges": [[0.5, 0.0, 0.0, 4.0]]}


def test_a_name_is_a_solvent_with_the_default_model() -> None:
    spec = spec_of(H2, solvent="water")
    assert spec.solvent is not None
    assert (spec.solvent.name, spec.solvent.model) == ("water", "ddcosmo")
    assert not spec.solvent.self_consistent
    assert spec_of(H2, solvent="none").solvent is None


def test_new_keys_leave_the_spec_of_other_inputs_as_it_was() -> None:
    resolved = resolved_spec(spec_of(H2))
    assert not {"solvent", "environment"} & resolved.keys()
    assert not {"density_fitting", "relativity"} & resolved["molecule"].keys()
    changed = (
        spec_of(H2, solvent="water"),
        spec_of(H2, environment=CHARGES),
        spec_of({**H2, "relativity": "x2c"}),
        spec_of({**H2, "density_fitting": True}),
    )
    assert len({fingerprint_of(spec) for spec in (spec_of(H2), *changed)}) == 5


@pytest.mark.parametrize("key", ["solvent", "environment"])
def test_surroundings_need_atoms(key: str) -> None:
    given = {"solvent": "water", "environment": CHARGES}[key]
    with pytest.raises(InputError, match="qubit Hamiltonian"):
        spec_from_data({"hamiltonian": TWO_QUBIT_MODEL, key: given})
    with pytest.raises(InputError, match="FCIDUMP"):
        spec_from_data({"fcidump": {"file": __file__}, key: given})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"solvent": "water", "environment": CHARGES}, "exclude each other"),
        ({"solvent": {"name": "water", "model": "pcm"}}, "'solvent.model'"),
        ({"solvent": {"model": "smd"}}, "is missing"),
        ({"solvent": {"name": "water", "modl": "smd"}}, "unknown key 'modl'"),
        ({"solvent": {"name": "water", "dielectric_constant": 0.5}}, "greater than 1"),
        (
            {"solvent": {"name": "water", "model": "smd", "dielectric_constant": 4.0}},
            "its constants from",
        ),
        ({"environment": {"charges": [[0.5, 0.0, 0.0, float("nan")]]}}, "nan"),
        ({"environment": {"charges": []}}, "was not read|no point charges"),
        ({"environment": {"charges": "0.5 0 0\n"}}, "line 1"),
        ({"environment": {}}, "is missing"),
    ],
)
def test_wrong_surroundings_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        spec_of(H2, **given)


def test_unknown_solvents_are_refused_before_any_chemistry() -> None:
    with pytest.raises(InputError, match="no solvent called 'watter'") as caught:
        look_up_parts(spec_of(H2, solvent="watter"))
    assert caught.value.hint == "did you mean 'water'?"
    assert caught.value.path == ("solvent",)


def test_a_self_consistent_solvent_needs_a_state_of_excitations() -> None:
    solvent = {"name": "water", "self_consistent": True}
    with pytest.raises(InputError, match="is a circuit"):
        look_up_parts(spec_of(H2, solvent=solvent, ansatz="efficient-su2"))
    with pytest.raises(InputError, match="optimizer is 'none'"):
        look_up_parts(spec_of(H2, solvent=solvent, optimizer="none"))
