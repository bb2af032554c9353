"""Properties over unrestricted and Kohn-Sham orbitals, against PySCF, and campaigns with them."""

from __future__ import annotations

import numpy as np
import pytest
from pyscf import mp

from tests.unrestricted import H3, exact_energy, molecule_of, uhf, unrestricted_problem_of
from vqe_cli import pipeline
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.context import Context
from vqe_cli.errors import InputError
from vqe_cli.properties import PROPERTIES, Case
from vqe_cli.schema import RunSpec, spec_from_data
from vqe_cli.schema.records import RunRecord
from vqe_cli.screening.settings import load_config


def test_properties_of_a_radical_are_those_of_uhf() -> None:
    spec, fields = spec_from_data({"molecule": molecule_of(*H3, unrestricted=True)}), MeanFields()

    def run(one: RunSpec) -> RunRecord:
        return pipeline.run(one, context=Context(mean_fields=fields))

    energy = PROPERTIES.create("energy").compute(Case(spec, {}, run, fields))
    field = uhf(*H3)
    exact = exact_energy(unrestricted_problem_of(*H3))
    assert energy.values["hf_hartree"] == pytest.approx(field.e_tot, abs=1e-7)
    assert energy.values["mp2_hartree"] == pytest.approx(mp.UMP2(field).run().e_tot, abs=1e-6)
    assert energy.values["energy_hartree"] == pytest.approx(exact, abs=1e-5)

    case = Case(spec, {"energy": energy.record}, run, fields)
    dipole = PROPERTIES.create("dipole").compute(case).values["hf_dipole_debye"]
    assert dipole == pytest.approx(np.linalg.norm(field.dip_moment(verbose=0)), abs=1e-4)
    gap = PROPERTIES.create("gap").compute(case).values
    pairs = zip(field.mo_energy, field.mol.nelec, strict=True)
    occupied, empty = zip(*((e[:count].max(), e[count:].min()) for e, count in pairs), strict=True)
    assert gap["homo_ev"] == pytest.approx(27.211386 * max(occupied), abs=1e-3)
    assert gap["lumo_ev"] == pytest.approx(27.211386 * min(empty), abs=1e-3)


@pytest.mark.parametrize(
    ("scf", "properties", "refused"),
    [
        ({"unrestricted": True}, ["energy", "dipole", "gap"], None),
        ({"unrestricted": True}, ["energy", "triage"], "triage"),
        ({"unrestricted": True}, ["ionization-energy"], "ionization-energy"),
        ({"functional": "pbe0"}, ["energy"], None),
        ({"functional": "pbe0"}, ["energy", "gap"], "gap"),
    ],
)
def test_campaigns_take_the_properties_that_go_with_the_orbitals(
    scf: dict[str, object], properties: list[str], refused: str | None
) -> None:
    overrides = [(("molecule", "scf"), scf, "test"), (("properties",), properties, "test")]
    if refused is None:
        assert load_config(None, overrides).properties()
        return
    with pytest.raises(InputError, match=f"property {refused}"):
        load_config(None, overrides)
