"""FCIDUMP files promise no order of orbitals: no method's energy may depend on it."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyscf import cc, fci, gto, mcscf, mp, scf
from scipy.stats import ortho_group

from tests.chemistry.fcidump.files import GEOMETRIES, FloatArray, over_canonical, solved, write_over
from tests.conftest import RunVqe, WriteFile
from tests.families import slow
from tests.problems import frontier
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.chemistry.fcidump.orbitals import problem_of_selection, select_from_file
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.pipeline import run
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema import spec_from_data

METHODS = ("hf", "mp2", "ccsd", "ccsd-t", "fci")


def problem_in(path: Path, orbitals: str = "canonical") -> ElectronicProblem:
    """The problem of a file with all its orbitals."""
    assert orbitals in ("canonical", "as-given")
    choice = "canonical" if orbitals == "canonical" else "as-given"
    return problem_of_selection(select_from_file(path, choice, ACTIVE_SPACES.create("full")))


def energies_of(path: Path) -> dict[str, float]:
    """Of the classical methods, and of UCCSD by the exact simulator."""
    encoding = Encoding(problem_in(path), MAPPERS.create("jordan-wigner"))
    found = {name: CLASSICAL_METHODS.create(name).solve(encoding).energy for name in METHODS}
    record = run(spec_from_data({"fcidump": {"file": str(path)}, "reference": "none"}))
    return {**found, "uccsd": record.result.energy}


@cache
def energies_by_pyscf(name: str) -> dict[str, float]:
    """Over the orbitals of PySCF's own Hartree-Fock of the molecule."""
    field = solved(name)
    coupled = cc.CCSD(field)
    coupled.conv_tol, coupled.conv_tol_normt, coupled.verbose = 1e-11, 1e-8, 0
    coupled.kernel()
    return {
        "hf": float(field.e_tot),
        "mp2": float(field.e_tot + mp.MP2(field).run(verbose=0).e_corr),
        "ccsd": float(coupled.e_tot),
        "ccsd-t": float(coupled.e_tot + coupled.ccsd_t()),
        "fci": float(fci.FCI(field).kernel()[0]),
    }


def disorder(norb: int, kind: str, seed: int) -> FloatArray:
    """An orthogonal matrix: any at all, or one that reorders and changes signs."""
    random = np.random.default_rng(seed)
    if kind == "rotated":
        return np.asarray(ortho_group.rvs(norb, random_state=random))
    signs = random.choice([-1.0, 1.0], norb) if kind == "signs" else np.ones(norb)
    return np.eye(norb)[:, random.permutation(norb)] * signs


@cache
def plain_energies(name: str) -> dict[str, float]:
    """Over the orbitals of Hartree-Fock as they are."""
    with TemporaryDirectory() as folder:
        norb = len(over_canonical(name)[0])
        return energies_of(write_over(Path(folder) / "plain.fcidump", name, np.eye(norb)))


disorders = st.sampled_from(["rotated", "reordered", "signs"])
few = settings(
    deadline=None,
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def hold_a_closed_shell(folder: Path, name: str, kind: str, seed: int) -> None:
    norb = len(over_canonical(name)[0])
    found = energies_of(write_over(folder / "in.fcidump", name, disorder(norb, kind, seed)))
    assert found == pytest.approx(plain_energies(name), abs=1e-8)
    expected = energies_by_pyscf(name)
    assert {key: found[key] for key in expected} == pytest.approx(expected, abs=1e-8)


def hold_an_open_shell(folder: Path, name: str, kind: str, seed: int) -> None:
    h1, h2 = over_canonical(name)
    found = energies_of(write_over(folder / "in.fcidump", name, disorder(len(h1), kind, seed)))
    assert found == pytest.approx(plain_energies(name), abs=1e-8)
    mole = solved(name).mol
    exact, _ = fci.direct_spin1.kernel(h1, h2, len(h1), mole.nelec)
    assert found["hf"] == pytest.approx(solved(name).e_tot, abs=1e-9)
    assert found["fci"] == pytest.approx(float(exact) + mole.energy_nuc(), abs=1e-8)


@pytest.mark.slow
@few
@given(st.sampled_from(["h4", "lih", "h2o"]), disorders, st.integers(0, 2**31))
def test_no_order_or_rotation_of_a_closed_shells_orbitals_changes_an_energy(
    tmp_path: Path, name: str, kind: str, seed: int
) -> None:
    hold_a_closed_shell(tmp_path, name, kind, seed)


@pytest.mark.slow
@few
@given(st.sampled_from(["ch2", "oh"]), disorders, st.integers(0, 2**31))
def test_no_order_or_rotation_of_an_open_shells_orbitals_changes_an_energy(
    tmp_path: Path, name: str, kind: str, seed: int
) -> None:
    hold_an_open_shell(tmp_path, name, kind, seed)


@pytest.mark.parametrize("kind", [slow("rotated"), slow("reordered"), "signs"])
def test_a_short_form_for_a_closed_shell(tmp_path: Path, kind: str) -> None:
    hold_a_closed_shell(tmp_path, "h4", kind, 3)


@pytest.mark.slow
def test_a_short_form_for_an_open_shell(tmp_path: Path) -> None:
    hold_an_open_shell(tmp_path, "oh", "rotated", 3)


@pytest.mark.slow
def test_degenerate_orbitals_come_in_an_order_that_no_rotation_changes(tmp_path: Path) -> None:
    """UCCSD's product depends on the order of π_x, π_y and π*_x, π*_y."""
    energies = [
        energies_of(write_over(tmp_path / f"{seed}.fcidump", "n2", disorder(10, "rotated", seed)))
        for seed in (1, 2)
    ]
    assert energies[0] == pytest.approx(energies[1], abs=1e-8)
    assert energies[0]["hf"] == pytest.approx(solved("n2").e_tot, abs=1e-9)


def test_loewdin_orbitals_have_the_energies_of_hartree_fock(tmp_path: Path) -> None:
    """H4 with one orbital at each atom; published with the case: −2.098546, −2.166380."""
    field = solved("h4")
    overlap = field.mol.intor("int1e_ovlp")
    values, vectors = np.linalg.eigh(overlap)
    rotation = np.asarray(field.mo_coeff).T @ vectors @ np.diag(values**0.5) @ vectors.T
    found = energies_of(write_over(tmp_path / "h4.fcidump", "h4", rotation))
    assert found["hf"] == pytest.approx(-2.098545937, abs=1e-8)
    assert found["ccsd"] == pytest.approx(-2.166379522, abs=1e-7)


def test_water_in_the_order_of_its_irreps(tmp_path: Path, run_vqe: RunVqe) -> None:
    """As Molpro and Psi4 write it: the file's first five orbitals are not the occupied ones."""
    labels = np.asarray(solved("h2o").orbsym)
    order = np.argsort(labels, kind="stable")
    file = write_over(
        tmp_path / "h2o.fcidump", "h2o", np.eye(7)[:, order], orbsym=(labels[order] + 1).tolist()
    )
    record = run_vqe("run", file, "--json").record
    assert record["problem"]["hartree_fock_energy"] == pytest.approx(-74.963063130, abs=1e-8)
    assert record["problem"]["reference_determinant"] == "hartree-fock"
    assert record["error_mha"] == pytest.approx(0.097, abs=1e-3)
    assert record["verdict"] == "pass"
    shown = run_vqe("run", file)
    assert "were put into the order of Hartree-Fock orbitals" in " ".join(shown.out.split())


def test_orbitals_of_hartree_fock_are_left_as_they_are(tmp_path: Path) -> None:
    h1, h2 = over_canonical("h2o")
    problem = problem_in(write_over(tmp_path / "in.fcidump", "h2o", np.eye(7)))
    np.testing.assert_allclose(problem.h1, h1, atol=1e-13)
    np.testing.assert_allclose(problem.h2, h2, atol=1e-13)
    assert problem.notes == ()
    assert problem.orbsym is not None


def test_as_given_the_determinant_is_not_called_hartree_fock(
    tmp_path: Path, run_vqe: RunVqe
) -> None:
    file = write_over(tmp_path / "h4.fcidump", "h4", disorder(4, "rotated", 3))
    options = (file, "--set", "fcidump.orbitals=as-given")
    record = run_vqe("run", *options, "--json").record
    assert record["problem"]["reference_determinant"] == "not-stationary"
    assert record["problem"]["hartree_fock_energy"] is None
    assert record["verdict"] == "warn"
    shown = run_vqe("run", *options).out
    assert "E(determinant)" in shown
    assert "% of correlation" not in shown
    assert "E(HF)" not in shown
    rows = run_vqe("reference", *options, "--json").record["references"]
    energies = {row["label"]: row["energy"] for row in rows}
    assert energies["MP2"] is None
    assert energies["CCSD"] is None
    assert energies["CCSD(T)"] is None
    assert "HF" not in energies
    assert energies["FCI"] == pytest.approx(energies_by_pyscf("h4")["fci"], abs=1e-8)


def test_as_given_orbitals_of_hartree_fock_are_called_so(tmp_path: Path) -> None:
    problem = problem_in(write_over(tmp_path / "in.fcidump", "oh", np.eye(6)), "as-given")
    assert problem.reference_determinant == "hartree-fock"
    assert problem.checks == ()
    assert problem.hartree_fock_energy == pytest.approx(solved("oh").e_tot, abs=1e-9)


def test_as_given_a_stationary_determinant_that_is_no_minimum_is_told(tmp_path: Path) -> None:
    """Both electrons of hydrogen in the antibonding orbital satisfy Brillouin's condition."""
    file = write_over(tmp_path / "in.fcidump", "h2", np.eye(2)[:, ::-1])
    problem = problem_in(file, "as-given")
    assert [check.name for check in problem.checks] == ["reference-determinant"]
    assert problem_in(file).hartree_fock_energy == pytest.approx(solved("h2").e_tot, abs=1e-10)


def test_localised_orbitals_do_not_change_mp2(tmp_path: Path) -> None:
    """Rotations among occupied orbitals keep Hartree-Fock but not its orbital energies."""
    rotation = np.eye(7)
    rotation[:5, :5] = ortho_group.rvs(5, random_state=1)
    file = write_over(tmp_path / "in.fcidump", "h2o", rotation)
    encoding = Encoding(problem_in(file, "as-given"), MAPPERS.create("jordan-wigner"))
    for method in ("mp2", "ccsd", "ccsd-t"):
        found = CLASSICAL_METHODS.create(method).solve(encoding).energy
        assert found == pytest.approx(energies_by_pyscf("h2o")[method], abs=1e-8)


def test_the_point_group_is_kept_and_a_lower_determinant_told(tmp_path: Path) -> None:
    file = write_over(tmp_path / "in.fcidump", "n2-stretched", disorder(10, "rotated", 5))
    problem = problem_in(file)
    assert problem.hartree_fock_energy == pytest.approx(solved("n2-stretched").e_tot, abs=1e-9)
    assert [check.name for check in problem.checks] == ["symmetry-broken-solution"]


@pytest.mark.parametrize("kind", ["signs", "rotated"])
def test_two_electrons_in_a_degenerate_shell_are_no_reason_for_an_excited_state(
    tmp_path: Path, kind: str
) -> None:
    """Singlet O2: a closed shell that keeps π_x and π_y equal lies half a Hartree higher."""
    file = write_over(tmp_path / "in.fcidump", "o2-singlet", disorder(10, kind, 2))
    energy = problem_in(file).hartree_fock_energy
    assert energy == pytest.approx(solved("o2-singlet").e_tot, abs=1e-8)


def test_a_model_on_a_ring_has_the_exact_energy_of_its_sites(write_file: WriteFile) -> None:
    """Four Hubbard sites, t = 1, U = 4, half filled: the lowest singlet lies at −2.1027484835."""
    lines = [f"4.0 {i} {i} {i} {i}" for i in range(1, 5)]
    lines += [f"-1.0 {i} {i % 4 + 1} 0 0" for i in range(1, 5)] + ["0.0 0 0 0 0"]
    text = "&FCI NORB=4,NELEC=4,MS2=0 &END\n" + "\n".join(lines)
    problem = problem_in(write_file("ring.fcidump", text))
    energy, _ = fci.direct_spin1.kernel(problem.h1, problem.h2, 4, (2, 2))
    assert float(energy) == pytest.approx(-2.1027484835, abs=1e-8)


@pytest.fixture(scope="module")
def split_water(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, scf.hf.SCF]:
    """Water in 6-31G, all orbitals mixed."""
    from pyscf import ao2mo
    from pyscf.tools import fcidump

    atoms = "O 0 0 0; H 0 0.757 0.587; H 0 -0.757 0.587"
    mole = gto.M(atom=atoms, basis="6-31g", verbose=0)
    field = scf.RHF(mole).run(conv_tol=1e-12)
    orbitals = field.mo_coeff @ disorder(13, "rotated", 4)
    path = tmp_path_factory.mktemp("files") / "water.fcidump"
    h1 = orbitals.T @ field.get_hcore() @ orbitals
    h2 = ao2mo.kernel(mole, orbitals)
    fcidump.from_integrals(str(path), h1, h2, 13, 10, nuc=mole.energy_nuc(), ms=0, tol=1e-15)
    return path, field


@pytest.mark.parametrize(
    ("space", "frozen", "orbitals"),
    [
        (frontier(4, 4), 3, 4),
        ({"name": "explicit", "orbitals": [4, 5, 6, 7]}, 3, 4),
        ({"name": "frozen-core", "frozen": 3}, 3, 10),
    ],
    ids=["frontier", "explicit", "frozen-core"],
)
def test_active_spaces_by_number_are_those_of_the_molecule(
    split_water: tuple[Path, scf.hf.SCF], space: dict[str, object], frozen: int, orbitals: int
) -> None:
    path, field = split_water
    problem = problem_of_selection(select_from_file(path, "canonical", ACTIVE_SPACES.create(space)))
    expected = mcscf.CASCI(field, orbitals, 10 - 2 * frozen).run(verbose=0).e_tot
    energy, _ = fci.direct_spin1.kernel(problem.h1, problem.h2, orbitals, problem.nelec)
    assert problem.frozen_electrons == 2 * frozen
    assert float(energy) + problem.core_energy == pytest.approx(float(expected), abs=1e-7)


@pytest.mark.parametrize(
    ("space", "words"),
    [
        ("{name: frozen-core}", "cores"),
        ("{name: frozen-core, frozen: 5}", "no electrons of 5 + 5 are left"),
        ("{name: avas, orbitals: [O 2p]}", "avas needs the positions of orbitals"),
        ("{name: frontier, electrons: 12, orbitals: 6}", "12 of 10 electrons"),
    ],
)
def test_active_spaces_that_a_file_cannot_have_are_refused(
    tmp_path: Path, write_file: WriteFile, run_vqe: RunVqe, space: str, words: str
) -> None:
    water = write_over(tmp_path / "water.fcidump", "h2o", np.eye(7))
    file = write_file("in.yaml", f"fcidump: {{file: {water}}}\nactive_space: {space}\n")
    outcome = run_vqe("run", file)
    assert outcome.code == 2
    assert words in " ".join(outcome.err.split())


@pytest.mark.parametrize("name", ["h2o", "ch2", slow("o2")])
def test_what_is_exported_is_read_back_to_the_same_energy(
    tmp_path: Path, write_file: WriteFile, run_vqe: RunVqe, name: str
) -> None:
    atoms, spin = GEOMETRIES[name]
    geometry = atoms.replace("; ", "\\n")
    source = write_file(
        "in.yaml",
        f'molecule: {{geometry: "{geometry}", multiplicity: {spin + 1}}}\n'
        "active_space: {name: frontier, electrons: 6, orbitals: 5}\n",
    )
    written = tmp_path / "out.fcidump"
    assert run_vqe("inspect", source, "--export", "fcidump", written).code == 0
    molecule, file = (run_vqe("run", path, "--json").record for path in (source, written))
    assert file["result"]["energy"] == pytest.approx(molecule["result"]["energy"], abs=1e-8)
    assert file["reference"]["energy"] == pytest.approx(molecule["reference"]["energy"], abs=1e-8)


def test_a_compressed_file_is_read(tmp_path: Path, run_vqe: RunVqe) -> None:
    plain = write_over(tmp_path / "h2.fcidump", "h2", np.eye(2)).read_bytes()
    packed = tmp_path / "h2.fcidump.gz"
    packed.write_bytes(gzip.compress(plain))
    energy = run_vqe("run", packed, "--json").record["result"]["energy"]
    assert energy == pytest.approx(energies_by_pyscf("h2")["fci"], abs=1e-8)
    packed.write_bytes(gzip.compress(plain)[:-20])
    outcome = run_vqe("run", packed)
    assert outcome.code == 2
    assert "compressed" in outcome.err
