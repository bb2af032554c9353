"""Mean fields of PySCF as those of runs, against CASCI of PySCF over the same orbitals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pyscf import gto, mcscf, scf

import vqe_cli
from tests.families import slow_but

WATER = "O 0 0 0; H 0 0.76 0.59; H 0 -0.76 0.59"

Make = Callable[[], Any]


def mole(atom: Any = WATER, basis: Any = "sto-3g", **options: Any) -> Any:
    return gto.M(atom=atom, basis=basis, verbose=0, **options)


def written(element: str, name: str) -> Any:
    return gto.basis.load(name, element)


FIELDS: dict[str, tuple[Make, int, tuple[int, int]]] = {
    "closed shell": (lambda: mole().RHF(), 4, (2, 2)),
    "triplet": (lambda: mole("O 0 0 0; O 0 0 1.2", spin=2).ROHF(), 4, (4, 2)),
    "cation in bohr": (
        lambda: mole("O 0 0 0; H 0 1.43 1.1; H 0 -1.43 1.1", unit="B", charge=1, spin=1).ROHF(),
        4,
        (4, 3),
    ),
    "one electron": (lambda: mole("H 0 0 0; H 0 0 1", "6-31g", charge=1, spin=1).ROHF(), 2, (1, 0)),
    "point group": (lambda: mole("N 0 0 0; N 0 0 1.1", symmetry="D2h").RHF(), 4, (2, 2)),
    "second order": (lambda: mole("N 0 0 0; N 0 0 1.1").RHF().newton(), 4, (2, 2)),
    "density fitting": (lambda: mole(basis="6-31g").RHF().density_fit(), 4, (2, 2)),
    "x2c": (lambda: mole(basis="6-31g").RHF().sfx2c1e(), 4, (2, 2)),
    "functional": (lambda: mole().RKS(xc="pbe0"), 4, (2, 2)),
    "core potential": (
        lambda: mole(
            "Na 0 0 0; H 0 0 1.9", {"Na": "lanl2dz", "H": "6-31g"}, ecp={"Na": "lanl2dz"}
        ).RHF(),
        3,
        (1, 1),
    ),
    "basis by element": (lambda: mole(basis={"O": "6-31g*", "default": "sto-3g"}).RHF(), 4, (2, 2)),
    "written basis": (
        lambda: mole("Li 0 0 0; H 0 0 1.6", {"Li": written("Li", "cc-pvdz"), "H": "6-31g"}).RHF(),
        4,
        (1, 1),
    ),
    "numbered atoms": (lambda: mole("O1 0 0 0; H2 0 0.76 0.59; H3 0 -0.76 0.59").RHF(), 4, (2, 2)),
    "ghost": (lambda: mole("He 0 0 0; ghost-He 0 0 3", "6-31g").RHF(), 3, (1, 1)),
}
QUICK = ("triplet", "written basis", "ghost")


@pytest.mark.parametrize("name", slow_but(QUICK, FIELDS))
def test_the_exact_energy_is_that_of_casci_over_the_given_orbitals(name: str) -> None:
    make, norb, nelec = FIELDS[name]
    mf = make().run()
    casci = mcscf.CASCI(mf, norb, nelec).run(verbose=0)
    space = {"name": "frontier", "electrons": sum(nelec), "orbitals": norb}
    record = vqe_cli.run(mf, active_space=space, optimizer="none")
    assert record.reference is not None
    assert record.reference.energy == pytest.approx(casci.e_tot, abs=5e-8)
    assert record.problem.scf is not None
    assert record.problem.scf.chosen == "orbitals of the given mean field"
    assert record.problem.scf.energy == pytest.approx(mf.e_tot, abs=1e-6)


def test_orbitals_that_break_the_symmetry_are_kept() -> None:
    square = mole("H 0 0 0; H 1.3 0 0; H 0 1.3 0; H 1.3 1.3 0")
    mf = square.RHF()
    mf.kernel(dm0=np.diag([2.0, 2.0, 0.0, 0.0]))
    record = vqe_cli.run(mf, optimizer="none")
    assert record.problem.scf is not None
    assert record.problem.scf.energy == pytest.approx(mf.e_tot, abs=1e-6)
    assert record.problem.point_group is None


def test_a_saddle_point_leads_to_a_lower_solution_and_is_told() -> None:
    lih = mole("Li 0 0 0; H 0 0 1.6")
    ground = lih.RHF().run()
    excited = scf.addons.mom_occ(lih.RHF(), ground.mo_coeff, np.array([2.0, 0, 2, 0, 0, 0])).run()
    assert excited.e_tot > ground.e_tot + 0.05
    record = vqe_cli.run(excited, optimizer="none")
    assert record.problem.scf is not None
    assert record.problem.scf.energy == pytest.approx(ground.e_tot, abs=1e-6)
    lower = 1000 * (excited.e_tot - record.problem.scf.energy)
    assert f"lower by {lower:.3f} mHa was found" in " ".join(record.problem.notes)


def test_a_molecule_has_orbitals_of_its_own() -> None:
    spec = vqe_cli.load(mole("C 0 0 0; O 0 0 1.1", charge=1, spin=1))
    assert spec.molecule is not None
    assert (spec.title, spec.molecule.charge, spec.molecule.multiplicity) == ("CO", 1, 2)
    found = vqe_cli.problem(spec, active_space="frozen-core")
    field = mole("C 0 0 0; O 0 0 1.1", charge=1, spin=1).ROHF().run(conv_tol=1e-12)
    assert found.hartree_fock_energy == pytest.approx(field.e_tot, abs=1e-7)


def test_different_basis_sets_of_one_element_are_refused() -> None:
    molecule = mole("H1 0 0 0; H2 0 0 1", {"H1": "sto-3g", "H2": "6-31g"})
    with pytest.raises(vqe_cli.InputError, match="atoms of H have different basis sets"):
        vqe_cli.load(molecule)
