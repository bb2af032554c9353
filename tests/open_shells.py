"""Mean fields of open shells, for which several states are searched, shared by all modules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from vqe_cli.chemistry.scf import mean_fields
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.state_search import OnGuess
from vqe_cli.schema.molecule_spec import ScfSpec

MOST_FUNCTIONS = 40
"""Larger molecules are rarely those of another module, and their integrals take memory."""

_FIELDS: dict[str, MeanField] = {}


@contextmanager
def searched_once() -> Iterator[None]:
    """Within a block the same open shell is solved once for the process, in vacuum."""
    solve = mean_fields.solve_mean_field

    def remembered(
        mole: Any, options: ScfSpec, method: HartreeFock, on_guess: OnGuess
    ) -> MeanField:
        if mole.spin == 0 or mole.nao > MOST_FUNCTIONS or method != HartreeFock():
            return solve(mole, options, method, on_guess)
        functions = (mole._basis, mole._ecp, mole._pseudo, mole.cart)
        nuclei = (mole._atom, mole.nucmod, mole.nucprop)
        question = repr((functions, nuclei, mole.charge, mole.spin, mole.symmetry, options))
        if question not in _FIELDS:
            _FIELDS[question] = solve(mole, options, method, on_guess)
        return _FIELDS[question]

    with patch.object(mean_fields, "solve_mean_field", remembered):
        yield
