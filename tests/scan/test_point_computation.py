"""Points computed one after another, each from the solution at the one before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyscf import cc, fci, gto, mcscf, scf

import vqe_cli
from vqe_cli.scan.coordinates.internal import read_internal
from vqe_cli.scan.plan import PlannedPoint, plan_scan
from vqe_cli.scan.point_computation import compute
from vqe_cli.scan.states import FOLDER, kept_state
from vqe_cli.screening.model import Limits
from vqe_cli.screening.workers.spool import read_spool

LIMITS = Limits(memory_bytes=8_000_000_000, seconds=100.0)
H4 = {"geometry": "H 0 0 0; H 0 0 0.8; H 0 0 2.0; H 0 0 2.8"}


def chain(values: str, **settings: Any) -> tuple[PlannedPoint, ...]:
    spec = vqe_cli.spec_from_data({"molecule": H4, **settings})
    (found,) = plan_scan(
        spec, read_internal("distance", f"2,3={values}", spec), ("hf", "ccsd"), ("up",)
    ).chains
    return found


def computed(point: PlannedPoint, folder: Path, start: str | None) -> dict[str, Any]:
    spool = folder / "spool"
    for one in (spool, folder / FOLDER):
        one.mkdir(exist_ok=True)
    compute(point.task("H4", LIMITS, start), spool, lambda _: None)
    ((path, result),) = read_spool(spool)
    path.unlink()
    assert not hasattr(result, "reason"), result
    assert getattr(result, "failure", None) is None, result
    return dict(getattr(result, "record", {}))


def test_a_point_starts_from_the_solution_before_it(tmp_path: Path) -> None:
    first, _ = chain("1.20,1.22")
    solved = computed(first, tmp_path, None)
    _, unsearched = chain("1.20,1.22", optimizer="none", initial="zeros")
    carried = computed(unsearched, tmp_path, first.key)
    alone = computed(unsearched, tmp_path, None)
    assert alone["energy"] == pytest.approx(alone["hartree_fock_energy"], abs=1e-8)
    assert abs(carried["error_mha"] - solved["error_mha"]) < 0.1
    state = kept_state(tmp_path, unsearched.key)
    assert state is not None
    assert state.neighbour.x is not None


def test_energies_beside_it_are_those_of_pyscf(tmp_path: Path) -> None:
    (point, _) = chain("1.3,1.4")
    found = computed(point, tmp_path, None)
    mole = gto.M(atom="H 0 0 0; H 0 0 0.8; H 0 0 2.1; H 0 0 2.9", verbose=0)
    field = scf.RHF(mole).run()
    assert found["hartree_fock_energy"] == pytest.approx(field.e_tot, abs=1e-8)
    assert found["reference_energy"] == pytest.approx(fci.FCI(field).kernel()[0], abs=1e-8)
    assert found["methods"]["ccsd"]["energy"] == pytest.approx(cc.CCSD(field).run().e_tot, abs=1e-6)
    assert [row[3] for row in found["geometry"]] == pytest.approx([0.0, 0.8, 2.1, 2.9])


def test_a_missing_solution_is_a_start_from_nothing(tmp_path: Path) -> None:
    (point, _) = chain("1.3,1.4")
    fresh = computed(point, tmp_path, None)
    assert computed(point, tmp_path, "0" * 64)["energy"] == fresh["energy"]


def test_a_state_is_followed_past_a_crossing_of_mean_fields(tmp_path: Path) -> None:
    """OH: beyond 1.9 Å the lowest ROHF is a Σ state, 0.1 Hartree above X ²Π in energy.

    PySCF's ROHF in B1 and CASCI of all but the core over it.
    """
    spec = vqe_cli.spec_from_data({
        "molecule": {"geometry": "O 0 0 0; H 0 0 1", "multiplicity": 2},
        "active_space": "frozen-core",
    })  # fmt: skip
    coordinate = read_internal("distance", "1,2=1.8,2.0", spec)
    before, after = plan_scan(spec, coordinate, (), ("up",)).chains[0]
    alone = computed(after, tmp_path, None)
    assert computed(before, tmp_path, None)["mean_field"] == "lowest"
    found = computed(after, tmp_path, before.key)
    mole = gto.M(atom="O 0 0 0; H 0 0 2.0", spin=1, symmetry="C2v", verbose=0)
    field = scf.ROHF(mole)
    field.irrep_nelec = {"A1": (3, 3), "B1": (1, 0), "B2": (1, 1)}
    field.run(conv_tol=1e-11)
    space = mcscf.CASCI(field, 5, 7)
    space.fcisolver.wfnsym = "B1"
    exact = space.kernel()[0]
    assert found["mean_field"] == "continued"
    assert found["hartree_fock_energy"] == pytest.approx(field.e_tot, abs=1e-7)
    assert found["energy"] == pytest.approx(exact, abs=1e-4)
    assert alone["energy"] > exact + 0.1
