"""`vqe compare` on a running Dask scheduler."""

from __future__ import annotations

import pytest
from pyscf import gto, scf

from tests.clusters import local_cluster
from tests.conftest import RunVqe, WriteFile


def test_a_running_scheduler_computes_the_rows(run_vqe: RunVqe, write_file: WriteFile) -> None:
    atoms = "H 0 0 0; H 0 0 0.735"
    path = str(write_file("h2.yaml", f"molecule: {{geometry: {atoms}}}\n"))
    with local_cluster() as cluster:
        place = ("--scheduler", cluster.scheduler_address)
        found = run_vqe("compare", path, "--methods", "hf,fci", *place, "--json")
        assert len(cluster.scheduler.workers) == 1
    assert found.code == 0, found.err
    assert "not encrypted" in found.err
    assert "3 of 3: h2: FCI: done" in found.err
    field = scf.RHF(gto.M(atom=atoms, verbose=0)).run()
    rows = {row["name"]: row for row in found.record["problems"][0]["rows"]}
    assert rows["hf"]["energy"] == pytest.approx(field.e_tot, abs=1e-8)
    assert found.record["workers"] == 1
