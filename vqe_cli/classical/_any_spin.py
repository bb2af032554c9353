"""The lowest state of a Hamiltonian that does not conserve the total spin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.seeds import guesses
from vqe_cli.classical._davidson import Eigenpair, lowest_eigenpair
from vqe_cli.fermions.determinants.hamiltonian import DirectUnrestricted
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.problem import ElectronicProblem

MODEL_SPACE = 400
"""Number of determinants of lowest energy whose Hamiltonian gives initial vectors."""

GUESSES = 4
"""Number of initial vectors from the model space."""


def lowest_of_any_spin(
    problem: ElectronicProblem, *, tolerance: float, dense_up_to: int, max_space: int, products: int
) -> Eigenpair:
    """The lowest eigenpair in the sector of the electrons, by PySCF's `direct_uhf`.

    Args:
        problem: The problem over alpha and beta orbitals that differ.
        tolerance: Error of the energy at the end, Hartree.
        dense_up_to: Largest number of determinants for full diagonalisation.
        max_space: Maximum number of vectors in Davidson's method.
        products: Maximum number of products with the Hamiltonian.

    Returns:
        The eigenpair; its value lacks the core energy.
    """
    from pyscf.fci import direct_uhf

    norb, nelec = problem.norb, problem.nelec
    h1, h2 = problem.spin_h1, problem.spin_h2
    diagonal = np.asarray(direct_uhf.make_hdiag(h1, h2, norb, nelec))
    size = diagonal.size
    count = size if size <= dense_up_to else MODEL_SPACE
    places, model = direct_uhf.pspace(h1, h2, norb, nelec, diagonal, count)
    values, vectors = np.linalg.eigh(model)
    if size <= dense_up_to:
        return Eigenpair(float(values[0]), _filled(size, places, vectors[:, 0]), 0.0, True)

    def starts() -> Iterator[FloatArray]:
        for vector in vectors.T[:GUESSES]:
            yield _filled(size, places, vector)
        noise = guesses().normal(size=size)
        yield noise / np.linalg.norm(noise)

    product = DirectUnrestricted(problem, SectorSpace(norb, nelec, (0,) * norb, 0))
    return lowest_eigenpair(
        product.times,
        diagonal,
        starts(),
        tolerance=tolerance,
        max_space=max_space,
        max_products=products,
    )


def _filled(size: int, places: FloatArray, values: FloatArray) -> FloatArray:
    """A vector with some values at their places, and zero elsewhere, shape (size,)."""
    vector = np.zeros(size)
    vector[np.asarray(places, dtype=np.int64)] = values
    return vector
