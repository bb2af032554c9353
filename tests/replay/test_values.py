"""Values beside the energy: computed again, compared, and judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyscf import fci, gto, scf

from tests.conftest import RunVqe, WriteFile
from tests.replay.bundles import Change, edited
from vqe_cli.replay.records import ReplayedValue, ReplayRecord
from vqe_cli.replay.replaying import replay
from vqe_cli.schema.stored_records import read_stored_run

HARTREE_IN_EV = 27.211386245988

GEOMETRY = "Li 0 0 0; H 0 0 1.6"
LIH = f"""
molecule: {{geometry: {GEOMETRY}}}
active_space: {{name: frontier, electrons: 2, orbitals: 2}}
correction: nevpt2
forces: true
properties: [{{name: gap}}]
"""


def replayed(path: Path) -> ReplayRecord:
    return replay(read_stored_run(path))


def values(found: ReplayRecord) -> dict[str, ReplayedValue]:
    return {one.name: one for one in found.values}


@pytest.fixture
def record(run_vqe: RunVqe, write_file: WriteFile) -> Path:
    assert run_vqe("run", "-q", write_file("lih.yaml", LIH), "-o", "lih.json").code == 0
    return Path("lih.json")


def test_values_beside_the_energy_are_computed_again(record: Path) -> None:
    found = replayed(record)
    assert found.same
    assert found.not_recomputed == ()
    known = values(found)
    assert not any(one.drifted for one in known.values())
    assert {
        "nevpt2 correction",
        "force",
        "dipole moment",
        "quadrupole moment",
        "natural occupation",
        "Löwdin charge",
        "Mayer bond order",
        "gap: homo_ev",
    } <= known.keys()
    field = scf.RHF(gto.M(atom=GEOMETRY, basis="sto-3g", verbose=0)).run()
    assert known["Hartree-Fock energy"].now == pytest.approx(field.e_tot, abs=1e-7)
    homo = HARTREE_IN_EV * field.mo_energy[1]
    assert known["gap: homo_ev"].now == pytest.approx(homo, abs=1e-4)


def more(*keys: str | int, by: float) -> Change:
    """The change of a record that raises one number."""

    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] += by

    return change


DENSITY = ("result", "properties")


@pytest.mark.parametrize(
    ("change", "name", "drift"),
    [
        (more(*DENSITY, "dipole", "components", "value", 2, by=0.5), "dipole moment", -0.5),
        (more(*DENSITY, "natural_occupations", "value", 0, by=-0.1), "natural occupation", 0.1),
        (more(*DENSITY, "atoms", 0, "lowdin_charge", by=0.2), "Löwdin charge", -0.2),
        (more(*DENSITY, "bonds", 0, "mayer", by=-0.3), "Mayer bond order", 0.3),
        (more("result", "forces", "forces", 0, 2, by=0.01), "force", -0.01),
        (more("problem", "hartree_fock_energy", by=0.1), "Hartree-Fock energy", -0.1),
        (more("properties", 0, "values", "homo_ev", "value", by=1.0), "gap: homo_ev", -1.0),
    ],
)
def test_values_that_were_edited_by_hand_have_drifted(
    record: Path, change: Change, name: str, drift: float
) -> None:
    found = replayed(edited(record, change))
    assert not found.same
    (drifted,) = [one for one in found.values if one.drifted]
    assert drifted.name == name
    assert drifted.drift == pytest.approx(drift, abs=1e-4)
    assert f"Beside the energy drifted: {name} by" in found.explanation
    assert "may have been changed by hand" in found.explanation


def test_drifted_values_are_printed(run_vqe: RunVqe, record: Path) -> None:
    changed = edited(record, more(*DENSITY, "dipole", "components", "value", 2, by=0.5))
    found = run_vqe("replay", "-q", changed)
    assert found.code == 5
    assert "dipole moment / debye" in found.out
    assert "-5.0e-01" in found.out
    assert max(map(len, found.out.splitlines())) <= 80


def test_ionisation_energies_are_computed_again(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h2.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.735}\n")
    run_vqe("run", "-q", path, "--property", "ionization-energy", "-o", "h2.json")
    found = replayed(Path("h2.json"))
    atoms = {"atom": "H 0 0 0; H 0 0 0.735", "basis": "sto-3g", "verbose": 0}
    neutral = fci.FCI(scf.RHF(gto.M(**atoms)).run()).kernel()[0]
    cation = scf.ROHF(gto.M(**atoms, charge=1, spin=1)).run().e_tot  # one electron: exact
    one = values(found)["ionization-energy: ionization_energy_ev"]
    assert one.now == pytest.approx(HARTREE_IN_EV * (cation - neutral), abs=1e-4)
    assert one.drift == pytest.approx(0, abs=1e-6)


def test_values_of_sampled_runs_are_told_but_not_judged(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    path = write_file("h2.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.735}\n")
    flags = ("--shots", 200, "--optimizer", "{name: spsa, maxiter: 3}", "--property", "energy")
    run_vqe("run", "-q", path, *flags, "-o", "h2.json")

    def other(data: dict[str, Any]) -> None:
        data["properties"][0]["values"]["correlation_hartree"]["value"] += 0.001

    found = replayed(edited(Path("h2.json"), other))
    (one,) = [value for value in found.values if value.name == "energy: correlation_hartree"]
    assert (one.drifted, one.tolerance) == (False, None)
    assert one.drift == pytest.approx(-0.001, abs=1e-9)
