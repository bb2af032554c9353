"""`vqe scan` from the command line."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from pyscf import ao2mo, fci, gto, mcscf, mrpt, scf
from scipy.optimize import minimize_scalar

from tests.conftest import RunVqe, WriteFile
from vqe_cli.scan.constants import constants_of
from vqe_cli.scan.records import DiatomicConstants

pytestmark = pytest.mark.usefixtures("shared_workers")

H2 = "molecule: {name: H2, geometry: H 0 0 0; H 0 0 0.735}\n"
H4 = "molecule: {name: H4, geometry: H 0 0 0; H 0 0 1; H 0 0 2; H 0 0 3}\n"


def hydrogen(distance: float) -> tuple[float, float]:
    """Hartree-Fock and exact energy by PySCF."""
    mole = gto.M(atom=f"H 0 0 0; H 0 0 {distance}", basis="sto-3g", verbose=0)
    field = scf.RHF(mole).run(conv_tol=1e-12)
    return field.e_tot, fci.FCI(field).kernel()[0]


def test_a_curve_agrees_with_pyscf(run_vqe: RunVqe, write_file: WriteFile, tmp_path: Path) -> None:
    table, plot = tmp_path / "h2.csv", tmp_path / "h2.svg"
    found = run_vqe(
        "scan", str(write_file("h2.yaml", H2)), "--over", "molecule.distance=0.5:1.1:11",
        "--methods", "hf,ccsd", "--json", "-q", "-o", str(table), "--plot", str(plot),
    )  # fmt: skip
    assert found.code == 0, found.err
    record = found.record
    assert record["schema"] == "vqe-scan/1"
    assert record["coordinate"]["name"] == "distance 1 2"
    values = [point["value"] for point in record["points"]]
    assert values == pytest.approx(np.linspace(0.5, 1.1, 11).tolist())
    exact = [hydrogen(value) for value in values]
    for point, (field, energy) in zip(record["points"], exact, strict=True):
        assert point["hartree_fock_energy"] == pytest.approx(field, abs=1e-8)
        assert point["methods"]["hf"]["energy"] == pytest.approx(field, abs=1e-8)
        assert point["methods"]["ccsd"]["error_mha"] == pytest.approx(0.0, abs=1e-3)
        assert point["reference_energy"] == pytest.approx(energy, abs=1e-8)
        assert point["energy"] == pytest.approx(energy, abs=1e-6)
        assert point["verdict"] == "pass"
        assert set(point["directions"]) == {"up", "down"}
    expected = constants_of(("H", "H"), values, [energy for _, energy in exact])
    assert isinstance(expected, DiatomicConstants)
    for constants in (record["constants"], record["reference_constants"]):
        assert constants["r_e"] == pytest.approx(expected.r_e, abs=1e-4)
        assert constants["omega_e"] == pytest.approx(expected.omega_e, abs=1.0)
    field_errors = [1000.0 * (field - energy) for field, energy in exact]
    statistics = record["statistics"]["hf"]
    spread = max(field_errors) - min(field_errors)
    assert statistics["nonparallelity_error_mha"] == pytest.approx(spread, abs=1e-4)
    assert statistics["largest_error_mha"] == pytest.approx(max(field_errors), abs=1e-4)
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [float(row["energy"]) for row in rows] == [p["energy"] for p in record["points"]]
    assert [float(row["hf"]) for row in rows] == pytest.approx([field for field, _ in exact])
    assert plot.read_text().count("<svg") == 1


def test_a_table_fits_eighty_columns(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = str(write_file("h2.yaml", H2))
    found = run_vqe("scan", path, "--distance", "1,2=0.5:1.0:6", "--methods", "ccsd-t", "-q")
    assert found.code == 0, found.err
    assert max(map(len, found.out.splitlines())) <= 80
    assert "ω_e x_e" in found.out
    assert "nonparallelity" in found.out


def test_points_are_added_where_the_curve_is_bent(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = str(write_file("h2.yaml", H2))
    found = run_vqe("scan", path, "--distance", "1,2=0.5:2.9:5", "--refine", "3", "--json", "-q")
    points = found.record["points"]
    added = [point["value"] for point in points if point["refined"]]
    assert len(points) == 8
    assert {0.8, 1.4} < set(added)  # on both sides of the bend at the minimum
    assert 2.6 not in added
    for point in points:
        assert point["energy"] == pytest.approx(hydrogen(point["value"])[1], abs=1e-6)


def test_a_killed_scan_keeps_its_points(
    run_vqe: RunVqe, write_file: WriteFile, state: Path
) -> None:
    path = write_file("h4.yaml", H4)
    arguments = ["scan", str(path), "--distance", "1,2=0.7:1.5:5", "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vqe_cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    kept: list[Path] = []
    deadline = time.monotonic() + 120
    while len(kept) < 3 and time.monotonic() < deadline:
        kept = list(state.parent.glob("scans/*/rows/*.json"))
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = list(state.parent.glob("scans/*/rows/*.json"))
    assert 3 <= len(kept) < 10
    again = run_vqe(*arguments, "--resume", "--json")
    assert again.code == 0, again.err
    points = again.record["points"]
    assert [len(point["directions"]) for point in points] == [2] * 5
    assert again.err.count(" Ha\n") <= 10 - len(kept)
    assert not list(state.parent.glob("scans/*"))


@pytest.mark.slow
def test_a_scan_stops_at_its_core_time_and_goes_on(run_vqe: RunVqe, write_file: WriteFile) -> None:
    command = ["scan", str(write_file("h2.yaml", H2)), "--distance", "1,2=0.7:0.8:2"]
    stopped = run_vqe(*command, "--workers", "1", "--json", "--resume", "--max-time", "1e-3")
    assert stopped.code == 3
    assert "no points of this scan are kept" in stopped.err
    assert run_vqe(*command, "--max-time", "nan").code == 2
    assert "--resume" in stopped.record["error"]["hint"]
    goes_on = run_vqe(*command, "--workers", "1", "--json", "--resume", "--max-time", "600")
    assert goes_on.code == 0, goes_on.err
    energies = [point["energy"] for point in goes_on.record["points"]]
    assert energies == pytest.approx([hydrogen(0.7)[1], hydrogen(0.8)[1]], abs=1e-6)
    assert [point["failed_directions"] for point in goes_on.record["points"]] == [{}, {}]


@pytest.mark.slow
def test_constants_do_not_depend_on_how_the_distance_is_given(
    run_vqe: RunVqe, write_file: WriteFile, tmp_path: Path
) -> None:
    """A Z-matrix in bohr, and geometries that are turned, moved and out of order."""
    bohr, values = 0.529177210903, np.linspace(0.6, 0.9, 7)
    zmatrix = 'molecule: {geometry: {zmatrix: "H; H 1 R; R = 1.4"}, units: bohr}\n'
    lengths = ",".join(f"{value / bohr:.12f}" for value in values)
    frames = tmp_path / "frames.xyz"
    frames.write_text(
        "".join(f"2\n\nH 0 1 0\nH {0.6 * r:.12f} {1 - 0.8 * r:.12f} 0\n" for r in values[::-1])
    )
    found = [
        run_vqe("scan", str(path), *coordinate, "--direction", "alone", "--json", "-q").record
        for path, coordinate in (
            (write_file("z.yaml", zmatrix), ("--variable", f"R={lengths}")),
            (write_file("h2.yaml", H2), ("--geometries", str(frames))),
        )
    ]
    expected = constants_of(("H", "H"), values.tolist(), [hydrogen(r)[1] for r in values])
    assert isinstance(expected, DiatomicConstants)
    for record in found:
        for constants in (record["constants"], record["reference_constants"]):
            assert constants["r_e"] == pytest.approx(expected.r_e, abs=1e-4)
            assert constants["omega_e"] == pytest.approx(expected.omega_e, abs=1.0)


def states_by_pyscf(distance: float) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """The three lowest ¹Σg+ states of H2 in 6-311G, over orthogonalised atomic orbitals."""
    mole = gto.M(atom=f"H 0 0 0; H 0 0 {distance}", basis="6-311g", symmetry="D2h", verbose=0)
    field = scf.RHF(mole).run(conv_tol=1e-12)
    solver = fci.direct_spin0_symm.FCI(mole)
    solver.nroots, solver.wfnsym, solver.conv_tol, solver.max_space = 3, "Ag", 1e-12, 40
    orbitals, norb = field.mo_coeff, mole.nao
    one = orbitals.T @ field.get_hcore() @ orbitals
    two = ao2mo.kernel(mole, orbitals)
    energies, vectors = solver.kernel(
        one, two, norb, (1, 1), ecore=mole.energy_nuc(), orbsym=field.get_orbsym()
    )
    values, axes = np.linalg.eigh(mole.intor("int1e_ovlp"))
    return energies, (axes * np.sqrt(values)) @ axes.T @ orbitals, list(vectors)


@pytest.mark.slow
def test_the_double_well_of_hydrogen_is_followed_through_its_avoided_crossing(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    """E and F ¹Σg+ exchange their characters near 1.4 Å; energies and overlaps by PySCF."""
    text = "molecule: {geometry: H 0 0 0; H 0 0 1, basis: 6-311g}\n"
    path = write_file("h2.yaml", f"{text}states: {{number: 6, method: qse, multiplicity: 1}}\n")
    found = run_vqe("scan", str(path), "--distance", "1,2=1.0,1.6", "--direction", "up", "--json",
                    "-q").record  # fmt: skip
    (before, there, first), (after, here, last) = (states_by_pyscf(r) for r in (1.0, 1.6))
    moved = [fci.addons.transform_ci(one, (1, 1), there.T @ here) for one in first]
    (exchange,) = found["exchanges"]
    assert exchange["states"] == ["2 singlet Ag", "3 singlet Ag"]
    expected = np.vdot(moved[1], last[2]) ** 2, np.vdot(moved[2], last[1]) ** 2
    assert exchange["squared_overlaps"] == pytest.approx(expected, abs=1e-3)
    followed = [
        point["states"][point["followed"]["2 singlet Ag"]]["energy"] for point in found["points"]
    ]
    assert followed == pytest.approx([before[1], after[2]], abs=1e-5)


def test_an_input_is_not_overwritten(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = str(write_file("h2.json", '{"molecule": {"geometry": "H 0 0 0; H 0 0 0.7"}}'))
    found = run_vqe("scan", path, "--distance", "1,2=0.7:0.8:2", "-o", path)
    assert found.code == 2


def test_a_number_of_the_input_is_scanned(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = str(write_file("h4.yaml", H4))
    found = run_vqe("scan", path, "--ansatz", "k-upccgsd", "--over", "ansatz.k=1,2", "--json", "-q")
    one, two = found.record["points"]
    assert [one["value"], two["value"]] == [1, 2]
    assert two["energy"] < one["energy"]
    assert one["reference_energy"] == two["reference_energy"]
    assert found.record["constants"] is None
    assert one["direction"] == "alone"


def test_ions_of_several_charges_are_those_of_pyscf(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = str(write_file("h3.yaml", "molecule: {geometry: H 0 0 0; H 0 0 1; H 0 0.9 0.5}\n"))
    found = run_vqe("scan", path, "--over", "molecule.charge=-1,1", "--json", "-q")
    for point in found.record["points"]:
        mole = gto.M(atom="H 0 0 0; H 0 0 1; H 0 0.9 0.5", charge=point["value"], verbose=0)
        solver = fci.addons.fix_spin_(fci.FCI(scf.RHF(mole).run()), ss=0)
        exact = solver.kernel()[0]
        assert point["reference_energy"] == pytest.approx(exact, abs=1e-7)


def test_an_angle_moves_one_hydrogen(run_vqe: RunVqe, write_file: WriteFile) -> None:
    water = "O 0 0 0; H 0 0.757 0.586; H 0 -0.757 0.586"
    text = f"molecule: {{geometry: {water}}}\nactive_space: {{name: frontier, electrons: 2,"
    path = str(write_file("water.yaml", f"{text} orbitals: 2}}\n"))
    found = run_vqe("scan", path, "--angle", "2,1,3=100,110", "--methods", "hf", "--json", "-q")
    length = np.hypot(0.757, 0.586)
    for point in found.record["points"]:
        angle = np.radians(point["value"])
        other = length * np.array([np.cos(angle), np.sin(angle)])
        atoms = f"O 0 0 0; H {length} 0 0; H {other[0]} {other[1]} 0"
        field = scf.RHF(gto.M(atom=atoms, verbose=0)).run()
        assert point["methods"]["hf"]["energy"] == pytest.approx(field.e_tot, abs=1e-7)


@pytest.mark.slow
def test_a_triangle_is_relaxed_along_one_side(run_vqe: RunVqe, write_file: WriteFile) -> None:
    text = "molecule: {geometry: H 0 0 0; H 0 0 0.9; H 0 0.8 0.45, charge: 1}\n"
    found = run_vqe(
        "scan", str(write_file("h3.yaml", text)), "--distance", "1,2=0.9,1.1",
        "--relaxed", "--json", "-q",
    )  # fmt: skip
    assert found.code == 0, found.err
    for point in found.record["points"]:
        base = point["value"]

        def energy(height: float, base: float = base) -> float:
            atoms = f"H 0 0 0; H 0 0 {base}; H 0 {height} {base / 2}"
            field = scf.RHF(gto.M(atom=atoms, charge=1, verbose=0)).run()
            return float(fci.FCI(field).kernel()[0])

        best = minimize_scalar(energy, bounds=(0.5, 1.2), method="bounded")
        assert point["energy"] == pytest.approx(best.fun, abs=1e-6)
        assert not point["differ"]


@pytest.mark.slow
def test_a_variable_and_a_list_of_geometries_give_the_same_curve(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    zmatrix = "molecule: {geometry: {zmatrix: 'H; H 1 R; R=0.7'}}\n"
    frames = "".join(f"2\n{length}\nH 0 0 0\nH 0 0 {length}\n" for length in (0.6, 0.8))
    path, list_of_them = str(write_file("z.yaml", zmatrix)), str(write_file("path.xyz", frames))
    for arguments in (("--variable", "R=0.6,0.8"), ("--geometries", list_of_them)):
        found = run_vqe("scan", path, *arguments, "--json", "-q")
        assert found.code == 0, found.err
        for point, length in zip(found.record["points"], (0.6, 0.8), strict=True):
            assert point["energy"] == pytest.approx(hydrogen(length)[1], abs=1e-6)


def test_curves_of_excited_states_are_those_of_full_ci(
    run_vqe: RunVqe, write_file: WriteFile, tmp_path: Path
) -> None:
    """H2 in a minimal basis: two singlets of A1g, and the triplet and singlet of A1u."""
    table, plot = tmp_path / "states.csv", tmp_path / "states.png"
    found = run_vqe(
        "scan", str(write_file("h2.yaml", H2)), "--distance", "1,2=0.7,1.4", "--states", "4",
        "--direction", "up", "--json", "-q", "-o", str(table), "--plot", str(plot),
    )  # fmt: skip
    assert found.code == 0, found.err
    points = found.record["points"]
    names = list(points[0]["states"])
    assert [name.split()[:2] for name in names] == [
        ["1", "singlet"], ["1", "triplet"], ["1", "singlet"], ["2", "singlet"],
    ]  # fmt: skip
    for point in points:
        mole = gto.M(atom=f"H 0 0 0; H 0 0 {point['value']}", basis="sto-3g", verbose=0)
        roots = fci.FCI(scf.RHF(mole).run(conv_tol=1e-12)).kernel(nroots=4)[0]
        energies = [point["states"][name]["energy"] for name in names]
        assert sorted(energies) == pytest.approx(sorted(roots), abs=1e-6)
    header, first, _ = list(csv.reader(table.read_text().splitlines()))
    row = dict(zip(header, first, strict=True))
    assert float(row[names[1]]) == points[0]["states"][names[1]]["energy"]
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_corrected_energies_have_a_curve(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """NEVPT2 of PySCF over the same (2, 2) space of LiH."""
    text = (
        "molecule: {geometry: Li 0 0 0; H 0 0 1.6}\n"
        "active_space: {name: frontier, electrons: 2, orbitals: 2}\ncorrection: nevpt2\n"
    )
    found = run_vqe(
        "scan", str(write_file("lih.yaml", text)), "--distance", "1,2=1.5,1.8",
        "--direction", "up", "--json", "-q",
    )  # fmt: skip
    assert found.code == 0, found.err
    for point in found.record["points"]:
        mole = gto.M(atom=f"Li 0 0 0; H 0 0 {point['value']}", basis="sto-3g", verbose=0)
        space = mcscf.CASCI(scf.RHF(mole).run(conv_tol=1e-12), 2, 2)
        space.canonicalization, space.natorb = True, False
        energy = space.kernel()[0]
        assert point["energy"] == pytest.approx(energy, abs=1e-6)
        corrected = energy + mrpt.NEVPT(space).kernel()
        assert point["corrected"]["nevpt2"]["energy"] == pytest.approx(corrected, abs=1e-6)
    assert found.record["statistics"]["vqe+nevpt2"]["label"] == "VQE + NEVPT2"


def test_a_failed_point_spoils_no_other(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = str(write_file("h2.yaml", H2))
    found = run_vqe("scan", path, "--over", "molecule.multiplicity=1,2,3", "--json", "-q")
    assert found.code == 2
    singlet, doublet, triplet = found.record["points"]
    assert doublet["failure"]["kind"] == "input"
    assert singlet["energy"] is not None
    assert triplet["energy"] is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "one coordinate"),
        (("--distance", "1,2=1,2", "--angle", "1,2,3=1,2"), "one coordinate"),
        (("--distance", "1,3=1,2"), "no atom 3"),
        (("--distance", "1,2=1:2"), "START:STOP:POINTS"),
        (("--distance", "1,2=1:2:5000"), "2 to 1000 points"),
        (("--over", "ansats.k=1,2"), "ansats"),
        (("--over", "ansatz.k"), "KEY=VALUES"),
        (("--over", "molecule.charge=0,0.5"), "whole number"),
        (("--over", "molecule.charge=0,2", "--refine", "2"), "only added along a geometry"),
        (("--over", "molecule.charge=0,2", "--relaxed"), "--relaxed needs"),
        (("--distance", "1,2=1,2", "--methods", "dft"), "dft"),
        (("--distance", "1,2=1,2", "--methods", "hf,hf"), "listed twice"),
        (("--distance", "1,2=1,2", "-o", "x.txt"), "extension"),
    ],
)
def test_what_is_wrong_is_refused_before_any_point(
    run_vqe: RunVqe, write_file: WriteFile, arguments: tuple[str, ...], message: str
) -> None:
    found = run_vqe("scan", str(write_file("h2.yaml", H2)), *arguments)
    assert found.code == 2
    assert message in found.err


def test_a_scan_whose_points_take_longer_than_allowed_is_refused(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    path = str(write_file("h2.yaml", H2))
    found = run_vqe("scan", path, "--distance", "1,2=0.7,0.8", "--time-limit", "0.01", "--json")
    assert found.code == 3
    assert "the time limit" in found.record["error"]["message"]


def test_curves_of_a_degenerate_state_keep_to_one_component(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    """The orbitals of HF+, a ²Π state, are those of one component, which is then the lower one."""
    path = write_file(
        "hf.yaml",
        "molecule: {geometry: H 0 0 0; F 0 0 0.95, charge: 1, multiplicity: 2, basis: 6-31g}\n"
        "active_space: {name: frontier, electrons: 5, orbitals: 5}\n",
    )
    values = "1,2=0.8,0.9,1.0,1.2,1.4"
    found = run_vqe("scan", str(path), "--distance", values, "--states", "2", "--json", "-q")
    assert found.code == 0, found.err
    states = [point["states"] for point in found.record["points"]]
    order = [sorted(one, key=lambda name: one[name]["energy"]) for one in states]
    assert order == [order[0]] * len(states)
    assert found.record["constants"] is None  # five points determine four derivatives, and no error
