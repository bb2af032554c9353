"""Who hears of compilations: every block that is open, once."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy.sparse import random_array

from vqe_cli._core.numba_jit import FEW, Kernel, announced
from vqe_cli.fermions.determinants.kernels import sparse_times


def compile_something() -> None:
    numba.njit(lambda x: x + 1)(1)


def test_a_compilation_is_announced_once() -> None:
    told: list[str] = []
    with announced(lambda: told.append("compiling")):
        assert not told
        compile_something()
        compile_something()
    compile_something()
    assert told == ["compiling"]


def test_a_block_within_another_does_not_take_its_announcement_away() -> None:
    told: list[str] = []
    with announced(lambda: told.append("outer")):
        with announced(lambda: told.append("inner")):
            compile_something()
        assert sorted(told) == ["inner", "outer"]


def test_the_outer_block_hears_of_what_is_compiled_after_the_inner_one() -> None:
    told: list[str] = []
    with announced(lambda: told.append("outer")):
        with announced(lambda: told.append("inner")):
            pass
        compile_something()
    assert told == ["outer"]


def test_a_kernel_is_interpreted_for_few_steps() -> None:
    seen: list[int] = []
    kernel = Kernel(lambda values: seen.append(values.size))
    kernel.for_steps(FEW)(np.zeros(3))
    assert seen == [3]
    with pytest.raises(numba.NumbaError):
        kernel.for_steps(FEW + 1)(np.zeros(3))


@pytest.mark.parametrize("steps", [1, FEW + 1])
def test_interpreted_and_compiled_products_are_those_of_scipy(steps: int) -> None:
    matrix = random_array((9, 9), density=0.3, format="csr", random_state=1)
    vector, out = np.linspace(-1.0, 1.0, 9), np.empty(9)
    start = matrix.indptr.astype(np.uint64)
    times = sparse_times.for_steps(steps)
    times(matrix.data, matrix.indices.astype(np.uint32), start, vector, out)
    np.testing.assert_allclose(out, matrix @ vector, atol=1e-12)
