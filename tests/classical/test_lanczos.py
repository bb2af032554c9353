"""Lanczos' method for many spins: formulas, published energies, and matrices written out."""

from __future__ import annotations

from math import pi, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.quantum_info import SparsePauliOp

from tests.problems import qubit_encoding
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.classical import CLASSICAL_METHODS, _lanczos
from vqe_cli.classical._lanczos import Spins
from vqe_cli.classical.reference_energy import exact_energy_of
from vqe_cli.errors import ResourceLimitError
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.records import ReferenceRecord

LABELS = st.text(alphabet="IXYZ", min_size=5, max_size=5)


def encoding_of_model(**options: object) -> Encoding:
    spec = spec_from_data({"hamiltonian": options, "max_memory": "1 GB"})
    parts = look_up_parts(spec)
    return Encoding(build_problem(spec, parts.active_space), parts.mapper, spec.memory)


def reference_of(**options: object) -> ReferenceRecord:
    found, _ = exact_energy_of(CLASSICAL_METHODS.create("auto"), encoding_of_model(**options))
    assert found is not None
    return found


def test_the_ring_of_sixteen_spins_has_its_published_energy_and_gap() -> None:
    """Energy and gap of singlet and triplet for each site (Medeiros and Cabrera, PRB 43, 3703)."""
    found = reference_of(model="heisenberg", sites=16, lattice="ring")
    assert found.energy / 16 == pytest.approx(-0.4463935, abs=1e-7)
    assert found.gap == pytest.approx(0.27019, abs=1e-5)


def test_a_critical_chain_of_fifteen_spins_is_pfeutys() -> None:
    found = reference_of(model="ising", sites=15)
    assert found.energy == pytest.approx(1 - 1 / sin(pi / 62), abs=1e-9)
    assert found.gap == pytest.approx(4 * sin(pi / 62), abs=1e-8)


def test_a_strong_field_turns_all_spins_over() -> None:
    """The ground state is not in the sector of the classical antiferromagnet: counted by hand."""
    found = reference_of(model="heisenberg", sites=15, field=3.0)
    assert found.energy == pytest.approx(14 / 4 - 15 * 1.5, abs=1e-10)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.dictionaries(LABELS, st.floats(-2, 2), min_size=1, max_size=6), st.booleans())
def test_levels_are_the_lowest_eigenvalues(paulis: dict[str, float], conserving: bool) -> None:
    paulis = {**paulis, "IIIII": 0.5}
    if conserving:  # bonds of XXZ, and of Dzyaloshinskii and Moriya, which are imaginary
        paulis = {"XXIII": 0.7, "YYIII": 0.7, "IIXYI": -0.4, "IIYXI": 0.4, "IZIIZ": 0.3} | {
            label: value for label, value in paulis.items() if not set(label) & set("XY")
        }
    expected = np.linalg.eigvalsh(SparsePauliOp.from_list(list(paulis.items())).to_matrix())
    spins = Spins(qubit_encoding(paulis))
    assert spins.conserves_magnetisation or not conserving
    found = spins.lowest(4)
    assert found[0] == pytest.approx(expected[0], abs=1e-8)
    for energy in found:
        assert np.abs(expected - energy).min() < 1e-7


def test_levels_beyond_an_incomplete_sector_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first excited level of a degenerate sector is not skipped for one of another sector."""
    monkeypatch.setattr(_lanczos, "DENSE_UP_TO", 8)
    encoding = encoding_of_model(model="heisenberg", sites=8, lattice="ring")
    expected = np.linalg.eigvalsh(encoding.hamiltonian.to_matrix())
    distinct = expected[np.insert(np.diff(expected) > 1e-6, 0, True)]
    found = Spins(encoding).lowest(4)
    levels = found[np.insert(np.diff(found) > 1e-6, 0, True)]
    np.testing.assert_allclose(levels, distinct[: len(levels)], atol=1e-8)


def test_memory_and_time_are_known_before() -> None:
    small, large = (Spins(encoding_of_model(model="ising", sites=sites)).need for sites in (16, 30))
    assert small.seconds < 60 < large.seconds
    assert large.memory > 1e9
    encoding = encoding_of_model(model="ising", sites=30)
    assert CLASSICAL_METHODS.create("auto").resolve(encoding) is None
    with pytest.raises(ResourceLimitError, match="30 qubits") as caught:
        CLASSICAL_METHODS.create("numpy").solve(encoding)
    assert "reference: none" in (caught.value.hint or "")
