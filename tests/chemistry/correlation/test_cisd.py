"""The CISD state where perturbation theory has no start for it."""

import numpy as np
import pytest
from pyscf import fci

from vqe_cli.chemistry.correlation.cisd import cisd_state
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import look_up_parts
from vqe_cli.schema import spec_from_data

pytestmark = pytest.mark.quick


def test_orbitals_without_a_gap_have_a_state() -> None:
    """Hubbard's ring of four sites, half filled: the level at the Fermi energy is degenerate."""
    ring = {"model": "hubbard", "lattice": "ring", "sites": 4, "interaction": 8.0}
    spec = spec_from_data({"hamiltonian": ring})
    problem = build_problem(spec, look_up_parts(spec).active_space)
    assert isinstance(problem, ElectronicProblem)
    state = cisd_state(problem)
    assert state is not None
    assert np.linalg.norm(state) == pytest.approx(1.0)
    integrals = (problem.h1, problem.h2, problem.norb, problem.nelec)
    energy = fci.direct_spin1.energy(*integrals[:2], state, *integrals[2:])
    assert energy + problem.core_energy < problem.hartree_fock_energy
