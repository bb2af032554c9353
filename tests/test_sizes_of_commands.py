"""Every command refuses what is too large for it, before coordinates and orbitals are made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunVqe, WriteFile
from tests.problems import LIH
from vqe_cli._core.resources import MACHINE
from vqe_cli._core.sizes import Size
from vqe_cli.chemistry.fcidump import reading
from vqe_cli.chemistry.geometry.structures import conformers
from vqe_cli.chemistry.scf import mean_fields
from vqe_cli.parts import look_up_parts
from vqe_cli.schema import spec_from_data
from vqe_cli.variational.feasibility import forecast_of

pytestmark = pytest.mark.quick


@pytest.fixture(scope="module", autouse=True)
def each_mean_field_once() -> None:
    """Every test computes its own."""


ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
"""73 orbitals in a minimal basis."""

FULLERENE = (
    "c12c3c4c5c1c1c6c7c2c2c8c3c3c9c4c4c%10c5c5c1c1c6c6c%11c7c2c2c7c8c3c3c8c9c4c4c9c%10c5c5c1c1c6c6"
    "c%11c2c2c7c3c3c8c4c4c9c5c1c1c6c2c3c41"
)

COMMANDS = {
    "run": ("run",),
    "inspect": ("inspect",),
    "estimate": ("estimate",),
    "diagnose": ("diagnose",),
    "reference": ("reference",),
    "fci": ("reference", "--methods", "fci"),
    "numpy": ("reference", "--methods", "numpy,fci"),
}

NITROGEN = ("--smiles", "N#N", "--basis", "cc-pvdz", "--active-space", "full")
"""14 electrons in 28 orbitals."""


def too_late(*_: Any) -> Any:
    raise AssertionError("it should have been refused before")


def assert_refused(outcome: Any) -> None:
    error = outcome.record["error"]
    assert outcome.code == 3, error
    assert re.search(
        r"--active-space '\{name: frontier, electrons: \d+, orbitals: \d+\}'", error["hint"]
    )


@pytest.mark.parametrize("smiles", [ASPIRIN, FULLERENE], ids=["aspirin", "fullerene"])
@pytest.mark.parametrize("command", COMMANDS)
def test_structures_are_refused_without_coordinates(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, command: str, smiles: str
) -> None:
    monkeypatch.setattr(conformers, "lowest_geometry", too_late)
    assert_refused(run_vqe(*COMMANDS[command], "--smiles", smiles, "--json"))


@pytest.mark.parametrize("command", ["run", "diagnose", "fci", "numpy"])
def test_what_is_solved_is_refused_before_orbitals(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(mean_fields, "solve_mean_field", too_late)
    assert_refused(run_vqe(*COMMANDS[command], *NITROGEN, "--json"))


@pytest.mark.parametrize("command", ["inspect", "estimate"])
def test_what_is_listed_is_refused_before_orbitals(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(mean_fields, "solve_mean_field", too_late)
    assert_refused(run_vqe(*COMMANDS[command], *NITROGEN, "--max-memory", "5 MB", "--json"))


@pytest.mark.parametrize("command", COMMANDS)
def test_files_of_integrals_are_refused_by_their_header(
    run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    file = write_file("large.fcidump", "&FCI NORB=60,NELEC=40,MS2=0\n&END\n0.5 1 1 1 1\n")
    monkeypatch.setattr(reading, "_Body", too_late)
    assert_refused(run_vqe(*COMMANDS[command], file, "--json"))


def test_a_methods_size_costs_its_row_and_not_the_others(run_vqe: RunVqe) -> None:
    found = run_vqe("reference", "--smiles", "O", "--basis", "6-31g", "--methods", "hf,numpy")
    assert found.code == 0
    assert "-75.98" in found.out
    assert "26 qubits is more than 14" in " ".join(found.out.split())


def test_a_full_disk_costs_the_export_and_not_the_table(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    write_file("h2.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.735}\n")
    Path("full.fcidump").symlink_to("/dev/full")
    exports = ("--export", "fcidump", "full.fcidump", "--export", "fcidump", "kept.fcidump")
    found = run_vqe("inspect", "h2.yaml", *exports)
    assert found.code == 6
    assert "15 Pauli terms" in found.out
    assert "wrote kept.fcidump" in found.out
    assert "full.fcidump" in found.err
    assert Path("kept.fcidump").read_text().lstrip().startswith("&FCI")


@pytest.mark.parametrize(
    "backend",
    [{"name": "aer", "noise": "fake_fez", "shots": 20_000}, {"name": "fake_fez", "shots": 20_000}],
    ids=lambda backend: backend["name"],
)
def test_noise_that_is_simulated_shot_by_shot_is_announced(backend: dict[str, Any]) -> None:
    """92 excitations are some thousand gates, each of which Aer takes microseconds for."""
    size = Size(6, (2, 2))
    noisy = look_up_parts(spec_from_data({"molecule": LIH, "backend": backend}))
    found = forecast_of(noisy, size, MACHINE)
    assert found is not None
    assert found.seconds > 60.0
    assert found.hint is not None
    assert forecast_of(look_up_parts(spec_from_data({"molecule": LIH})), size, MACHINE) is None
