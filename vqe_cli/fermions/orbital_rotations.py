"""Rotations of orbitals at the end of a product of excitations."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli.fermions.excitations import ExcitationProduct, Rotation, acting, orbital_rotation


def with_orbital_rotations(product: ExcitationProduct) -> ExcitationProduct:
    """The product followed by a rotation of each pair of orbitals, the same for both spins.

    Any orthogonal matrix is a product of such Givens rotations. The new parameters come last.

    Args:
        product: The product of excitations.
    """
    pairs = combinations(range(product.norb), 2)
    groups = acting(product.norb, product.nelec, (orbital_rotation(p, q) for p, q in pairs))
    first = product.num_parameters
    added = (
        Rotation(excitation, first + number)
        for number, group in enumerate(groups)
        for excitation in group
    )
    return replace(
        product,
        rotations=(*product.rotations, *added),
        num_parameters=first + len(groups),
    )


def rotation_matrix(product: ExcitationProduct, x: Vector, first: int) -> FloatArray:
    """The matrix U of the orbital rotations that follow a product, shape (norb, norb).

    The whole product over orbitals ``φ`` is the product without its rotations over the orbitals
    ``φ'_r = Σ_s φ_s U_sr``.

    Args:
        product: A product by `with_orbital_rotations`.
        x: Parameters, shape (num_parameters,).
        first: Index of the first parameter of a rotation of orbitals.
    """
    matrix = np.eye(product.norb)
    done: set[int] = set()
    for rotation in product.rotations:
        if rotation.parameter < first or rotation.parameter in done:
            continue
        done.add(rotation.parameter)  # the same rotation of the other spin follows
        ((q, _),), ((p, _),) = rotation.excitation.create, rotation.excitation.annihilate
        angle = rotation.factor * float(x[rotation.parameter])
        cosine, sine = np.cos(angle), np.sin(angle)
        rows = matrix[[p, q]]
        matrix[p] = cosine * rows[0] - sine * rows[1]
        matrix[q] = sine * rows[0] + cosine * rows[1]
    return matrix
