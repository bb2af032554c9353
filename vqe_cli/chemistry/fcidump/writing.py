"""The writer of FCIDUMP files."""

from __future__ import annotations

from pathlib import Path

from vqe_cli.fermions.problem import ElectronicProblem


def write_fcidump(problem: ElectronicProblem, path: Path) -> None:
    """Write the active-space integrals of a problem.

    Args:
        problem: The problem; its irreps are omitted, since numberings differ between programs.
        path: The file to write.
    """
    from pyscf.tools import fcidump

    fcidump.from_integrals(
        str(path),
        problem.h1,
        problem.h2,
        problem.norb,
        sum(problem.nelec),
        nuc=problem.core_energy,
        ms=problem.nelec[0] - problem.nelec[1],
        tol=1e-14,
        float_format=" %.17g",
    )
