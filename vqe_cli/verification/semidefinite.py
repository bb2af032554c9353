"""The semidefinite programme of the two-particle density matrix, solved by SCS."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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

FIRST_PIECE = 0.5
"""Share of the time limit of the first of two pieces, which leaves a bound if the second is killed,
and tells the second the step size and how long a factorisation takes."""

STEPS_BETWEEN_LOOKS = 25
"""Number of steps after which the optimiser looks at its clock."""

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


def better_multipliers(
    space: PairSpace, hamiltonian: FloatArray, seconds: float
) -> Iterator[Multipliers]:
    """Multipliers of the conditions whose bounds come near the highest, one after another.

    Args:
        space: The pairs.
        hamiltonian: The operator K, shape (norb²,)*2.
        seconds: Time limit, which the first factorisation can exceed, as its time is unknown.

    Yields:
        The multipliers after a part of the time, and at its end.

    Raises:
        UnavailableError: SCS is not installed.
    """
    end = time.perf_counter() + seconds
    programme = _Programme.of(space, hamiltonian)
    found = programme.solved(FIRST_PIECE * seconds)
    yield programme.multipliers(found)
    if found.solved:
        return
    limit = end - time.perf_counter() - found.overrun_s
    if limit > 0:
        yield programme.multipliers(programme.solved(limit, found))


@dataclass(frozen=True, eq=False)
class _Solution:
    """Where the optimiser has ended.

    Args:
        vectors: Its vectors x, y and s.
        info: What it says of itself.
    """

    vectors: Mapping[str, FloatArray]
    info: Mapping[str, Any]

    @property
    def solved(self) -> bool:
        return bool(self.info["status"] == SOLVED)

    @property
    def factorisation_s(self) -> float:
        """Time of a factorisation, seconds."""
        return 1e-3 * float(self.info["setup_time"])

    @property
    def overrun_s(self) -> float:
        """Time beyond its limit that it may take again, seconds.

        The first factorisation, and the steps between two looks at the clock, are beyond the limit.
        """
        step = 1e-3 * float(self.info["solve_time"]) / max(int(self.info["iter"]), 1)
        return self.factorisation_s + STEPS_BETWEEN_LOOKS * step


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

    def solved(self, seconds: float, before: _Solution | None = None) -> _Solution:
        """Where the optimiser ends.

        Args:
            seconds: Time limit of its steps.
            before: Where it starts, with the step size there; None for zeros.
        """
        try:
            import scs
        except ImportError:
            raise UnavailableError(
                "certified lower bounds need SCS", hint="pip install 'vqe-cli[bounds]'"
            ) from None
        solver = scs.SCS(
            {"A": self.matrix, "b": self.right, "c": self.objective},
            {"z": self.equations, "s": self.sizes},
            eps_abs=TOLERANCE,
            eps_rel=TOLERANCE,
            max_iters=MAX_ITERATIONS,
            time_limit_secs=max(seconds, SHORTEST),
            verbose=False,
            **({} if before is None else {"scale": before.info["scale"]}),
        )
        found = solver.solve(**({} if before is None else before.vectors))
        info = found["info"]
        LOG.info("SCS: %s after %d steps", info["status"], info["iter"])
        return _Solution({name: found[name] for name in ("x", "y", "s")}, info)

    def multipliers(self, found: _Solution) -> Multipliers:
        """The multipliers where the optimiser has ended.

        Args:
            found: Where.
        """
        dual, start = found.vectors["y"], self.equations + self.objective.size
        weights = _weights(self.space, self.cones, dual[start:])
        return Multipliers(weights, -dual[self.traces : self.equations], found.solved)


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
