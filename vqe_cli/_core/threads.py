"""Numbers of threads by the size of a calculation; small ones are faster on one thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vqe_cli._core.resources import available_threads

WORTH_A_SECOND_THREAD = 100_000
"""Smallest size of a work array for which several threads pay off."""


def thread_count(size: int) -> int:
    """The number of threads for work on `size` numbers."""
    return available_threads() if size >= WORTH_A_SECOND_THREAD else 1


@contextmanager
def threads_for(size: int) -> Iterator[int]:
    """Limit BLAS and OpenMP for a whole stage of work on `size` numbers.

    Yields:
        The number of threads.
    """
    import scipy.linalg  # noqa: F401  # a BLAS must be loaded to be limited
    from pyscf import lib
    from threadpoolctl import threadpool_limits

    count = thread_count(size)
    with threadpool_limits(count), lib.with_omp_threads(count):
        yield count


@contextmanager
def pyscf_threads_for(size: int) -> Iterator[int]:
    """Limit only PySCF's own threads, cheaply enough for every product with a vector.

    Yields:
        The number of threads.
    """
    from pyscf import lib

    with lib.with_omp_threads(thread_count(size)) as count:
        yield count
