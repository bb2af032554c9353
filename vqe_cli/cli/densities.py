"""The file of reduced density matrices that ``vqe run --rdm`` writes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np

from vqe_cli._core.files import write_atomic
from vqe_cli.backends.objective import Objective
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.variational.density_properties import with_density
from vqe_cli.variational.observers import Observer
from vqe_cli.variational.solution import Solution


class DensityFile(Observer):
    """Keeps the density matrices of the final state; refuses early if there are none.

    The file is NumPy's .npz with ``rdm1`` (2, norb, norb), ``rdm2`` (norb,)*4, ``energy`` and
    ``core_energy``, as `Density` defines them.

    Args:
        path: Path of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._core_energy = 0.0
        self._content: bytes | None = None

    def on_problem(self, encoding: Encoding) -> None:
        """Keep the core energy."""
        if isinstance(encoding.problem, ElectronicProblem):
            self._core_energy = encoding.problem.core_energy

    def on_objective(self, objective: Objective) -> None:
        """Refuse a backend without density matrices before solving.

        Raises:
            InputError: The backend has no density matrices for this ansatz.
        """
        try:
            with_density(objective)
        except InputError as error:
            error.where = "--rdm"
            raise

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        """Compute the density matrices and keep them for `write`.

        Raises:
            ResourceLimitError: The matrices do not fit into memory; the checkpoint is kept.
        """
        try:
            density = with_density(objective).density(solution.x, two_body=True)
        except ResourceLimitError as error:
            error.hint = "repeat the command with --resume and without --rdm for the energy"
            raise
        assert density.two_body is not None
        content = BytesIO()
        np.savez(
            content,
            rdm1=density.one_body,
            rdm2=density.two_body,
            energy=np.float64(solution.energy.value),
            core_energy=np.float64(self._core_energy),
        )
        self._content = content.getvalue()

    def write(self) -> None:
        """Write the file if the run has finished.

        Raises:
            OSError: The file cannot be written.
        """
        if self._content is not None:
            write_atomic(self._path, self._content)
