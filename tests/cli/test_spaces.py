"""`vqe inspect --spaces`: the comparison, and the line that it recommends."""

from __future__ import annotations

import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from tests.chemistry.active_spaces.test_active_spaces import full_ci
from tests.conftest import RunVqe, WriteFile
from tests.problems import frontier, problem_of

NITROGEN = {"geometry": "N 0 0 0\nN 0 0 2.0"}
FILE = """
molecule: {name: N2, basis: sto-3g, charge: 0, multiplicity: 1, geometry: "N 0 0 0; N 0 0 2.0"}
"""


def test_spaces_grow_and_the_largest_is_exact_in_all_candidates(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    found = run_vqe("inspect", write_file("n2.yaml", FILE), "--spaces", "--json").record
    assert found["schema"] == "vqe-spaces/1"
    rows = found["spaces"]
    for smaller, larger in pairwise(rows):
        assert set(smaller["numbers"]) < set(larger["numbers"])
        assert larger["energy"] < smaller["energy"] < found["hartree_fock_energy"]
        assert larger["qubits"] == 2 * larger["orbitals"]
    # All orbitals but the two 1s, by PySCF.
    expected = full_ci(problem_of(NITROGEN, active_space="frozen-core"))
    assert rows[-1]["energy"] == pytest.approx(expected, abs=1e-7)
    (best,) = [row for row in rows if row["recommended"]]
    assert (best["electrons"], best["orbitals"]) == (6, 6)
    # The 2p orbitals lie around the gap, so that (6e,6o) by energy is the same space.
    by_energy = full_ci(problem_of(NITROGEN, active_space=frontier(6, 6)))
    assert best["energy"] == pytest.approx(by_energy, abs=1e-7)


@pytest.mark.slow
def test_recommended_line_runs(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("n2.yaml", FILE)
    text = run_vqe("inspect", file, "--spaces").out
    assert "(6e,6o) *" in text
    line = next(line for line in text.splitlines() if line.startswith("vqe run"))
    _, *arguments = shlex.split(line)
    record = run_vqe(*arguments, "--optimizer", "none", "--json").record
    assert record["problem"]["orbitals"] == 6
    assert record["problem"]["active_space"]["criterion"] == "single-orbital entropy"
    assert len(record["problem"]["active_space"]["left_out"]) == 2


def test_recommended_line_repeats_the_flags(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("a chain.yaml", 'molecule: {geometry: "H 0 0 0; H 0 0 1.5; H 0 0 3"}')
    flags = ("--charge=1", "--basis", "6-31g", "--set", "molecule.scf.guesses=one")
    own = ("--active-space=entropy", "--set", "active_space.candidates=5")
    text = run_vqe("inspect", file, "--spaces", "--optimize-exactly", *flags, *own).out
    line = next(line for line in text.splitlines() if line.startswith("vqe run"))
    record = run_vqe(*shlex.split(line)[1:], "--optimizer", "none", "--json").record
    molecule = record["spec"]["molecule"]
    assert (molecule["charge"], molecule["basis"]) == (1, "6-31g")
    assert molecule["scf"]["guesses"] == "one"
    assert record["spec"]["active_space"]["candidates"] == 5
    assert "--optimize-exactly" in line


def test_spaces_are_compared_for_molecules_only(run_vqe: RunVqe, write_file: WriteFile) -> None:
    model = write_file("model.yaml", "hamiltonian: {paulis: {ZZ: 1.0, XI: 0.3}}\n")
    outcome = run_vqe("inspect", model, "--spaces")
    assert outcome.code == 2
    assert "molecules only" in outcome.err
    assert "a qubit Hamiltonian has no orbitals" in outcome.err
    sites = write_file("sites.yaml", "hamiltonian: {model: hubbard, sites: 2, interaction: 4.0}\n")
    assert "sites of a model" in run_vqe("inspect", sites, "--spaces").err
    assert run_vqe("inspect", model, "--spaces", "--orbitals").code == 2


@pytest.mark.parametrize("form", ["--spaces", "--orbitals"])
def test_terms_are_refused_where_no_operator_is_shown(
    run_vqe: RunVqe, write_file: WriteFile, form: str
) -> None:
    outcome = run_vqe("inspect", write_file("n2.yaml", FILE), form, "--terms", "8")
    assert outcome.code == 2
    assert "--terms" in outcome.err


@pytest.mark.parametrize("scf", ["unrestricted: true", "functional: pbe"])
def test_orbitals_that_are_not_of_hartree_fock_are_refused(
    run_vqe: RunVqe, write_file: WriteFile, scf: str
) -> None:
    molecule = f'multiplicity: 2, scf: {{{scf}}}, geometry: "O 0 0 0; H 0 0 0.97"'
    outcome = run_vqe("inspect", write_file("oh.yaml", f"molecule: {{{molecule}}}"), "--spaces")
    assert outcome.code == 2
    assert "entropy" in outcome.err


def test_spaces_of_too_large_molecules_are_refused_before_their_orbitals(
    run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def computed(*_: object) -> None:
        raise AssertionError("orbitals are computed")

    monkeypatch.setattr("vqe_cli.chemistry.scf.mean_fields.solve_mean_field", computed)
    chain = "; ".join(f"C 0 0 {1.3 * k}" for k in range(12))
    text = f'molecule: {{charge: 0, multiplicity: 1, basis: cc-pvtz, geometry: "{chain}"}}\n'
    file = write_file("c12.yaml", text + "max_memory: 2 GB\n")
    outcome = run_vqe("inspect", file, "--spaces")
    assert outcome.code == 3
    assert "MP2 with 48 electrons in 348 orbitals" in outcome.err
    assert "2.0 GB are allowed" in outcome.err


def test_spaces_are_plotted_with_the_recommended_one(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    text = 'molecule: {charge: 1, multiplicity: 2, geometry: "H 0 0 0; H 0 0 1; H 0 0 2; H 0 0 3"}'
    outcome = run_vqe("inspect", write_file("h4.yaml", text), "--spaces", "--plot", "sizes.svg")
    assert outcome.code == 0
    assert "wrote sizes.svg" in outcome.out
    drawn = Path("sizes.svg").read_text()
    for text in ("(3e,4o)", "recommended", "full CI − Hartree-Fock / mHa", "left out"):
        assert text in drawn


def test_a_plot_needs_spaces_and_a_file_of_its_own(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("n2.yaml", FILE)
    alone = run_vqe("inspect", file, "--plot", "sizes.png")
    assert alone.code == 2
    assert "needs --spaces" in alone.err
    twice = run_vqe("inspect", file, "--spaces", "--plot", "n2.png", "--pictures", "n2.png")
    assert twice.code == 2
    assert "two results" in twice.err
    assert run_vqe("inspect", file, "--spaces", "--plot", "sizes.gif").code == 2
