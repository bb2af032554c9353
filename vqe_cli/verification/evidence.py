"""The evidence of a claim, computed again."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.threads import threads_for
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.parts import Parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.files import read_parameters
from vqe_cli.verification.claim import Claim
from vqe_cli.verification.density_matrices import of_density
from vqe_cli.verification.recorded_runs import of_record
from vqe_cli.verification.records import Evidence
from vqe_cli.verification.sampled_space import of_bitstrings
from vqe_cli.verification.states import of_circuit, of_parameters


def recomputed(claim: Claim, parts: Parts, encoding: Encoding) -> Evidence:
    """What the evidence of a claim gives.

    Args:
        claim: The claim.
        parts: The parts of its spec.
        encoding: Its problem.

    Raises:
        InputError: The evidence does not fit the problem.
        ResourceLimitError: It is too large to be computed again.
        NotConvergedError: A method did not converge.
    """
    keys, folder = claim.keys, claim.spec.source.folder
    if claim.stored is not None:
        return of_record(claim.stored, claim.spec, parts, encoding)
    if keys.circuit is not None:
        return of_circuit(claim.path(keys.circuit), encoding)
    if keys.parameters is not None:
        return of_parameters(parts, encoding, _parameters(claim))
    if keys.bitstrings is not None:
        return of_bitstrings(keys.bitstrings, folder, encoding, keys.claim.energy, claim.spec.seed)
    if keys.density is not None:
        return of_density(keys.density, folder, encoding.problem)
    method = keys.claim.method
    return Evidence(kind="none", energy=None) if method is None else _of_method(method, encoding)


def _parameters(claim: Claim) -> Vector:
    given = claim.keys.parameters
    values = read_parameters(claim.path(given)) if isinstance(given, str) else given
    return np.array(values or (), dtype=float)


def _of_method(name: str, encoding: Encoding) -> Evidence:
    """The energy of a classical method."""
    method = CLASSICAL_METHODS.create(name, ("claim", "method"))
    with threads_for(encoding.vector_length):
        found = method.solve(encoding)
    notes = () if found.converged else ("the method did not converge",)
    return Evidence(
        kind="method",
        energy=found.energy if found.converged else None,
        variational=method.variational,
        notes=(f"energy by {method.label_for(encoding)}", *notes),
    )
