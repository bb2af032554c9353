"""Inputs that mean the same and have one fingerprint, however their names are written."""

from __future__ import annotations

from typing import Any

import pytest

from vqe_cli.parts import fingerprint_of
from vqe_cli.schema.files import spec_from_data

pytestmark = pytest.mark.quick

H2 = "H 0 0 0\nH 0 0 0.74"


def of(molecule: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"molecule": {"geometry": H2, **molecule}, **parts}


SAME = {
    "STO-3G": [of({"basis": name}) for name in ("sto-3g", "STO-3G", "sto3g", "STO_3G")],
    "def2-SVP": [of({"basis": name}) for name in ("def2-svp", "def2-SVP", "def2svp")],
    "6-31G(d)": [of({"basis": name}) for name in ("6-31g*", "6-31G(d)", "6-31G*", "631gs")],
    "by element": [of({"basis": {key: "STO-3G"}}) for key in ("H", "h")],
    "elements": [of({"geometry": text}) for text in (H2, H2.lower(), H2.replace("H", "h", 1))],
    "fitting": [of({"density_fitting": name}) for name in ("def2-svp-jkfit", "DEF2-SVP-JKFIT")],
    "functional": [
        of({"scf": {"functional": name}}, initial="zeros", reference="none")
        for name in ("b3lyp", "B3LYP")
    ],
    "ansatz": [of({}, ansatz=name) for name in ("efficient-su2", "EfficientSU2", "efficientsu2")],
    "mapper": [of({}, mapper=name) for name in ("jordan-wigner", "JW", "Jordan_Wigner", None)],
    "space": [of({}, active_space=name) for name in ("full", "none", None, "Full")],
    "optimiser": [of({}, optimizer=name) for name in ("l-bfgs-b", "L-BFGS-B", "LBFGSB")],
    "device": [
        of({}, backend={"name": "aer", "noise": name})
        for name in ("fake_manila", "Fake-Manila", "FakeManila", "FakeManilaV2")
    ],
    "reference": [of({}, reference=name) for name in ("none", None, "None")],
    "orbitals": [of({}, orbitals=name) for name in ("optimised", "Optimized", "OPTIMISED")],
    "units": [of({"units": name}) for name in ("bohr", "Bohr", "a.u.")],
    "defaults": [of({}), of({"basis": None}, states=None, restarts=None, forces="none")],
}
"""Inputs by what they have in common."""


@pytest.mark.parametrize("what", SAME)
def test_a_problem_has_one_fingerprint(what: str) -> None:
    assert len({fingerprint_of(spec_from_data(data)) for data in SAME[what]}) == 1


def test_no_restarts_are_not_the_default_ones() -> None:
    found = [spec_from_data(of({}, restarts=value)).restarts for value in ("none", None)]
    assert found == [0, None]


@pytest.mark.parametrize("basis", ["sto-3g", "6-31g*", "cc-pvdz", "def2-svp", "ano-rcc", "pc-1"])
def test_the_spelling_of_input_files_stays_as_it_is(basis: str) -> None:
    """Fingerprints of stored campaigns and records depend on it."""
    spec = spec_from_data(of({"basis": basis}))
    assert spec.molecule is not None
    assert spec.molecule.basis == basis
