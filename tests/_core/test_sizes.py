"""What is too large is refused before the self-consistent field, with what would fit."""

from __future__ import annotations

import re
from math import comb
from typing import Any

import pytest

from tests.conftest import RunVqe
from tests.problems import N2
from vqe_cli._core.resources import MACHINE
from vqe_cli._core.sizes import Forecast, Need, Size, forecast, nearest, refuse_what_does_not_fit
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.aer.entanglement import mps_bytes
from vqe_cli.chemistry.scf import mean_fields
from vqe_cli.errors import ResourceLimitError
from vqe_cli.pipeline import run
from vqe_cli.schema import spec_from_data
from vqe_cli.variational.observers import Observer

pytestmark = pytest.mark.quick


@pytest.fixture(scope="module", autouse=True)
def each_mean_field_once() -> None:
    """Every test computes its own."""


LARGE = {**N2, "basis": "cc-pvdz"}
"""14 electrons in 28 orbitals."""

AER_STATES = ["statevector", "density_matrix"]

COMBINATIONS: list[dict[str, Any]] = [
    {},
    {"ansatz": "adapt"},
    {"ansatz": {"name": "adapt", "pool": "generalized"}},
    {"ansatz": "uccgsd"},
    {"ansatz": "k-upccgsd"},
    {"ansatz": "lucj"},
    {"ansatz": "efficient-su2", "mapper": "parity"},
    {"ansatz": "two-local", "mapper": "bravyi-kitaev"},
    {"backend": {"name": "exact", "shots": 1000}},
    {"backend": {"name": "exact", "shots": 1000, "measurement": "qubit-wise"}},
    {"backend": {"name": "exact", "precision": "1 mHa"}, "mapper": "parity"},
    *({"backend": {"name": "aer", "method": method}} for method in AER_STATES),
    {"backend": {"name": "aer", "method": "matrix_product_state"}},
    {"backend": {"name": "aer", "shots": 1000, "method": "matrix_product_state"}},
    {"backend": {"name": "aer", "shots": 1000}, "mapper": "parity"},
    {"backend": {"name": "aer", "noise": "fake_fez"}},
    {"backend": {"name": "aer", "noise": "fake_fez", "shots": 1000}, "ansatz": "lucj"},
    {"backend": "fake_fez"},
    {"backend": "fake_fez", "ansatz": "lucj"},
    {"backend": "fake_fez", "ansatz": "lucj", "solver": "sqd"},
    {"backend": "fake_fez", "ansatz": "lucj", "solver": "sqd", "reference": "none"},
    {"backend": "ibm_fez"},
    {"solver": "sqd"},
    {"solver": "sqd", "ansatz": "lucj"},
    {"solver": "sqd", "ansatz": "lucj", "backend": {"name": "aer", "shots": 1000}},
    {"reference": "fci"},
    {"reference": "numpy"},
]


@pytest.mark.parametrize("parts", COMBINATIONS, ids=str)
def test_every_part_refuses_before_orbitals_are_computed(
    parts: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(_: Any) -> Any:
        raise AssertionError("the self-consistent field was begun")

    monkeypatch.setattr(mean_fields, "solve_mean_field", too_late)
    with pytest.raises(ResourceLimitError) as caught:
        run(spec_from_data({"molecule": LARGE, **parts}))
    assert re.search(
        r"--active-space '\{name: frontier, electrons: \d+, orbitals: \d+\}'",
        caught.value.hint or "",
    )


@pytest.mark.parametrize(
    ("parts", "said", "hint"),
    [
        ({"backend": "fake_manila"}, "16 qubits, fake_manila has 5", "electrons: 2, orbitals: 2"),
        ({"backend": "fake_manila", "mapper": "parity"}, "14 qubits", "electrons: 4, orbitals: 3"),
        ({"backend": {"name": "aer", "noise": "manila"}}, "16 qubits", "electrons: 2, orbitals: 2"),
        (
            {"backend": {"name": "aer", "noise": "fake_guadalupe", "shots": 10}, "mapper": "parity",
             "active_space": "full"},
            "18 qubits, fake_guadalupe has 16",
            "orbitals: ",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_a_device_with_too_few_qubits_is_refused_before_orbitals_are_computed(
    parts: dict[str, Any], said: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nitrogen in STO-3G: ten orbitals, eight without the cores; 5 = 2·2 + 1 = 2·3 - 2 + 1."""

    def too_late(_: Any) -> Any:
        raise AssertionError("the self-consistent field was begun")

    monkeypatch.setattr(mean_fields, "solve_mean_field", too_late)
    nitrogen = {"molecule": {**N2, "basis": "sto-3g"}, "active_space": "frozen-core"}
    with pytest.raises(ResourceLimitError, match=said) as caught:
        run(spec_from_data({**nitrogen, **parts}))
    assert hint in (caught.value.hint or "")


def test_a_smaller_mapping_is_proposed_where_it_is_enough() -> None:
    space = {"name": "frontier", "electrons": 4, "orbitals": 4}
    parts = {"backend": "fake_casablanca", "active_space": space}  # seven qubits
    with pytest.raises(ResourceLimitError, match="8 qubits, fake_casablanca has 7") as caught:
        run(spec_from_data({"molecule": N2, **parts}))
    assert "--mapper parity" in (caught.value.hint or "")


@pytest.mark.parametrize("reference", ["fci", "numpy"])
def test_a_reference_that_was_asked_for_is_refused_before_the_run(
    reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two electrons in 20 orbitals: 400 determinants suit the sector, 40 qubits no eigensolver."""
    space = {"name": "frontier", "electrons": 2, "orbitals": 20}
    limit = {"max_memory": "0.1 MB"} if reference == "fci" else {}
    parts = {"active_space": space, "reference": reference, **limit}
    spec = spec_from_data({"molecule": LARGE, **parts})
    with pytest.raises(ResourceLimitError, match=r"FCI|eigensolver"):
        run(spec)


def test_what_is_proposed_fits(run_vqe: RunVqe) -> None:
    refused = run_vqe("run", "--smiles", "N#N", "--max-memory", "20 kB", "--json")
    assert refused.code == 3
    (space,) = re.findall(r"--active-space '(\{.*?\})'", refused.record["error"]["hint"])
    arguments = ("run", "--smiles", "N#N", "--max-memory", "20 kB", "--active-space", space)
    assert run_vqe(*arguments, "--json").code == 0


def test_smaller_spaces_keep_unpaired_electrons_and_freeze_no_more_than_there_are() -> None:
    size = Size(20, (8, 6))
    found = list(size.smaller())
    assert [other.norb for other in found] == list(range(19, 1, -1))
    for other in found:
        frozen, left_out = size.nelec[1] - other.nelec[1], size.norb - other.norb
        assert other.nelec[0] - other.nelec[1] == 2
        assert 0 <= frozen <= left_out
        assert other.nelec[0] <= other.norb


def test_flips_of_a_hamiltonian_are_counted() -> None:
    """By hand for two orbitals: nothing, one excitation of either spin, or both."""
    assert Size(2, (1, 1)).flips == 4
    assert Size(4, (2, 2)).flips == 1 + 2 * comb(4, 2) + 2 * comb(4, 4) + comb(4, 2) ** 2


def test_the_hint_is_the_option_that_asks_for_a_size_that_fits() -> None:
    size = Size(10, (5, 5))

    def needs(other: Size) -> list[Need]:
        return [Need("it", limit="no" if other.norb > 6 else None)]

    with pytest.raises(ResourceLimitError) as caught:
        refuse_what_does_not_fit(size, needs, MACHINE)
    space = "'{name: frontier, electrons: 6, orbitals: 6}'"
    assert caught.value.hint == f"--active-space {space}"


def test_a_long_run_is_announced_with_a_space_that_is_not() -> None:
    def needs(size: Size) -> list[Need]:
        return [Need("it", 10 * size.norb, seconds=10.0 * size.norb)]

    assert forecast(Size(5, (2, 2)), needs, MACHINE) is None
    assert forecast(Size(20, (5, 5)), needs, MACHINE) == Forecast(
        200.0, 200, "--active-space '{name: frontier, electrons: 2, orbitals: 5}'"
    )
    assert nearest(Size(20, (5, 5)), lambda _: [Need("it", seconds=1e9)], MACHINE) is None


class StoppedError(Exception):
    """The run is not wanted."""


class Listener(Observer):
    """Stops a run when it is told that it will be long."""

    def on_forecast(self, forecast: Forecast) -> None:
        self.found = forecast
        raise StoppedError


def test_ketene_without_an_active_space_says_so_before_it_begins() -> None:
    """17 basis functions and 22 electrons: 153 million determinants."""
    ketene = "C 0 0 0\nC 0 0 1.315\nO 0 0 2.478\nH 0 0.94 -0.52\nH 0 -0.94 -0.52"
    listener = Listener()
    with pytest.raises(StoppedError):
        run(spec_from_data({"molecule": {"geometry": ketene}}), observer=listener)
    assert listener.found.seconds > 60
    assert listener.found.memory > 1e9
    assert "electrons" in (listener.found.hint or "")


def test_bonds_of_a_matrix_product_state_grow_with_the_gates_that_cross_them() -> None:
    """By hand: three GHZ qubits have two bonds of two; 16 bytes for 2 (2 + 4 + 2) numbers."""
    from qiskit import QuantumCircuit

    circuit = QuantumCircuit(3)
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.cx(1, 2)
    assert mps_bytes(circuit) == 2 * 16 * (2 + 4 + 2)
    circuit.cx(0, 2)
    assert mps_bytes(circuit) == 2 * 16 * (2 + 4 + 2)  # the ends of a bond allow no more
    assert mps_bytes(QuantumCircuit(3)) == 2 * 16 * 3


@pytest.mark.parametrize("ansatz", ["uccsd", "adapt"])
def test_excitations_are_counted_before_they_are_listed(ansatz: str) -> None:
    """By hand for water in STO-3G: 5·2 of each spin, their products, and pairs of each spin."""
    size = Size(7, (5, 5))
    mixed, same, singles = (5 * 2) ** 2, 2 * comb(5, 2) * comb(2, 2), 2 * 5 * 2
    assert ANSATZE.create(ansatz).num_excitations(size) == mixed + same + singles


def test_a_space_is_found_at_once_for_any_number_of_orbitals() -> None:
    def needs(other: Size) -> list[Need]:
        return [Need("it", limit="no" if other.norb > 6 else None)]

    with pytest.raises(ResourceLimitError) as caught:
        refuse_what_does_not_fit(Size(1_000_000, (1, 1)), needs, MACHINE)
    assert caught.value.hint == "--active-space '{name: frontier, electrons: 2, orbitals: 6}'"
