"""What exports of orbitals in space share."""

from __future__ import annotations

from vqe_cli.analysis.exports import Exportable
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.errors import InputError
from vqe_cli.schema import MoleculeSpec, RunSpec


def molecule_in_space(spec: RunSpec, name: str) -> MoleculeSpec:
    """The molecule of a run, whose orbitals are known in space.

    Args:
        spec: The run's spec.
        name: Name of the format, for the message.

    Raises:
        InputError: The input holds integrals or a qubit Hamiltonian.
    """
    if spec.molecule is None:
        kind = "an FCIDUMP file" if spec.fcidump is not None else "a qubit Hamiltonian"
        raise InputError(f"{name} needs orbitals in space, which {kind} does not have")
    return spec.molecule


def selection_of(source: Exportable) -> OrbitalSelection:
    """The active orbitals of a molecule, the same ones for both spins.

    Args:
        source: The problem or the solved run, not of a qubit Hamiltonian.
    """
    assert isinstance(source.selection, OrbitalSelection)
    return source.selection
