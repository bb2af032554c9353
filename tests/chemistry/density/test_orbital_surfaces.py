"""Surfaces against spheres, and orbitals against the chi distribution of a Gaussian."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import gto
from scipy.stats import chi

from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.chemistry.density.isosurfaces import isosurface
from vqe_cli.chemistry.density.orbital_surfaces import SHARE, orbital_surfaces, skeleton_of

pytestmark = pytest.mark.quick


def doubled_areas(triangles: np.ndarray) -> np.ndarray:
    """Normals of triangles with the length of twice their area."""
    return np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])


def test_surface_of_a_sphere_has_its_area_and_points_outwards() -> None:
    axis = np.arange(-20, 21)
    x, y, z = np.meshgrid(axis, axis, axis, indexing="ij")
    found = isosurface(-np.sqrt(x**2 + y**2 + z**2), -15.0)
    outwards = found.triangles.mean(axis=1) - 20
    np.testing.assert_allclose(np.linalg.norm(outwards, axis=1), 15, atol=0.05)
    area = np.linalg.norm(doubled_areas(found.triangles), axis=1).sum() / 2
    assert area == pytest.approx(4 * np.pi * 15**2, rel=0.01)
    assert np.einsum("nx,nx->n", found.normals, outwards).min() > 14
    assert len(isosurface(-np.ones((4, 4, 4)), 0.0).triangles) == 0


@pytest.mark.parametrize("exponent", [0.6, 0.01])
def test_surface_of_a_gaussian_encloses_its_share_of_the_density(exponent: float) -> None:
    """The diffuse one has a radius of 5 Å."""
    mole = gto.M(atom="H 0 0 0", basis={"H": [[0, [exponent, 1.0]]]}, spin=1, verbose=0)
    (found,) = orbital_surfaces(mole, np.ones((1, 1)))
    # The density exp(-2 a r²) is that of three normal numbers with variance 1/(4 a).
    expected = chi(3).ppf(SHARE) / np.sqrt(4 * exponent) * BOHR_IN_ANGSTROM
    radii = np.linalg.norm(found.positive.triangles.reshape(-1, 3), axis=1)
    np.testing.assert_allclose(radii, expected, rtol=0.03)
    assert len(found.negative.triangles) == 0


def test_lobes_of_a_p_orbital_lie_along_its_axis() -> None:
    mole = gto.M(atom="H 0 0 1", basis={"H": [[1, [0.8, 1.0]]]}, spin=1, verbose=0)
    (found,) = orbital_surfaces(mole, np.array([[0.0], [0.0], [1.0]]))
    assert found.positive.triangles.reshape(-1, 3)[:, 2].min() > 1
    assert found.negative.triangles.reshape(-1, 3)[:, 2].max() < 1


def test_water_has_two_bonds() -> None:
    mole = gto.M(atom="O 0 0 0.1173; H 0 0.7572 -0.4692; H 0 -0.7572 -0.4692", verbose=0)
    found = skeleton_of(mole)
    assert found.symbols == ("O", "H", "H")
    assert found.bonds == ((0, 1), (0, 2))
    np.testing.assert_allclose(found.positions[0], [0, 0, 0.1173], atol=1e-12)
