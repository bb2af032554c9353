"""The cases: molecules, ansätze and participating peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from peer_bench.exchange import write_case
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.objective import Traits
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema import RunSpec, load, spec_from_data
from vqe_cli.variational.initial_points import starting_points

ROOT = Path(__file__).parent.parent.parent.parent

STRETCHED_WATER = "O\nH 1 1.92\nH 1 1.92 2 104.4776\n"
STRETCHED_NITROGEN = "N 0 0 0\nN 0 0 1.6\n"

EVERYONE = ("mqchem", "lightning", "qulacs", "aer")


@dataclass(frozen=True)
class Case:
    """A case: one molecule with one ansatz.

    Args:
        name: Name on the command line, ``section:molecule``.
        title: Title in the table.
        source: Name of an input file in ``molecules/``, or a molecule section.
        ansatz: Section ``ansatz`` of an input file.
        active_space: Section ``active_space`` of an input file.
        peers: Names of the participating peers.
        with_paulis: Whether the qubit Hamiltonian is needed.
        on_request: Whether the case runs only when it is named.
    """

    name: str
    title: str
    source: str | Mapping[str, Any]
    ansatz: Mapping[str, Any] = field(default_factory=lambda: {"name": "uccsd"})
    active_space: str | Mapping[str, Any] = "full"
    peers: tuple[str, ...] = EVERYONE
    with_paulis: bool = True
    on_request: bool = False

    @property
    def section(self) -> str:
        """The first half of the name."""
        return self.name.split(":")[0]

    def spec(self) -> RunSpec:
        """The spec of the case."""
        if isinstance(self.source, str):
            molecule = load(ROOT / "molecules" / self.source).molecule
            assert molecule is not None
            source = molecule.model_dump(mode="json", exclude_none=True)
        else:
            source = dict(self.source)
        parts = {"ansatz": dict(self.ansatz), "active_space": self.active_space}
        return spec_from_data({"molecule": source, **parts})

    def export(self, folder: Path) -> None:
        """Write the case for the workers."""
        spec = self.spec()
        parts = look_up_parts(spec)
        encoding = Encoding(
            build_problem(spec, parts.active_space), MAPPERS.create("jordan-wigner")
        )
        state = ANSATZE.create(dict(self.ansatz)).state(encoding)
        if state.product is None:
            start = np.random.default_rng(7).uniform(-np.pi, np.pi, state.num_parameters)
        else:
            start = starting_points(spec, state, _exact_traits(state), "auto").points[0]
        write_case(folder, state, start, with_paulis=self.with_paulis)


def _exact_traits(state: Any) -> Traits:
    return BACKENDS.create("exact").prepare(state, 7).traits


def _frontier(electrons: int, orbitals: int) -> dict[str, Any]:
    return {"name": "frontier", "electrons": electrons, "orbitals": orbitals}


ALL = {"name": "uccsd", "point_group": False}
NITROGEN_16 = "N2, frozen core, 16 qubits"

UCCSD = (
    Case("uccsd:lih", "LiH, 12 qubits", "lih.yaml"),
    Case("uccsd:lih-all", "LiH, all excitations", "lih.yaml", ALL, peers=("mqchem",)),
    Case("uccsd:h2o", "H2O, 14 qubits", "h2o.yaml"),
    Case("uccsd:h2o-all", "H2O, all excitations", "h2o.yaml", ALL, peers=("mqchem",)),
    Case("uccsd:n2", NITROGEN_16, "n2.yaml", active_space="frozen-core"),
    Case("uccsd:n2-20", "N2, 20 qubits", "n2.yaml"),
    Case("uccsd:n2-20-all", "N2, 20 qubits, all excitations", "n2.yaml", ALL,
         peers=("mqchem",), with_paulis=False),
)  # fmt: skip

CONVERGENCE = (
    Case("converge:lih", "LiH", "lih.yaml", peers=("mqchem",), with_paulis=False),
    Case("converge:h2o", "H2O", "h2o.yaml", peers=("mqchem",), with_paulis=False),
    Case("converge:n2", "N2", "n2.yaml", peers=("mqchem",), with_paulis=False),
    Case("converge:h2o-1.92", "H2O, O-H 1.92 Å", {"geometry": {"zmatrix": STRETCHED_WATER}},
         peers=("mqchem",), with_paulis=False),
    Case("converge:n2-1.6", "N2, 1.6 Å", {"geometry": STRETCHED_NITROGEN},
         peers=("mqchem",), with_paulis=False),
)  # fmt: skip

LAYERS: dict[str, dict[str, Any]] = {
    "efficient-su2": {"name": "efficient-su2", "reps": 3},
    "two-local": {
        "name": "two-local",
        "rotation_blocks": ["ry", "rz"],
        "entanglement_blocks": ["cx"],
        "entanglement": "linear",
        "reps": 3,
    },
}

SPACES: dict[int, tuple[str, str | dict[str, Any]]] = {
    10: ("h2o.yaml", _frontier(6, 5)),
    12: ("h2o.yaml", _frontier(8, 6)),
    14: ("h2o.yaml", "full"),
    16: ("n2.yaml", "frozen-core"),
}

CIRCUITS = tuple(
    Case(
        f"circuit:{name}-{qubits}",
        f"{name}, {'H2O' if source.startswith('h2o') else 'N2'}, {qubits} qubits",
        source,
        ansatz,
        space,
        peers=("lightning", "qulacs"),
    )
    for name, ansatz in LAYERS.items()
    for qubits, (source, space) in SPACES.items()
)


def _chain(atoms: int) -> dict[str, Any]:
    return {"geometry": "".join(f"H 0 0 {place}.0\n" for place in range(atoms))}


NITROGEN = {"geometry": "N 0 0 0\nN 0 0 1.09768\n", "basis": "cc-pvdz"}

PAIRS = tuple(
    Case(f"pairs:h{atoms}", f"H{atoms}, 1 Å", _chain(atoms), {"name": "puccd"},
         peers=(), with_paulis=False, on_request=atoms > 16)
    for atoms in (8, 12, 16, 20)
)  # fmt: skip

LUCJ = tuple(
    Case(f"lucj:{electrons}-{orbitals}", f"N2 cc-pVDZ ({electrons}e,{orbitals}o)", NITROGEN,
         {"name": "lucj"}, _frontier(electrons, orbitals), peers=("ffsim",), with_paulis=False,
         on_request=orbitals > 10)
    for electrons, orbitals in ((6, 6), (10, 8), (10, 10), (14, 14))
)  # fmt: skip

CASES = (*UCCSD, *CONVERGENCE, *CIRCUITS, *PAIRS, *LUCJ)
