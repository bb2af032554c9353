"""Cube files, read back by PySCF and compared with its own values on the grid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import mcscf
from pyscf.dft import numint
from pyscf.tools.cubegen import Cube

from tests.analysis.exports.test_molden import problem, solved
from tests.problems import CH2, H2, frontier, pyscf_mean_field, spec_of
from vqe_cli import spec_from_data
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.analysis.exports import EXPORTS, Exportable
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.schema.run_spec import FcidumpSpec

METHYLENE = {"active_space": frontier(2, 2)}


def read_back(source: Exportable, folder: Path, **options: Any) -> tuple[np.ndarray, np.ndarray]:
    """The points, bohr, shape (n, 3), and the values there."""
    path = folder / "field.cube"
    path.write_text(EXPORTS.create({"name": "cube", **options}).text(source))
    assert source.selection is not None
    cube = Cube(source.selection.field.mole, 2, 2, 2)
    values = cube.read(str(path))
    lines = path.read_text().splitlines()[2:6]
    origin, *steps = (np.array([float(word) for word in line.split()[1:4]]) for line in lines)
    numbers = np.indices(values.shape).reshape(3, -1).T
    return origin + numbers @ np.array(steps), values.ravel()


def volume(points: np.ndarray, count: int) -> float:
    """The volume of a point, from the box of all."""
    sides = [np.unique(points[:, axis].round(4)) for axis in range(3)]
    assert np.prod([len(side) for side in sides]) == count
    return float(np.prod([side[1] - side[0] for side in sides]))


def test_the_density_is_that_of_pyscfs_casci(tmp_path: Path) -> None:
    points, values = read_back(solved(CH2, **METHYLENE), tmp_path, spacing=0.4)
    exact = mcscf.CASCI(pyscf_mean_field(CH2), 2, 2)
    exact.verbose = 0
    exact.kernel()
    for density, show in (
        (exact.make_rdm1(), None),
        (np.subtract(*exact.make_rdm1s()), "spin-density"),
    ):
        if show is not None:
            points, values = read_back(solved(CH2, **METHYLENE), tmp_path, spacing=0.4, show=show)
        ao = numint.eval_ao(exact.mol, points)
        expected = numint.eval_rho(exact.mol, ao, density)
        np.testing.assert_allclose(values, expected, rtol=2e-4, atol=2e-5)


def test_integrals_are_numbers_of_electrons(tmp_path: Path) -> None:
    source = solved(CH2, **METHYLENE)
    fine = {"spacing": 0.12, "margin": 3.0}
    points, spins = read_back(source, tmp_path, show="spin-density", **fine)
    cell = volume(points, spins.size)
    assert cell * spins.sum() == pytest.approx(2.0, abs=0.02)
    hydrogen = solved(H2)
    points, values = read_back(hydrogen, tmp_path, **fine)
    assert volume(points, values.size) * values.sum() == pytest.approx(2.0, abs=0.02)
    points, orbital = read_back(hydrogen, tmp_path, show="natural-orbital", number=1, **fine)
    assert volume(points, orbital.size) * (orbital**2).sum() == pytest.approx(1.0, abs=0.01)


def test_an_orbital_has_the_number_that_inspect_shows(tmp_path: Path) -> None:
    source = problem(CH2, **METHYLENE)
    points, values = read_back(source, tmp_path, show="orbital", number=4, spacing=0.5)
    assert source.selection is not None
    field = source.selection.field
    expected = numint.eval_ao(field.mole, points) @ field.mo_coeff[:, 3]
    np.testing.assert_allclose(values, expected, rtol=2e-4, atol=2e-5)


def test_before_it_is_solved_the_density_is_that_of_hartree_fock(tmp_path: Path) -> None:
    source = problem(CH2, **METHYLENE)
    points, values = read_back(source, tmp_path, spacing=0.5)
    exact = pyscf_mean_field(CH2)
    alpha, beta = exact.make_rdm1()
    expected = numint.eval_rho(exact.mol, numint.eval_ao(exact.mol, points), alpha + beta)
    np.testing.assert_allclose(values, expected, rtol=2e-3, atol=2e-4)
    assert "Hartree-Fock" in (tmp_path / "field.cube").read_text().splitlines()[0]


def test_the_box_surrounds_the_molecule_with_points_as_close_as_asked_for(tmp_path: Path) -> None:
    points, _ = read_back(problem(H2), tmp_path, spacing=0.3, margin=1.0)
    places = BOHR_IN_ANGSTROM * points
    assert places.min(axis=0) == pytest.approx([-1.0, -1.0, -1.0], abs=1e-5)
    assert places.max(axis=0) == pytest.approx([1.0, 1.0, 1.735], abs=1e-4)
    assert np.diff(np.unique(places[:, 2].round(5))).max() <= 0.3 + 1e-5


def test_a_ghost_has_no_charge_in_the_file() -> None:
    ghost = {"geometry": "He 0 0 0\n@H 0 0 1.0", "basis": "6-31g"}
    text = EXPORTS.create({"name": "cube", "spacing": 0.5}).text(problem(ghost))
    helium, other = text.splitlines()[6:8]
    assert (helium.split()[0], other.split()[0]) == ("2", "0")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"show": "orbital"}, "needs 'number'"),
        ({"number": 3}, "has no 'number'"),
        ({"show": "orbitals"}, "show"),
        ({"show": "orbital", "number": 0}, "number"),
        ({"spacing": 0.0}, "spacing"),
    ],
)
def test_impossible_options_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        EXPORTS.create({"name": "cube", **options})


def test_what_does_not_exist_or_does_not_fit_is_refused_before_the_run() -> None:
    source = problem({**H2}, max_memory="1 GB")
    assert source.selection is not None
    with pytest.raises(InputError, match="no orbital 3: they run from 1 to 2"):
        EXPORTS.create({"name": "cube", "show": "orbital", "number": 3}).check(source.selection)
    large = EXPORTS.create({"name": "cube", "spacing": 0.01, "margin": 20.0})
    with pytest.raises(ResourceLimitError, match="4001 × 4001 × 4075 points needs"):
        large.check(source.selection)


@pytest.mark.parametrize("name", ["cube", "molden"])
def test_only_molecules_have_orbitals_in_space(name: str) -> None:
    operator = spec_from_data({"hamiltonian": {"paulis": {"Z": 1.0}}})
    with pytest.raises(InputError, match="a qubit Hamiltonian does not have"):
        EXPORTS.create(name).refuse(operator)
    integrals = operator.model_copy(
        update={"hamiltonian": None, "fcidump": FcidumpSpec(file="x.fcidump")}
    )
    with pytest.raises(InputError, match="an FCIDUMP file does not have"):
        EXPORTS.create(name).refuse(integrals)
    EXPORTS.create(name).refuse(spec_of(H2))
