"""`vqe run` in solvents and among point charges: flags, tables, records, refusals."""

from __future__ import annotations

import pytest

from tests.conftest import RunVqe, WriteFile

H2 = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735, scf: {guesses: one}}\n"
CHARGES = "ATOM 1 O WAT 1 0.0 0.0 4.0 -0.5 1.66\nATOM 2 C WAT 1 0.0 0.0 6.0 0.5 1.66\n"


def test_a_solvent_is_shown_and_recorded(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("h2.yaml", H2)
    outcome = run_vqe("run", file, "--solvent", "{name: water, model: c-pcm}", "-v")
    assert outcome.code == 0
    assert "in water (c-pcm, ε 78.36), polarised by Hartree-Fock" in outcome.out
    assert "nuclei, surroundings" in outcome.out
    record = run_vqe("run", file, "--solvent", "{name: water, model: c-pcm}", "--json").record
    solvent = record["problem"]["solvent"]
    assert solvent["reaction_field"] == "mean-field"
    assert solvent["polarisation_energy"] < 0
    assert record["spec"]["solvent"]["self_consistent"] is False


def test_point_charges_are_shown_and_recorded(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("h2.yaml", H2)
    write_file("waters.pqr", CHARGES)
    outcome = run_vqe("run", file, "--charges", "waters.pqr", "--json")
    assert outcome.code == 0
    environment = outcome.record["problem"]["environment"]
    assert environment["number"] == 2
    assert environment["total_charge"] == pytest.approx(0.0)
    assert environment["nearest"] == pytest.approx(4.0 - 0.735, abs=1e-6)
    assert environment["file"] == "waters.pqr"
    shown = run_vqe("run", file, "--charges", "waters.pqr").out
    assert "2 point charges of waters.pqr, +0.0000 e in all" in shown


def test_a_solvent_that_follows_the_state_is_shown(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("h2.yaml", H2)
    solvent = "{name: water, model: c-pcm, self_consistent: true}"
    outcome = run_vqe("run", file, "--solvent", solvent, "-v")
    assert outcome.code == 0
    assert "self-consistent in" in " ".join(outcome.out.split())
    assert "E(determinant)" in outcome.out
    assert "E(HF)" in outcome.out
    assert "solvent-converged" in outcome.out


def test_density_fitting_relativity_and_natural_orbitals_are_shown(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    file = write_file("h2.yaml", H2)
    keys = ("--set", "molecule.density_fitting=true", "--set", "molecule.relativity=x2c")
    space = ("--active-space", "{name: fno, virtuals: 2}", "--basis", "6-31g")
    outcome = run_vqe("run", file, *keys, *space)
    assert outcome.code == 0
    assert "6-31G · x2c" in outcome.out
    shown = " ".join(outcome.out.split())
    assert "two-electron integrals fitted by" in shown
    assert "2 of 3 empty natural orbitals of MP2" in shown
    assert "MP2 of all orbitals beyond the active space" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--solvent", "watr"), "did you mean 'water'?"),
        (("--solvent", "water", "--charges", "waters.pqr"), "exclude each other"),
        (("--charges", "nowhere.pqr"), "nowhere.pqr: no such file"),
        (("--charges", "close.txt"), "0.400 Å from atom 1 (H)"),
        (("--charges", "wrong.txt"), "wrong.txt:2: "),
        (("--set", "molecule.relativity=dkh"), "x2c"),
        (("--set", "molecule.density_fitting=nothing-jkfit"), "no auxiliary basis set"),
        (("--set", "molecule.density_fitting=7"), "density_fitting"),
    ],
)
def test_wrong_surroundings_end_with_code_2(
    run_vqe: RunVqe, write_file: WriteFile, arguments: tuple[str, ...], message: str
) -> None:
    file = write_file("h2.yaml", H2)
    write_file("waters.pqr", CHARGES)
    write_file("close.txt", "0.5 0.4 0 0\n")
    write_file("wrong.txt", "0.5 0 0 9\n0.5 0 9\n")
    outcome = run_vqe("run", file, *arguments)
    assert outcome.code == 2
    assert message in outcome.err


def test_files_of_integrals_have_no_surroundings(run_vqe: RunVqe, write_file: WriteFile) -> None:
    model = write_file("model.yaml", "hamiltonian: {paulis: {ZZ: -1.0, XX: 0.2}}\n")
    outcome = run_vqe("run", model, "--solvent", "water")
    assert outcome.code == 2
    assert "needs the positions of atoms" in outcome.err


def test_charges_around_a_molecule_without_a_place_are_refused(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    charges = write_file("far.txt", "0.5 0 0 8\n")
    outcome = run_vqe("run", "--smiles", "O", "--charges", charges)
    assert outcome.code == 2
    assert "made from SMILES" in " ".join(outcome.err.split())
