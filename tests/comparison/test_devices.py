"""What circuits need on a device."""

from __future__ import annotations

import numpy as np
import pytest

import vqe_cli
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.comparison.devices import largest_gate_error, mixed_energy
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding


def test_the_mixed_energy_is_the_trace_of_the_hamiltonian() -> None:
    spec = vqe_cli.spec_from_data({"molecule": {"geometry": "Li 0 0 0; H 0 0 1.6"}})
    parts = look_up_parts(spec)
    problem = build_problem(spec, parts.active_space)
    encoding = Encoding(problem, parts.mapper)
    identity = dict(encoding.hamiltonian.to_list())["I" * 12]
    assert mixed_energy(problem) == pytest.approx(float(np.real(identity)), abs=1e-9)


def test_the_mixed_energy_of_paulis_is_their_constant() -> None:
    spec = vqe_cli.spec_from_data({"hamiltonian": {"paulis": {"II": 0.25, "ZZ": 1.0, "XI": 0.5}}})
    problem = build_problem(spec, look_up_parts(spec).active_space)
    assert mixed_energy(problem) == 0.25


def test_the_largest_gate_error_by_hand() -> None:
    """100 gates and 0.8 Ha to the mixed state: 1.6 mHa / 80 Ha."""
    assert largest_gate_error(100, -1.0, -0.2) == pytest.approx(2e-5)
