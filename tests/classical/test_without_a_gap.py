"""Problems whose HOMO and LUMO have the same energy: a finite energy, or a refusal that says why.

The Hubbard model of cyclobutadiene with U = 4 and hopping −1 has two degenerate orbitals with two
electrons. Its exact energy is −2.1027484834 (Schumann, Ann. Phys. (Leipzig) 11, 49 (2002)).
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.problems import encoding_of
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.classical import CLASSICAL_METHODS
from vqe_cli.errors import NotConvergedError, UnavailableError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.parts import look_up_parts
from vqe_cli.schema import spec_from_data

EXACT = -2.1027484834


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> ElectronicProblem:
    path = tmp_path_factory.mktemp("ring") / "ring.fcidump"
    lines = ["&FCI NORB=4,NELEC=4,MS2=0,", " ORBSYM=1,1,1,1,", " ISYM=1,", "&END"]
    lines += [f"4.0 {site} {site} {site} {site}" for site in (1, 2, 3, 4)]
    lines += ["-1.0 2 1 0 0", "-1.0 3 2 0 0", "-1.0 4 3 0 0", "-1.0 4 1 0 0", "0.0 0 0 0 0", ""]
    path.write_text("\n".join(lines))
    spec = spec_from_data({"fcidump": {"file": str(path)}})
    problem = build_problem(spec, look_up_parts(spec).active_space)
    assert isinstance(problem, ElectronicProblem)
    return problem


@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
@pytest.mark.parametrize("name", CLASSICAL_METHODS.names())
def test_no_method_fails_without_a_reason(ring: ElectronicProblem, name: str) -> None:
    method = CLASSICAL_METHODS.create(name)
    try:
        found = method.solve(encoding_of(ring))
    except (NotConvergedError, UnavailableError) as error:
        pytest.skip(error.message)
    if not found.converged:
        return
    assert np.isfinite(found.energy)
    if method.variational:
        assert found.energy >= EXACT - 1e-9


def test_mp2_says_that_it_diverges(ring: ElectronicProblem) -> None:
    with pytest.raises(NotConvergedError, match="MP2 diverges"):
        CLASSICAL_METHODS.create("mp2").solve(encoding_of(ring))


@pytest.mark.parametrize("name", ["fci", "selected-ci"])
def test_configuration_interaction_is_exact(ring: ElectronicProblem, name: str) -> None:
    found = CLASSICAL_METHODS.create(name).solve(encoding_of(ring))
    assert found.energy == pytest.approx(EXACT, abs=1e-8)
