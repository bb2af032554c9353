"""The problem that all rows of a comparison share: computed once, and measured apart from them."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqe_cli._core.files import write_atomic
from vqe_cli._core.sizes import Size
from vqe_cli.chemistry.early_refusals import integral_needs
from vqe_cli.chemistry.problem import build_problem, problem_over, select_any_orbitals
from vqe_cli.comparison.meter import Reading, metered
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.parts import look_up_parts
from vqe_cli.schema import RunSpec

FOLDER = "problems"
"""The folder of problems, beside the spool."""


@dataclass(frozen=True)
class SharedProblem:
    """A problem over the orbitals of the mean field, and what it took.

    Args:
        problem: The problem.
        mean_field: What mean field and choice of orbitals took.
        integrals: What the integrals over the active orbitals took.
    """

    problem: Problem
    mean_field: Reading
    integrals: Reading

    @property
    def size(self) -> Size | None:
        """Numbers of electrons and orbitals; None for a qubit Hamiltonian."""
        return self.problem.size if isinstance(self.problem, ElectronicProblem) else None

    @property
    def record(self) -> dict[str, Any]:
        """What the mean field and the integrals took, as plain data."""
        return {"mean_field": vars(self.mean_field), "integrals": vars(self.integrals)}


def shared_problem(spec: RunSpec) -> SharedProblem:
    """Compute a problem.

    Args:
        spec: The input, over the orbitals of the mean field.

    Raises:
        VqeError: The problem is impossible, too large, or its mean field does not converge.
    """
    space = look_up_parts(spec).active_space
    with metered() as field:
        electrons = not spec.of_qubits
        selection = select_any_orbitals(spec, space, integral_needs) if electrons else None
    with metered() as integrals:
        problem = build_problem(spec, space) if selection is None else problem_over(selection, spec)
    return SharedProblem(problem, field, integrals)


def problem_file(folder: Path, key: str) -> Path:
    """The file of a problem, which only this user can write.

    Args:
        folder: The folder of the comparison.
        key: Key of the problem.
    """
    return folder / FOLDER / f"{key}.pickle"


def keep_problem(path: Path, shared: SharedProblem) -> None:
    """Write a problem for the processes of the rows.

    Args:
        path: Path of the file.
        shared: The problem.
    """
    write_atomic(path, pickle.dumps(shared))


def kept_problem(path: Path) -> SharedProblem:
    """Read a problem that another process of this comparison has written.

    Args:
        path: Path of the file.
    """
    found: SharedProblem = pickle.loads(path.read_bytes())
    return found
