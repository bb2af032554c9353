"""Square-planar complexes: cis is cis, trans is trans, and neither is a tetrahedron."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from vqe_cli.chemistry.geometry.structures import with_coordinates, xtb
from vqe_cli.chemistry.geometry.structures.coordination import Coordination, oxidation_state
from vqe_cli.chemistry.geometry.structures.reading import read_smiles
from vqe_cli.errors import InputError, UnavailableError
from vqe_cli.schema import Geometry, MoleculeSpec, StructureSpec
from vqe_cli.schema.problem_records import StructureRecord

CISPLATIN = "Cl[Pt@SP1](Cl)(<-N)<-N"
TRANSPLATIN = "Cl[Pt@SP2](Cl)(<-N)<-N"


def made(smiles: str, **options: object) -> StructureRecord:
    structure = StructureSpec.model_validate({"conformers": 3, **options})
    molecule = MoleculeSpec(geometry=Geometry(smiles=smiles), structure=structure)
    record = with_coordinates(molecule).structure
    assert record is not None
    return record


def angles(record: StructureRecord, metal: str) -> dict[str, list[float]]:
    """Between the metal's bonds to its four nearest heavy atoms, by elements, in degrees."""
    lines = [line.split() for line in record.geometry.splitlines()]
    symbols = [line[0] for line in lines]
    places = np.array([[float(x) for x in line[1:]] for line in lines])
    arms = places - places[symbols.index(metal)]
    lengths = np.linalg.norm(arms, axis=1)
    heavy = [i for i in np.argsort(lengths) if symbols[i] not in ("H", metal)][:4]
    found: dict[str, list[float]] = {}
    for one, other in combinations(heavy, 2):
        cosine = arms[one] @ arms[other] / lengths[one] / lengths[other]
        pair = "-".join(sorted((symbols[one], symbols[other])))
        found.setdefault(pair, []).append(float(np.degrees(np.arccos(cosine))))
    return found


@pytest.mark.parametrize(("smiles", "chlorines"), [(CISPLATIN, 91.9), (TRANSPLATIN, 180.0)])
def test_cisplatin_is_cis_and_transplatin_is_trans(smiles: str, chlorines: float) -> None:
    """Milburn and Truter, J. Chem. Soc. A 1609 (1966): Cl-Pt-Cl in the crystals."""
    record = made(smiles)
    assert record.method == "ETKDGv3, GFN2-xTB"
    found = angles(record, "Pt")
    assert found["Cl-Cl"] == [pytest.approx(chlorines, abs=5)]
    assert sorted(found["Cl-N"])[0] > 80


def test_without_stereo_it_is_said_and_the_lower_one_is_taken() -> None:
    """The trans isomer has no dipole moment and lies lower in the gas phase."""
    record = made("N->[Pt](Cl)(Cl)<-N")
    assert "cis and trans around Pt are not told apart" in " ".join(record.notes)
    assert angles(record, "Pt")["Cl-Cl"] == [pytest.approx(180, abs=5)]


def test_both_isomers_are_other_candidates() -> None:
    assert read_smiles(CISPLATIN).smiles != read_smiles(TRANSPLATIN).smiles


@pytest.mark.parametrize("smiles", ["Cl[Pd-2](Cl)(Cl)Cl", "Cl[Au-](Cl)(Cl)Cl"])
def test_other_d8_ions_are_flat(smiles: str) -> None:
    record = made(smiles)
    metal = "Pd" if "Pd" in smiles else "Au"
    found = sorted(angles(record, metal)["Cl-Cl"])
    assert found == [pytest.approx(90, abs=5)] * 4 + [pytest.approx(180, abs=10)] * 2
    assert "cis and trans" not in " ".join(record.notes)


def test_d10_and_other_metals_stay_tetrahedra() -> None:
    for smiles in ("Cl[Zn-2](Cl)(Cl)Cl", "P->[Pd](<-P)(<-P)<-P", "Cl[Ti](Cl)(Cl)Cl"):
        found = read_smiles(smiles)
        assert not Coordination.of(found.molecule, found.multiplicity).planar


def test_nickel_in_a_triplet_is_no_plane() -> None:
    found = read_smiles("Cl[Ni-2](Cl)(Cl)Cl")
    assert Coordination.of(found.molecule, 1).planar
    assert not Coordination.of(found.molecule, 3).planar


@pytest.mark.parametrize(
    ("smiles", "state"),
    [
        ("N->[Pt](Cl)(Cl)<-N", 2),
        ("[NH3+][Pt-2](Cl)(Cl)[NH3+]", 2),
        ("[NH3+][Pt](Cl)(Cl)[NH3+]", 2),
        ("Cl[Au-](Cl)(Cl)Cl", 3),
        ("Cl[Rh](<-P)(<-P)<-P", 1),
        ("P->[Pd](<-P)(<-P)<-P", 0),
    ],
)
def test_oxidation_states_are_those_of_the_textbook(smiles: str, state: int) -> None:
    found = read_smiles(smiles).molecule
    (metal,) = (atom for atom in found.GetAtoms() if atom.GetSymbol() in ("Pt", "Au", "Rh", "Pd"))
    assert oxidation_state(metal) == state


def test_ammonia_that_reads_as_an_amide_is_told() -> None:
    assert "as N they are NH2" in " ".join(read_smiles("N[Pt](N)(Cl)Cl").notes)


def test_a_chelate_ring_cannot_be_trans() -> None:
    found = read_smiles("Cl[Pd]1(Cl)<-NCCN->1")
    assert len(Coordination.of(found.molecule, 1).forms()) == 1


def test_without_tblite_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise UnavailableError("GFN2-xTB needs tblite", hint="pip install 'vqe-cli[xtb]'")

    monkeypatch.setattr(xtb, "_calculator_class", missing)
    with pytest.raises(UnavailableError, match="makes a tetrahedron"):
        made(CISPLATIN, seed=11)


def test_a_force_field_by_name_is_refused() -> None:
    with pytest.raises(InputError, match="in a plane"):
        made(CISPLATIN, optimize="mmff94")


def test_unrelaxed_geometries_are_flat_as_well_and_called_rough() -> None:
    record = made(TRANSPLATIN, optimize="none", conformers=10)
    assert angles(record, "Pt")["Cl-Cl"][0] > 150
    assert "rough" in " ".join(record.notes)
