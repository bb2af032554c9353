"""The memory limit of PySCF's objects."""

from __future__ import annotations

from typing import Any

from vqe_cli._core.resources import Memory


def limit_memory(memory: Memory, *methods: Any) -> None:
    """Limit PySCF's methods, which write integrals to disk that do not fit.

    Args:
        memory: The memory limit.
        methods: PySCF's objects; their `max_memory`, in MB, counts what the process already holds.
    """
    from pyscf import lib

    for method in methods:
        method.max_memory = lib.current_memory()[0] + memory.usable / 1e6
