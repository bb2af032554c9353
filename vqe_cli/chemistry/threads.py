"""How many threads PySCF gets: small problems run faster on one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vqe_cli.machine import available_threads

WORTH_A_SECOND_THREAD = 40_000
"""Elements of the work array from which OpenMP repays its start-up."""


@contextmanager
def threads_for(size: int) -> Iterator[int]:
    """Set PySCF's threads for work on `size` numbers while the context lasts."""
    from pyscf import lib

    count = available_threads() if size >= WORTH_A_SECOND_THREAD else 1
    with lib.with_omp_threads(count):
        yield count
