"""Ghost atoms against PySCF's own, and counterpoise done by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from pyscf import gto, scf

from tests.problems import H2O, problem_of, spec_of
from vqe_cli.analysis.exports import EXPORTS, Exportable
from vqe_cli.analysis.inspection import inspect_problem
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.mean_fields import mean_field_of

DONOR = ("O -1.551007 -0.114520 0", "H -1.934259 0.762503 0", "H -0.599677 0.040712 0")
ACCEPTOR = (
    "O 1.350625 0.111469 0",
    "H 1.680398 -0.373741 -0.758561",
    "H 1.680398 -0.373741 0.758561",
)
"""The water dimer of the S22 set (Jurečka et al., PCCP 8, 1985 (2006)), in Ångström."""


def field_of(lines: tuple[str, ...], **molecule: Any) -> MeanField:
    spec = spec_of({"geometry": "\n".join(lines), **molecule}).molecule
    assert spec is not None
    return mean_field_of(spec)


def by_pyscf(atoms: str, basis: str = "sto-3g", charge: int = 0) -> Any:
    method = scf.RHF(gto.M(atom=atoms, basis=basis, charge=charge, verbose=0))
    method._chkfile.close()
    method.chkfile = None
    method.conv_tol = 1e-12
    return method.run()


def ghosts(lines: tuple[str, ...], mark: str) -> tuple[str, ...]:
    return tuple(mark + line for line in lines)


@pytest.mark.parametrize("mark", ["@", "ghost-"])
def test_counterpoise_of_the_water_dimer(mark: str) -> None:
    in_dimer = field_of((*DONOR, *ghosts(ACCEPTOR, mark)), basis="6-31g")
    by_hand = by_pyscf(";".join((*DONOR, *ghosts(ACCEPTOR, "ghost-"))), "6-31g")
    assert in_dimer.mole.nelectron == 10
    assert in_dimer.num_orbitals == 26
    assert in_dimer.report.energy == pytest.approx(by_hand.e_tot, abs=1e-8)
    alone = field_of(DONOR, basis="6-31g").report.energy
    assert -5e-3 < in_dimer.report.energy - alone < -1e-4


def test_frozen_core_counts_no_ghost() -> None:
    geometry = "\n".join((*DONOR, *ghosts(ACCEPTOR, "@")))
    problem = problem_of({"geometry": geometry}, active_space="frozen-core")
    assert (problem.frozen_electrons, problem.nelec, problem.norb) == (2, (4, 4), 13)


def test_dipole_has_no_nuclear_part_from_ghosts() -> None:
    lines = ("Li 0 0 0", "H 0 0 1.6", "@H 0.3 0 3.2")
    problem = problem_of({"geometry": "\n".join(lines)})
    assert problem.dipole is not None
    occupied = np.einsum("xii->x", problem.dipole.integrals[:, :2, :2])
    found = problem.dipole.core - 2 * occupied
    expected = by_pyscf("Li 0 0 0; H 0 0 1.6; ghost-H 0.3 0 3.2").dip_moment(unit="AU", verbose=0)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_point_group_respects_ghosts() -> None:
    atoms = H2O["geometry"].splitlines()
    assert field_of(tuple(atoms)).full_point_group == "C2v"
    one_ghost = field_of((*atoms[:2], "@" + atoms[2]), charge=-1)
    assert one_ghost.full_point_group == "Cs"
    assert one_ghost.mole.nelectron == 10


def test_core_potentials_stand_on_atoms_only() -> None:
    field = field_of(("H 0 0 0", "H 0 0 0.74", "@I 0 0 3"), basis="lanl2dz")
    assert field.mole.nelectron == 2
    assert not field.mole.has_ecp()
    named = field_of(("H 0 0 0", "H 0 0 0.74", "@I 0 0 3"), basis="lanl2dz", ecp="lanl2dz")
    assert not named.mole.has_ecp()
    assert named.report.energy == pytest.approx(field.report.energy, abs=1e-9)
    both = field_of(("H 0 0 0", "I 0 0 1.6", "@I 0 0 5"), basis="lanl2dz", ecp="lanl2dz").mole
    assert [both.atom_nelec_core(atom) for atom in range(3)] == [0, 46, 0]
    assert [both.atom_charge(atom) for atom in range(3)] == [1, 7, 0]


def test_qcschema_marks_ghosts() -> None:
    spec = spec_of({"geometry": "H 0 0 0\nH 0 0 0.74\n@H 0 0 2"})
    found = inspect_problem(spec)
    source = Exportable(spec, found.encoding, found.ansatz, found.selection)
    molecule = json.loads(EXPORTS.create("qcschema").text(source))
    assert molecule["molecule"]["symbols"] == ["H", "H", "H"]
    assert molecule["molecule"]["real"] == [True, True, False]
