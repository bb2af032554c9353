"""The semidefinite programme of the two-particle density matrix, solved by SCS."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.log import package_logger
from vqe_cli.errors import UnavailableError
from vqe_cli.verification.pair_conditions import Condition, PairSpace, blocks

LOG = package_logger(__name__)

TOLERANCE = 1e-7
"""Tolerance of the optimiser, absolute and relative."""

MAX_ITERATIONS = 200_000

SOLVED = "solved"
"""The optimiser's word for success."""

PIECES = 5
"""Number of pieces of the time limit after each of which the optimiser can be stopped.

Each begins anew with the step size, so that many short ones are slower than few long ones.
"""

SHORTEST = 1e-3
"""Shortest time limit of the optimiser, which takes zero for none, seconds."""


@dataclass(frozen=True, eq=False)
class _Cone:
    """The lower triangle of a block of a matrix, with its other elements times √2, as SCS has it.

    Args:
        condition: The condition whose matrix has the block.
        rows: Rows of the block in the matrix.
    """

    condition: Condition
    rows: IntArray

    @property
    def places(self) -> tuple[IntArray, IntArray]:
        """Rows and columns of the triangle within the block, column by column."""
        columns, rows = np.triu_indices(self.rows.size)
        return rows, columns

    @property
    def scale(self) -> FloatArray:
        """One on the diagonal, √2 elsewhere."""
        rows, columns = self.places
        return np.where(rows == columns, 1.0, np.sqrt(2.0))

    @property
    def linear(self) -> sparse.csr_array:
        """The map from P, of length norb⁴, to the triangle."""
        rows, columns = (self.rows[places] for places in self.places)
        size = self.condition.dimension
        upper, lower = rows * size + columns, columns * size + rows
        found = 0.5 * (self.condition.linear[upper] + self.condition.linear[lower])
        return (sparse.diags_array(self.scale) @ found).tocsr()

    @property
    def constant(self) -> FloatArray:
        """The triangle of the constant part."""
        rows, columns = self.places
        return np.where(rows == columns, self.condition.constant, 0.0)

    def add(self, triangle: FloatArray, matrix: FloatArray) -> None:
        """Set the block of a matrix.

        Args:
            triangle: The triangle.
            matrix: The matrix, shape (dimension,)*2, which is changed.
        """
        rows, columns = (self.rows[places] for places in self.places)
        matrix[rows, columns] = matrix[columns, rows] = triangle / self.scale


@dataclass(frozen=True, eq=False)
class Multipliers:
    """Multipliers of the conditions of a pair space.

    Args:
        weights: A symmetric matrix for each of its `conditions`.
        factors: A number for each of its `equalities`.
        converged: Whether the optimiser that found them converged.
    """

    weights: Sequence[FloatArray]
    factors: FloatArray
    converged: bool = True


def best_multipliers(space: PairSpace, hamiltonian: FloatArray, seconds: float) -> Multipliers:
    """Multipliers of the conditions whose bound is about the highest.

    Args:
        space: The pairs.
        hamiltonian: The operator K, shape (norb²,)*2.
        seconds: Time limit, which only the factorisation at the beginning can exceed.

    Raises:
        UnavailableError: SCS is not installed.
    """
    try:
        import scs
    except ImportError:
        raise UnavailableError(
            "certified lower bounds need SCS", hint="pip install 'vqe-cli[bounds]'"
        ) from None
    end, piece = time.perf_counter() + seconds, max(seconds / PIECES, SHORTEST)
    programme = _Programme.of(space, hamiltonian)
    solver = scs.SCS(
        {"A": programme.matrix, "b": programme.right, "c": programme.objective},
        {"z": programme.equations, "s": programme.sizes},
        eps_abs=TOLERANCE,
        eps_rel=TOLERANCE,
        max_iters=MAX_ITERATIONS,
        time_limit_secs=piece,
        verbose=False,
    )
    found = solver.solve()
    # The time of the factorisation, which is over now, was unknown when the limit was set.
    while found["info"]["status"] != SOLVED and time.perf_counter() + piece <= end:
        found = solver.solve(warm_start=True, x=found["x"], y=found["y"], s=found["s"])
    status = found["info"]["status"]
    LOG.info("SCS: %s", status)
    return programme.multipliers(found["y"], converged=status == SOLVED)


@dataclass(frozen=True, eq=False)
class _Programme:
    """Minimise ``c·x`` where ``b − A x`` has zeros, then triangles of positive matrices.

    The variables x are the triangles of the blocks of D.

    Args:
        space: The pairs.
        matrix: The matrix A.
        right: The vector b.
        objective: The vector c, Hartree.
        traces: Number of equations for the traces of D, which come first.
        equations: Number of all equations.
        sizes: Sizes of the positive matrices: those of D, then those of `cones`.
        cones: The blocks of the conditions.
    """

    space: PairSpace
    matrix: sparse.csc_matrix
    right: FloatArray
    objective: FloatArray
    traces: int
    equations: int
    sizes: list[int]
    cones: Sequence[_Cone]

    @classmethod
    def of(cls, space: PairSpace, hamiltonian: FloatArray) -> _Programme:
        """The programme of the lowest energy.

        Args:
            space: The pairs.
            hamiltonian: The operator K, shape (norb²,)*2.
        """
        variables, others = list(_cones(space.pair_density)), list(_cones(space.conditions))
        density = sparse.hstack([cone.linear.T for cone in variables], format="csr")
        count = density.shape[1]
        traces, zero = _traces(space, variables), space.equalities @ density
        positive = [sparse.eye_array(count), *(cone.linear @ density for cone in others)]
        equations = traces.shape[0] + zero.shape[0]
        zeros = np.zeros(zero.shape[0] + count)
        constants = [cone.constant for cone in others]
        return cls(
            space=space,
            matrix=sparse.csc_matrix(sparse.vstack([traces, zero, *(-part for part in positive)])),
            right=np.concatenate([_nonzero_traces(space), zeros, *constants]),
            objective=density.T @ hamiltonian.ravel(),
            traces=traces.shape[0],
            equations=equations,
            sizes=[cone.rows.size for cone in (*variables, *others)],
            cones=others,
        )

    def multipliers(self, dual: FloatArray, *, converged: bool) -> Multipliers:
        """The multipliers in a dual vector.

        Args:
            dual: The vector, as long as b.
            converged: Whether the optimiser converged.
        """
        start = self.equations + self.objective.size
        weights = _weights(self.space, self.cones, dual[start:])
        return Multipliers(weights, -dual[self.traces : self.equations], converged)


def _cones(conditions: Sequence[Condition]) -> Iterator[_Cone]:
    """The blocks of the conditions by irrep."""
    for condition in conditions:
        for rows in blocks(condition.irreps):
            yield _Cone(condition, rows)


def _traces(space: PairSpace, variables: Sequence[_Cone]) -> sparse.csr_array:
    """The map from the triangles to the traces of the singlet and the triplet part of D."""
    rows = []
    for condition in space.pair_density:
        if condition.dimension:
            parts = [(cone.scale == 1.0) * float(cone.condition is condition) for cone in variables]
            rows.append(np.concatenate(parts))
    return sparse.csr_array(np.array(rows))


def _nonzero_traces(space: PairSpace) -> FloatArray:
    pairs = zip(space.pair_density, space.traces, strict=True)
    return np.array([trace for condition, trace in pairs if condition.dimension])


def _weights(space: PairSpace, cones: Sequence[_Cone], triangles: FloatArray) -> list[FloatArray]:
    """The dual matrices of the conditions from the triangles of their blocks."""
    found = {id(one): np.zeros((one.dimension,) * 2) for one in space.conditions}
    start = 0
    for cone in cones:
        stop = start + cone.scale.size
        cone.add(triangles[start:stop], found[id(cone.condition)])
        start = stop
    return [found[id(one)] for one in space.conditions]
