"""Heat-bath configuration interaction by PyCI."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Need, Size
from vqe_cli.classical import ClassicalEnergy, ClassicalMethod, electrons_of
from vqe_cli.errors import NotConvergedError, UnavailableError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

BYTES_PER_ELEMENT, BYTES_PER_DETERMINANT = 16, 500
"""Memory of an element of the sparse Hamiltonian, and of a determinant with its vectors, bytes. At
most ``norb²`` elements of a row differ from zero; it is 60 for N2 with 28 orbitals and 3600
determinants."""

SECONDS_PER_NEIGHBOUR = 1e-7
"""Time of a determinant that differs by one or two electrons from a selected one, seconds."""

MAX_CYCLES = 100
"""Maximum number of cycles of selection and diagonalisation."""

GROWTH = 0.01
"""Share of new determinants below which the selection has ended."""

SPIN_TOLERANCE = 0.02
"""Largest deviation of S² of an accepted state; a truncated space is not closed under S²."""


class PyCi(ClassicalMethod):
    """Heat-bath configuration interaction by PyCI; variational, with a perturbative correction.

    Determinants are selected one by one from the reference determinant on. The energy is the
    variational one; the notes have that with Epstein-Nesbet perturbation theory. One thread
    computes.

    Reference:
        Holmes, Tubman and Umrigar, J. Chem. Theory Comput. 12, 3674 (2016); PyCI: Richer et al.,
        J. Chem. Phys. 161, 132502 (2024).
    """

    label: ClassVar[str] = "HCI"
    variational: ClassVar[bool] = True

    select_cutoff: float = Field(
        default=5e-4,
        gt=0,
        le=1,
        description="Smallest product of coefficient and integral for which a determinant is "
        "selected.",
    )
    perturbation_cutoff: float = Field(
        default=1e-6,
        gt=0,
        le=1,
        description="Smallest product of coefficient and integral in the perturbative correction.",
    )
    max_determinants: int = Field(
        default=100_000, ge=1, description="Number of determinants at which growth ends."
    )

    def needs(self, size: Size, qubits: int, memory: Memory) -> Iterator[Need]:
        """The memory and time of the sparse Hamiltonian of the largest space."""
        count = min(size.sector_dimension, self.max_determinants)
        elements = count * min(count, size.norb**2)
        yield Need(
            f"HCI over up to {count:,} determinants",
            BYTES_PER_ELEMENT * elements + BYTES_PER_DETERMINANT * count,
            hint="a smaller max_determinants",
            seconds=SECONDS_PER_NEIGHBOUR * count * _neighbours(size),
        )

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The variational energy of PyCI; that with the correction is in the notes."""
        problem = electrons_of(encoding, self.label)
        if problem.sector_dimension == 1:
            return ClassicalEnergy(problem.hartree_fock_energy)
        need = next(self.needs(problem.size, encoding.num_qubits, encoding.memory))
        encoding.memory.refuse_if_larger(need.memory, need.what, "a smaller max_determinants")
        pyci = _pyci()
        operator = pyci.secondquant_op(
            problem.core_energy, problem.h1, np.ascontiguousarray(problem.h2.transpose(0, 2, 1, 3))
        )
        more, fewer = max(problem.nelec), min(problem.nelec)
        space = pyci.fullci_wfn(problem.norb, more, fewer)  # without a field Sz and −Sz are one
        space.add_hartreefock_det()
        energy, vector, complete = self._grown(pyci, operator, space)
        excess = _spin_squared(pyci, space, vector, problem) - problem.spin_squared
        if abs(excess) > SPIN_TOLERANCE:
            raise NotConvergedError(
                f"HCI found a state with S² off by {excess:+.3f}",
                hint="a smaller select_cutoff, or dmrg, which has the exact spin",
            )
        corrected = pyci.compute_enpt2(
            operator, space, vector, energy, eps=self.perturbation_cutoff, nthread=1
        )
        notes: dict[str, object] = {
            "determinants": len(space),
            "complete": complete,
            "s_squared": problem.spin_squared + excess,
            "energy_with_perturbation": float(corrected),
        }
        return ClassicalEnergy(energy, notes=notes)

    def _grown(self, pyci: Any, operator: Any, space: Any) -> tuple[float, FloatArray, bool]:
        """The energy and vector of the selected space, and whether the selection has ended."""
        matrix = pyci.sparse_op(operator, space, symmetric=True)
        energy, vector = 0.0, np.ones(1)
        for _ in range(MAX_CYCLES):
            before = len(space)
            pyci.add_hci(operator, space, vector, eps=self.select_cutoff, nthread=1)
            matrix.update(operator, space)
            guess = np.pad(vector, (0, len(space) - before))
            energies, vectors = matrix.solve(n=1, c0=guess, tol=1e-9)
            energy, vector = float(energies[0]), vectors[0]
            if len(space) - before <= GROWTH * before:
                return energy, vector, True
            if len(space) >= self.max_determinants:
                return energy, vector, False
        return energy, vector, False


def _pyci() -> Any:
    """The package PyCI.

    Raises:
        UnavailableError: It is not installed.
    """
    try:
        import pyci
    except ModuleNotFoundError:
        hint = "pip install 'vqe-cli[pyci]'"
        raise UnavailableError("HCI needs the package qc-PyCI", hint=hint) from None
    return pyci


def _spin_squared(pyci: Any, space: Any, vector: FloatArray, problem: ElectronicProblem) -> float:
    """S² of a vector, from its two-particle density matrix."""
    _, pairs = pyci.compute_rdms(space, vector)
    exchanged = float(np.einsum("pqqp->", pairs[2]))
    spin_z = abs(problem.spin_z)
    return spin_z * (spin_z + 1) + min(problem.nelec) - exchanged


def _neighbours(size: Size) -> int:
    """The number of determinants that differ by one or two electrons from one."""
    singles = [count * (size.norb - count) for count in size.nelec]
    pairs = [comb(count, 2) * comb(size.norb - count, 2) for count in size.nelec]
    return sum(singles) + sum(pairs) + singles[0] * singles[1]
