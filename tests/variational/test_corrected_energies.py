"""Corrections of a run's energy: records, the terminal, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pyscf import scf as pyscf_scf
from pyscf.tools import fcidump

from tests.conftest import RunVqe, WriteFile
from tests.problems import LIH, spec_of
from tests.variational.corrections.molecules import LITHIUM_HYDRIDE, NITROGEN, WATER
from vqe_cli._core.resources import MACHINE
from vqe_cli._core.sizes import Size
from vqe_cli.chemistry.scf import mean_fields
from vqe_cli.classical.fci import Fci
from vqe_cli.errors import NotConvergedError
from vqe_cli.parts import look_up_parts
from vqe_cli.variational.feasibility import forecast_of

LITHIUM = """
molecule: {geometry: 'Li 0 0 0; H 0 0 1.6', basis: 6-31g}
active_space: {name: frontier, electrons: 2, orbitals: 2}
"""

IN_MHA = 1e3


@pytest.fixture
def lithium(write_file: WriteFile) -> Path:
    return write_file("lih.yaml", LITHIUM)


def test_stand_beside_the_energy_in_the_record(lithium: Path, run_vqe: RunVqe) -> None:
    plain = run_vqe("run", lithium, "--json").record
    assert plain["result"]["corrections"] == []
    assert "correction" not in plain["spec"]
    corrected = run_vqe("run", lithium, "--correction", "[nevpt2, mp2-outside]", "--json").record
    assert corrected["result"]["energy"] == plain["result"]["energy"]
    assert corrected["fingerprint"] != plain["fingerprint"]
    assert [one["name"] for one in corrected["spec"]["correction"]] == ["nevpt2", "mp2-outside"]
    for found in corrected["result"]["corrections"]:
        assert found["energy"] == plain["result"]["energy"] + found["correction"]
        assert found["correction"] < 0.0
        error = IN_MHA * (found["energy"] - found["reference_energy"])
        assert error == pytest.approx(plain["error_mha"], abs=1e-5)
        assert found["wall_s"] > 0.0
    assert corrected["timings"]["correction"] > 0.0
    assert "correction" not in plain["timings"]


def test_are_shown_below_energy_and_error(lithium: Path, run_vqe: RunVqe) -> None:
    shown = run_vqe("run", lithium, "--correction", "nevpt2", "-q").out
    names = ("E(VQE) ", "error  ", "E(VQE+NEVPT2) ", "E(exact+NEVPT2) ", "NEVPT2  ")
    places = [shown.index(name) for name in names]
    assert places == sorted(places)
    assert re.search(r"NEVPT2 +-10\.051 mHa\n", shown)
    assert max(map(len, shown.splitlines())) <= 80


def test_none_on_the_command_line_wins_over_the_file(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    file = write_file("lih.yaml", f"{LITHIUM}correction: nevpt2\n")
    assert len(run_vqe("run", file, "--json").record["result"]["corrections"]) == 1
    without = run_vqe("run", file, "--correction", "none", "--json").record
    assert without["result"]["corrections"] == []


def test_all_orbitals_active_leave_nothing_and_it_is_told(write_file: WriteFile, run_vqe: RunVqe):
    file = write_file("h2.yaml", "molecule: {geometry: 'H 0 0 0; H 0 0 0.74'}\n")
    shown = run_vqe("run", file, "--correction", "nevpt2", "-q").out
    assert re.search("NEVPT2 +nothing is left to correct outside the active space", shown)


def test_of_measured_energies_is_that_of_the_simulated_state() -> None:
    exact = LITHIUM_HYDRIDE.run("nevpt2")
    measured = LITHIUM_HYDRIDE.run(
        "nevpt2", backend={"name": "exact", "shots": 1000, "optimize_on_device": False}
    )
    found = measured.result.correction("nevpt2")
    assert found.state == "simulated"
    assert found.correction == pytest.approx(exact.result.correction("nevpt2").correction, abs=1e-6)
    assert found.energy == measured.result.energy + found.correction
    assert measured.result.standard_error is not None


def test_without_an_exact_energy_there_is_none_with_the_correction() -> None:
    run = LITHIUM_HYDRIDE.run(["nevpt2", "mp2-outside"], reference="none")
    assert [found.reference_energy for found in run.result.corrections] == [None, None]


def test_of_a_poor_state_is_a_doubt() -> None:
    stretched = WATER.geometry.replace("0.757", "1.5").replace("0.587", "1.2")
    poor = type(WATER)(stretched, 4, 4, ansatz="uccsd")
    run = poor.run("nevpt2", optimizer="none", initial="zeros")
    assert run.check("nevpt2-state").status == "warn"


def test_over_a_file_of_integrals_is_that_of_the_molecule(tmp_path: Path) -> None:
    field = LITHIUM_HYDRIDE.scf()
    path = tmp_path / "lih.fcidump"
    fcidump.from_scf(field, str(path), tol=1e-16)
    names = ["nevpt2", "mp2-outside", "ccsd-t-outside"]
    of_molecule = LITHIUM_HYDRIDE.run(names)
    of_file = LITHIUM_HYDRIDE.run(names, molecule=None, fcidump={"file": str(path)})
    for one, other in zip(of_file.result.corrections, of_molecule.result.corrections, strict=True):
        assert one.correction == pytest.approx(other.correction, abs=1e-7)


REFUSED = {
    "unknown": (("--correction", "nevpt"), "nevpt2"),
    "option": (("--correction", "{name: nevpt2, level: 3}"), "no option 'level'"),
    "twice": (("--correction", "[nevpt2, nevpt2]"), "listed twice"),
    "number": (("--correction", "2"), "name"),
    "circuit": (("--correction", "nevpt2", "--ansatz", "efficient-su2"), "is a circuit"),
    "sqd": (("--correction", "nevpt2", "--solver", "sqd"), "solver 'sqd'"),
    "orbitals": (("--correction", "mp2-outside", "--orbitals", "optimised"), "Hartree-Fock"),
    "triples": (("--correction", "ccsd-t-outside", "--orbitals", "optimised"), "Hartree-Fock"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_before_orbitals(
    arguments: tuple[str, ...],
    said: str,
    lithium: Path,
    run_vqe: RunVqe,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mean_fields, "solve_mean_field", too_late)
    outcome = run_vqe("run", lithium, *arguments, "--json")
    error = outcome.record["error"]
    assert outcome.code == 2, error
    assert said in f"{error['message']} {error['hint']}"


def test_qubit_hamiltonians_are_refused(write_file: WriteFile, run_vqe: RunVqe) -> None:
    file = write_file("model.yaml", "hamiltonian: {paulis: {ZZ: -1.0, XX: 0.5}}\n")
    outcome = run_vqe("run", file, "--correction", "mp2-outside", "--json")
    assert outcome.code == 2
    assert "qubit Hamiltonian" in outcome.record["error"]["message"]


BIG = """
molecule: {{geometry: 'N 0 0 0; N 0 0 1.1', basis: cc-pvqz}}
active_space: {{name: frontier, electrons: {electrons}, orbitals: {orbitals}}}
reference: none
"""


@pytest.mark.parametrize(
    ("correction", "size", "said"),
    [
        ("nevpt2", (4, 16), "NEVPT2 on 16 active orbitals needs 1.1 GB"),
        (
            "nevpt2",
            (6, 6),
            "NEVPT2 with 110 orbitals, 6 of them active, needs",
        ),
        (
            "mp2-outside",
            (6, 6),
            "MP2 of 14 electrons in 110 orbitals needs 0.2 GB",
        ),
        (
            "ccsd-t-outside",
            (6, 6),
            "CCSD(T) of 14 electrons in 110 orbitals needs",
        ),
    ],
)
def test_what_does_not_fit_into_memory_is_refused_before_orbitals(
    correction: str,
    size: tuple[int, int],
    said: str,
    write_file: WriteFile,
    run_vqe: RunVqe,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mean_fields, "solve_mean_field", too_late)
    file = write_file("n2.yaml", BIG.format(electrons=size[0], orbitals=size[1]))
    outcome = run_vqe("run", file, "--correction", correction, "--max-memory", "15 MB", "--json")
    assert outcome.code == 3
    assert said in outcome.record["error"]["message"]
    assert outcome.record["error"]["hint"]


def test_long_perturbation_theory_is_forecast() -> None:
    """(12e,12o): 853,776 determinants, of which a contraction takes minutes."""
    size = Size(12, (6, 6))
    spec = spec_of(LIH, correction="nevpt2", reference="none", optimizer="none")
    expected = forecast_of(look_up_parts(spec), size, MACHINE)
    assert expected is not None
    assert expected.seconds > 600
    without = spec_of(LIH, reference="none", optimizer="none")
    assert forecast_of(look_up_parts(without), size, MACHINE) is None


def test_determinants_other_than_that_of_hartree_fock_are_refused(
    tmp_path: Path, run_vqe: RunVqe
) -> None:
    field = pyscf_scf.RHF(LITHIUM_HYDRIDE.scf().mol).run(max_cycle=0)
    path = tmp_path / "start.fcidump"
    fcidump.from_mo(field.mol, str(path), field.mo_coeff)
    outcome = run_vqe(
        "run", path, "--set", "fcidump.orbitals=as-given", "--active-space",
        "{name: frontier, electrons: 2, orbitals: 2}", "--correction", "mp2-outside", "--json",
    )  # fmt: skip
    assert outcome.code == 2
    assert "not stationary" in outcome.record["error"]["message"]


def test_a_failed_coupled_cluster_leaves_the_energy(monkeypatch: pytest.MonkeyPatch) -> None:
    from vqe_cli.chemistry.correlation import coupled_cluster

    monkeypatch.setattr(coupled_cluster, "DIVERGED", 1e-9)
    run = NITROGEN.run(["ccsd-t-outside", "mp2-outside"], reference="none")
    assert [found.name for found in run.result.corrections] == ["mp2-outside"]
    check = run.check("ccsd-t-outside")
    assert (check.status, check.hard) == ("warn", False)
    assert "grow without bound" in check.detail


def test_an_exact_state_that_is_not_found_leaves_the_correction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lost(*_: Any) -> Any:
        raise NotConvergedError("FCI may still be off")

    monkeypatch.setattr(Fci, "state", lost)
    run = LITHIUM_HYDRIDE.run("nevpt2")
    assert run.result.correction("nevpt2").reference_energy is None
    assert "FCI may still be off" in run.check("exact-state").detail


def too_late(*_: Any) -> Any:
    raise AssertionError("it should have been refused before")
