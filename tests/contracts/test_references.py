"""The contract of every classical method."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.problems import (
    EXACT_H2,
    SMALL_PROBLEMS,
    TWO_QUBIT_MODEL,
    encoding_of,
    named_problem,
    qubit_encoding,
)
from vqe_cli.classical import CLASSICAL_METHODS, ClassicalMethod
from vqe_cli.classical.reference_energy import solve_reference
from vqe_cli.errors import InputError, VqeError

EXTRAS = {"dmrg": "pyblock2", "pyci": "pyci"}
"""Modules of packages that are not always installed, by the method that needs them."""


@pytest.fixture(autouse=True)
def _installed(request: pytest.FixtureRequest) -> None:
    name = request.getfixturevalue("name")
    if name in EXTRAS:
        pytest.importorskip(EXTRAS[name])


every_reference = pytest.mark.parametrize("name", CLASSICAL_METHODS.names())


@every_reference
def test_has_a_label_as_chemists_write_it(name: str) -> None:
    assert CLASSICAL_METHODS.create(name).label.strip()


@every_reference
def test_hydrogen_lies_between_exact_and_hartree_fock(name: str) -> None:
    encoding = encoding_of("h2")
    found = CLASSICAL_METHODS.create(name).solve(encoding)
    assert found.converged
    upper = named_problem("h2").hartree_fock_energy
    assert EXACT_H2 - 1e-6 <= found.energy <= upper + 1e-10
    if found.exact:
        assert found.energy == pytest.approx(EXACT_H2, abs=1e-6)


@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
@every_reference
@pytest.mark.parametrize("problem", SMALL_PROBLEMS)
def test_every_shell_is_solved_or_refused_with_reasons(name: str, problem: str) -> None:
    """Full shells, no beta electrons, fewer alpha than beta: no crash, no NaN.

    Coupled cluster may diverge for integrals of nothing in particular, and then says so.
    """
    method = CLASSICAL_METHODS.create(name)
    try:
        found = method.solve(encoding_of(problem))
    except VqeError as error:
        pytest.skip(f"refused: {error.message}")
    assert np.isfinite(found.energy) or not found.converged
    if found.exact:
        exact = CLASSICAL_METHODS.create("fci").solve(encoding_of(problem)).energy
        assert found.energy == pytest.approx(exact, abs=1e-8)


@every_reference
def test_equal_inputs_give_equal_energies(name: str) -> None:
    """Equal to the last bit, except for ARPACK, which starts from a random vector."""
    first, second = (
        CLASSICAL_METHODS.create(name).solve(encoding_of("ch2-triplet")).energy for _ in range(2)
    )
    assert first == pytest.approx(second, abs=1e-11 if name in ("numpy", "auto") else 0.0)


@every_reference
def test_qubit_hamiltonians_are_solved_exactly_or_refused(name: str) -> None:
    encoding = qubit_encoding(TWO_QUBIT_MODEL["paulis"])
    method = CLASSICAL_METHODS.create(name)
    if name in ("auto", "numpy"):
        found = method.solve(encoding)
        assert found.energy == pytest.approx(-1 - np.sqrt(1.04), abs=1e-10)
        assert found.exact
    else:
        with pytest.raises(InputError, match=re.escape(method.label)) as caught:
            method.solve(encoding)
        assert caught.value.path == ("reference",)
        assert caught.value.hint


@every_reference
def test_record_says_whether_the_energy_is_exact(name: str) -> None:
    record = solve_reference(CLASSICAL_METHODS.create(name), encoding_of("h2"))
    assert record is not None
    resolved = CLASSICAL_METHODS.create(name).resolve(encoding_of("h2"))
    assert isinstance(resolved, ClassicalMethod)
    assert record.method == resolved.name
    assert record.wall_s >= 0
    exact = resolved.solve(encoding_of("h2")).exact
    assert ("exact" in record.notes and record.notes["exact"] is False) == (not exact)
