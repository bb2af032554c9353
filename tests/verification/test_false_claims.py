"""False claims, each of a kind that has been seen or is easily made; all of them are caught."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import fci, mcscf
from qiskit import QuantumCircuit, qasm2, qpy
from scipy.stats import ortho_group

from tests.problems import CH2, H2, H2O, H3, H4, LIH, N2, frontier
from tests.verification.molecules import Solved
from vqe_cli import run, spec_from_data
from vqe_cli.schema.records import to_json
from vqe_cli.schema.source import Source
from vqe_cli.verification.claim import claim_from_data, read_claim
from vqe_cli.verification.records import Verification
from vqe_cli.verification.verification import verify

TIME_LIMIT = 6.0

AS_GIVEN = {"fcidump": {"file": "problem.fcidump", "orbitals": "as-given"}}

Data = dict[str, Any]


@cache
def solved(name: str) -> Solved:
    """A molecule by name, with changes after a slash."""
    name, _, change = name.partition("/")
    molecules = {"h2": H2, "h3": H3, "h4": H4, "lih": LIH, "ch2": CH2, "h2o": H2O, "n2": N2}
    changes: dict[str, dict[str, Any]] = {
        "": {},
        "triplet": {"multiplicity": 3},
        "singlet": {"multiplicity": 1},
        "cation": {"charge": 1, "multiplicity": 1},
        "6-31g": {"basis": "6-31g"},
    }
    return Solved({**molecules[name], **changes[change]})


def bare(molecule: Any, energy: float, **more: Any) -> Data:
    """A number for a molecule, and nothing that supports it."""
    return {"molecule": dict(molecule), "claim": {"energy": energy}, **more}


def in_bohr(molecule: Any) -> Solved:
    """The molecule with its coordinates taken for bohr."""
    lines = [line.split() for line in molecule["geometry"].splitlines()]
    bohr = 0.529177210903
    text = "\n".join(" ".join([a, *(str(float(x) * bohr) for x in xyz)]) for a, *xyz in lines)
    return Solved({**molecule, "geometry": text})


def with_integrals(name: str, folder: Path, energy: float, **evidence: Any) -> Data:
    """A claim on the integrals of PySCF's orbitals."""
    solved(name).write_integrals(folder / "problem.fcidump")
    return {**AS_GIVEN, **evidence, "claim": {"energy": energy}}


def with_circuit(name: str, folder: Path, circuit: QuantumCircuit, energy: float) -> Data:
    """A claim on a circuit in QPY."""
    with open(folder / "circuit.qpy", "wb") as file:
        qpy.dump(circuit, file)
    return with_integrals(name, folder, energy, circuit="circuit.qpy")


def flipped(qubits: int, *ones: int) -> QuantumCircuit:
    """The circuit of a basis state."""
    circuit = QuantumCircuit(qubits)
    circuit.x(ones)
    return circuit


def with_density(folder: Path, name: str, one: Any, two: Any, energy: float) -> Data:
    """A claim on density matrices."""
    np.savez(folder / "density.npz", rdm1=one, rdm2=two)
    return with_integrals(name, folder, energy, density="density.npz")


def energy_of(name: str, one: Any, two: Any) -> float:
    """The energy of density matrices, one-body ones of both spins."""
    found = solved(name)
    total = np.sum(found.h1 * (one[0] + one[1])) + 0.5 * np.sum(found.h2 * two)
    return float(total) + found.nuclear


@cache
def recorded(**parts: Any) -> str:
    """The record of a run on H4, as a text in JSON."""
    return to_json(run(spec_from_data({"molecule": H4, "optimizer": "slsqp", **parts})))


def edited(folder: Path, change: Callable[[Data], None]) -> Path:
    """A record that has been changed by hand."""
    data = json.loads(recorded())
    change(data)
    (folder / "record.json").write_text(json.dumps(data))
    return folder / "record.json"


def _eV(_: Path) -> Data:  # noqa: N802
    return bare(H2, 27.211386 * solved("h2").exact)


def _kcal(_: Path) -> Data:
    return bare(H2O, 627.5095 * solved("h2o").exact)


def _electronic(_: Path) -> Data:
    return bare(LIH, solved("lih").exact - solved("lih").nuclear)


def _sign(_: Path) -> Data:
    return bare(H4, -solved("h4").exact)


def _triplet_for_singlet(_: Path) -> Data:
    return bare(H2, solved("h2/triplet").exact)


def _singlet_for_triplet(_: Path) -> Data:
    return bare(CH2, solved("ch2/singlet").exact)


def _cation_for_neutral(_: Path) -> Data:
    return bare(H3, solved("h3/cation").exact)


def _bohr(_: Path) -> Data:
    return bare(LIH, in_bohr(LIH).exact)


def _larger_basis(_: Path) -> Data:
    return bare(H2, solved("h2/6-31g").exact)


def _smaller_basis(_: Path) -> Data:
    return bare({**H4, "basis": "6-31g"}, solved("h4").exact)


def _below_exact(_: Path) -> Data:
    return bare(H4, solved("h4").exact - 0.002)


def _hartree_fock_as_exact(_: Path) -> Data:
    return bare(H4, solved("h4").hartree_fock)


def _all_orbitals_for_an_active_space(_: Path) -> Data:
    return bare(LIH, solved("lih").exact, active_space=frontier(2, 3))


def _active_space_for_all_orbitals(_: Path) -> Data:
    found = mcscf.CASCI(solved("lih").field, 3, 2)
    found.verbose = 0
    return bare(LIH, float(found.kernel()[0]))


def _below_the_certified_bound(_: Path) -> Data:
    chain = {"geometry": "\n".join(f"H 0 0 {k}" for k in range(6))}
    return bare(chain, Solved(chain).exact - 0.02, time_limit=1e-6)


def _another_method(_: Path) -> Data:
    data = bare(H4, solved("h4").mp2)
    data["claim"]["method"] = "ccsd"
    return data


def _circuit_of_the_determinant(folder: Path) -> Data:
    return with_circuit("h2", folder, flipped(4, 0, 2), solved("h2").exact)


def _circuit_with_three_electrons(folder: Path) -> Data:
    circuit = flipped(4, 0, 1, 2)
    alone = Solved({**H2, "charge": -1, "multiplicity": 2})
    return with_circuit("h2", folder, circuit, alone.hartree_fock)


def _circuit_of_a_triplet(folder: Path) -> Data:
    return with_circuit("h2", folder, flipped(4, 0, 1), solved("h2/triplet").exact)


def _circuit_without_electron_number(folder: Path) -> Data:
    circuit = QuantumCircuit(4)
    circuit.h(range(4))
    return with_circuit("h2", folder, circuit, solved("h2").exact)


def _circuit_of_broken_spin(folder: Path) -> Data:
    return with_circuit("h2", folder, flipped(4, 0, 3), solved("h2").exact)


def _circuit_of_another_mapping(folder: Path) -> Data:
    """The determinant of hydrogen in the parity mapping is 0011 on four qubits."""
    program = qasm2.dumps(flipped(4, 0, 1))
    (folder / "circuit.qasm").write_text(program)
    return with_integrals("h2", folder, solved("h2").hartree_fock, circuit="circuit.qasm")


def _circuit_with_reversed_qubits(folder: Path) -> Data:
    return with_circuit("h3", folder, flipped(6, 5, 4, 2), solved("h3").hartree_fock)


def _circuit_in_alternating_order(folder: Path) -> Data:
    """The exact state of hydrogen with its spin orbitals in the order of other programs."""
    weights = solved("h2").ground[1]
    circuit = QuantumCircuit(4)
    circuit.ry(2 * float(np.arctan2(weights[1, 1], weights[0, 0])), 2)
    circuit.cx(2, 3)
    circuit.cx(2, 0)
    circuit.cx(2, 1)
    circuit.x([0, 1])
    return with_circuit("h2", folder, circuit, solved("h2").exact)


def _zero_parameters(_: Path) -> Data:
    return bare(H2, solved("h2").exact, ansatz="uccsd", parameters=[0.0])


def _shuffled_parameters(_: Path) -> Data:
    result = json.loads(recorded())["result"]
    return bare(H4, result["energy"], ansatz="uccsd", parameters=result["parameters"][::-1])


def _random_bits(folder: Path) -> Data:
    found = solved("lih")
    rng = np.random.default_rng(5)
    texts = []
    for _ in range(6):
        halves = [np.isin(np.arange(6), rng.permutation(6)[:2]) for _ in range(2)]
        texts.append("".join("".join(map(str, half.astype(int))) for half in halves))
    texts.append("000011000011")
    energy = found.energy_of_bits(texts)
    return with_integrals("lih", folder, energy, bitstrings=texts)


def _bits_with_other_electrons(folder: Path) -> Data:
    texts = ["00010111", "01110001", "11110111"]
    return with_integrals("h4", folder, solved("h4").exact, bitstrings=texts)


def _bits_of_the_determinant(folder: Path) -> Data:
    return with_integrals("h4", folder, solved("h4").exact, bitstrings=["00110011", "00110101"])


def _luckiest_shot(_: Path) -> Data:
    """The lowest of forty energies with 200 shots each, told as exact."""
    found = solved("h2")
    scatter = 0.02 * np.random.default_rng(3).normal(size=40)
    return bare(H2, found.exact + float(scatter.min()))


def _luckiest_start(folder: Path) -> Data:
    sampled = {"backend": {"name": "exact", "shots": 200}, "ansatz": "uccsd"}
    data = json.loads(
        to_json(run(spec_from_data({"molecule": H2, "optimizer": "none", "seed": 3, **sampled})))
    )
    low = data["result"]["energy"] - 6 * data["result"]["standard_error"]
    (folder / "sampled.json").write_text(json.dumps(data))
    bar = data["result"]["standard_error"]
    return {"record": "sampled.json", "claim": {"energy": low, "standard_error": bar}}


def _edited_energy(folder: Path) -> Path:
    return edited(folder, lambda data: data["result"].update(energy=solved("h4").exact))


def _edited_throughout(folder: Path) -> Path:
    def change(data: Data) -> None:
        energy = data["reference"]["energy"] + 1e-4
        data["result"].update(
            energy=energy, electronic_energy=energy - data["problem"]["core_energy"]
        )
        data["error_mha"] = 0.1

    return edited(folder, change)


def _edited_error_bar(folder: Path) -> Path:
    """An error bar so wide that any number lies within it."""
    sampled = {"backend": {"name": "exact", "shots": 200}, "optimizer": "none"}
    data = json.loads(to_json(run(spec_from_data({"molecule": H2, **sampled}))))
    data["result"]["standard_error"] = 1.0
    (folder / "record.json").write_text(json.dumps(data))
    return folder / "record.json"


def _energy_within_any_error(_: Path) -> Data:
    """The triplet's energy, with an error bar that reaches as far as the triplet."""
    exact, triplet = solved("h2").exact, solved("h2/triplet").exact
    data = bare(H2, triplet, ansatz="uccsd", parameters=[0.0])
    data["claim"]["standard_error"] = (triplet - exact) / 5
    return data


def _edited_settings(folder: Path) -> Path:
    return edited(folder, lambda data: data["spec"]["molecule"].update(basis="6-31g"))


def _record_of_another_geometry(folder: Path) -> Data:
    (folder / "record.json").write_text(recorded())
    moved = {"geometry": "H 0 0 0\nH 0 0 0.9\nH 0 0 1.9\nH 0 0 2.9"}
    energy = json.loads(recorded())["result"]["energy"]
    return bare(moved, energy, record="record.json")


def _scrambled_orbitals(folder: Path) -> Data:
    found = solved("h4")
    one, two = found.densities()
    turn = ortho_group(4, seed=1).rvs()
    turned = np.einsum("pqrs,pi,qj,rk,sl->ijkl", two, turn, turn, turn, turn, optimize=True)
    return with_density(folder, "h4", turn.T @ one @ turn, turned, found.exact)


def _density_below_all_states(folder: Path) -> Data:
    """Pairs of the lowest energy, as many as there are pairs: D is positive, and no more."""
    found, norb = solved("h4"), 4
    pairs = found.h2.transpose(0, 2, 1, 3).reshape(16, 16) / 2
    lifted = (np.kron(found.h1, np.eye(4)) + np.kron(np.eye(4), found.h1)) / 6
    operator = pairs + lifted
    swap = np.eye(16).reshape((4,) * 4).transpose(1, 0, 2, 3).reshape(16, 16)
    even = 0.5 * (np.eye(16) + swap)
    shifted = operator + 100 * (np.eye(16) - even)
    lowest = np.linalg.eigh(shifted)[1][:, 0]
    shifted = operator + 100 * even
    odd = np.linalg.eigh(shifted)[1][:, 0]
    matrix = 6 * np.outer(lowest, lowest) + 6 * np.outer(odd, odd)
    two = matrix.reshape((norb,) * 4).transpose(0, 2, 1, 3)
    one = np.einsum("pqrr->pq", two) / 3
    return with_density(
        folder, "h4", np.array([one, one]) / 2, two, energy_of("h4", [one / 2] * 2, two)
    )


def _density_of_three_electrons(folder: Path) -> Data:
    found = solved("h2")
    state = fci.direct_spin1.kernel(found.h1, found.h2, 2, (2, 1))[1]
    one = np.array(fci.direct_spin1.make_rdm1s(state, 2, (2, 1)))
    two = fci.direct_spin1.make_rdm12(state, 2, (2, 1))[1]
    return with_density(folder, "h2", one, two, energy_of("h2", one, two))


def _density_scaled_down(folder: Path) -> Data:
    found = solved("h4")
    one, two = found.densities()
    return with_density(
        folder, "h4", 0.99 * one, 0.99 * two, energy_of("h4", 0.99 * one, 0.99 * two)
    )


def _density_of_an_excited_state(folder: Path) -> Data:
    found = solved("h4")
    solver = fci.direct_spin1.FCI()
    solver.nroots = 3
    state = solver.kernel(found.h1, found.h2, 4, (2, 2))[1][2]
    return with_density(folder, "h4", *found.densities(state), found.exact)


def _integrals_without_nuclei(folder: Path) -> Data:
    found = solved("h4")
    return with_integrals("h4", folder, found.exact - found.nuclear)


def _model_below_its_ground_state(_: Path) -> Data:
    """The exact energy is -1 - sqrt(1.04) by hand."""
    paulis = {"ZZ": -1.0, "ZI": 0.5, "IZ": 0.5, "XX": 0.2}
    return {"hamiltonian": {"paulis": paulis}, "claim": {"energy": -2.2}}


@dataclass(frozen=True)
class Planted:
    """A false claim.

    Args:
        make: Function that writes its files into a folder, and returns the claim or its file.
        verdict: The verdict that it deserves.
        says: Words of its reasons.
        quick: Whether it runs without ``-m slow``.
    """

    make: Callable[[Path], Data | Path]
    verdict: str
    says: str = ""
    quick: bool = False


PLANTED = (
    Planted(_eV, "impossible", "in eV", quick=True),
    Planted(_kcal, "impossible", "in kcal/mol"),
    Planted(_electronic, "impossible", "without that of nuclei"),
    Planted(_sign, "not-supported", "without its sign"),
    Planted(_triplet_for_singlet, "not-supported", "multiplicity 3"),
    Planted(_singlet_for_triplet, "not-supported", "above the exact"),
    Planted(_cation_for_neutral, "not-supported", "above the exact"),
    Planted(_bohr, "not-supported", "bohr"),
    Planted(_larger_basis, "impossible", "in the basis 6-31g"),
    Planted(_smaller_basis, "not-supported", "above the exact"),
    Planted(_below_exact, "impossible", "below the exact"),
    Planted(_hartree_fock_as_exact, "not-supported", "above the exact"),
    Planted(_all_orbitals_for_an_active_space, "impossible", "below the exact"),
    Planted(_active_space_for_all_orbitals, "not-supported", "above the exact"),
    Planted(_below_the_certified_bound, "impossible", "certified lower bound", quick=True),
    Planted(_another_method, "not-supported", "its evidence gives"),
    Planted(_circuit_of_the_determinant, "not-supported", "20.31 mHa below what"),
    Planted(_circuit_with_three_electrons, "impossible", "particle-number: 3, not 2", quick=True),
    Planted(_circuit_of_a_triplet, "impossible", "sz: 1, not 0"),
    Planted(_circuit_without_electron_number, "impossible", "s-squared"),
    Planted(_circuit_of_broken_spin, "impossible", "s-squared: 1, not 0"),
    Planted(_circuit_of_another_mapping, "impossible", "sz: 1, not 0"),
    Planted(_circuit_with_reversed_qubits, "impossible", "counted from the last"),
    Planted(_circuit_in_alternating_order, "impossible", "orbitals alternate"),
    Planted(_zero_parameters, "not-supported", "its evidence gives", quick=True),
    Planted(_shuffled_parameters, "impossible", "s-squared"),
    Planted(_random_bits, "not-supported", "random bit strings", quick=True),
    Planted(_bits_with_other_electrons, "impossible", "bit-strings-in-sector"),
    Planted(_bits_of_the_determinant, "not-supported", "its evidence gives"),
    Planted(_luckiest_shot, "impossible", "below the exact"),
    Planted(_luckiest_start, "impossible", "below the exact"),
    Planted(_edited_energy, "not-supported", "record-consistent: result.energy is", quick=True),
    Planted(_edited_throughout, "not-supported", "its evidence gives"),
    Planted(_edited_error_bar, "not-supported", "standard-error: 1, not 0.0"),
    Planted(_energy_within_any_error, "not-supported", "above what its evidence gives"),
    Planted(_edited_settings, "not-supported", "not the one of the fingerprint"),
    Planted(_record_of_another_geometry, "not-supported", "determinant-of-record"),
    Planted(_scrambled_orbitals, "not-supported", "its evidence gives", quick=True),
    Planted(_density_below_all_states, "impossible", "positive Q", quick=True),
    Planted(_density_of_three_electrons, "impossible", "particle-number: 3, not 2"),
    Planted(_density_scaled_down, "impossible", "particle-number: 3.96, not 4"),
    Planted(_density_of_an_excited_state, "impossible", "s-squared"),
    Planted(_integrals_without_nuclei, "impossible", "without that of nuclei"),
    Planted(_model_below_its_ground_state, "impossible", "below the exact", quick=True),
)


def verdict_of(made: Data | Path, folder: Path) -> Verification:
    """The verification of a claim in plain data or in a file."""
    if isinstance(made, Path):
        return verify(read_claim(made), TIME_LIMIT)
    limit = made.pop("time_limit", TIME_LIMIT)
    return verify(claim_from_data(made, Source(folder / "claim.yaml")), limit)


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param(
            one, id=one.make.__name__.strip("_"), marks=() if one.quick else pytest.mark.slow
        )
        for one in PLANTED
    ],
)
def test_a_false_claim_is_caught_for_the_right_reason(planted: Planted, tmp_path: Path) -> None:
    found = verdict_of(planted.make(tmp_path), tmp_path)
    assert found.verdict == planted.verdict, found.reasons
    assert planted.says in "\n".join(found.reasons)


def test_there_are_thirty_and_more() -> None:
    assert len(PLANTED) >= 30
