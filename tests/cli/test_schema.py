"""The JSON Schema says yes to what `vqe run` reads and no to what it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vqe_cli.analysis.input_schema import input_schema
from vqe_cli.schema.yaml_source import parse_yaml

pytestmark = pytest.mark.quick

MOLECULES = sorted((Path(__file__).parents[2] / "molecules").glob("*.yaml"))
H2 = "molecule: {geometry: H 0 0 0; H 0 0 0.735}\n"
MODEL = "hamiltonian: {paulis: {ZZ: -1, XX: 0.2}}\n"
REACTION = """\
reaction: {reactants: [O, '[H+]'], products: [{smiles: '[OH3+]', active_space: frozen-core}]}
"""
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}


class Validator:
    """The keywords of draft 2020-12 that the schema uses; others are an error.

    Args:
        schema: The schema, with its definitions.
    """

    ANNOTATIONS = frozenset({"$schema", "$defs", "title", "description", "default", "examples"})

    def __init__(self, schema: dict[str, Any]) -> None:
        self.root = schema

    def accepts(self, value: Any) -> bool:
        """Whether a value is valid."""
        return not list(self._faults(self.root, value))

    def _faults(self, schema: dict[str, Any], value: Any) -> Iterator[str]:
        for keyword, argument in schema.items():
            if keyword in self.ANNOTATIONS:
                continue
            check = getattr(self, f"_{keyword.lstrip('$')}", None)
            assert check is not None, f"unknown keyword {keyword}"
            if not check(argument, value, schema):
                yield keyword

    def _all_hold(self, schema: dict[str, Any], value: Any) -> bool:
        return not list(self._faults(schema, value))

    def _ref(self, ref: str, value: Any, _: Any) -> bool:
        found = self.root
        for key in ref.removeprefix("#/").split("/"):
            found = found[key]
        return self._all_hold(found, value)

    def _type(self, name: str, value: Any, _: Any) -> bool:
        if isinstance(value, bool):
            return name == "boolean"
        return isinstance(value, TYPES[name]) or (
            name == "integer" and isinstance(value, float) and value.is_integer()
        )

    def _enum(self, values: list[Any], value: Any, _: Any) -> bool:
        return value in values

    def _const(self, constant: Any, value: Any, _: Any) -> bool:
        return bool(value == constant)

    def _anyOf(self, schemas: list[Any], value: Any, _: Any) -> bool:  # noqa: N802
        return any(self._all_hold(schema, value) for schema in schemas)

    def _oneOf(self, schemas: list[Any], value: Any, _: Any) -> bool:  # noqa: N802
        return sum(self._all_hold(schema, value) for schema in schemas) == 1

    def _not(self, schema: dict[str, Any], value: Any, _: Any) -> bool:
        return not self._all_hold(schema, value)

    def _required(self, keys: list[str], value: Any, _: Any) -> bool:
        return not isinstance(value, dict) or set(keys) <= set(value)

    def _properties(self, schemas: dict[str, Any], value: Any, _: Any) -> bool:
        return not isinstance(value, dict) or all(
            self._all_hold(schemas[key], item) for key, item in value.items() if key in schemas
        )

    def _additionalProperties(self, schema: Any, value: Any, parent: dict[str, Any]) -> bool:  # noqa: N802
        if not isinstance(value, dict):
            return True
        others = [item for key, item in value.items() if key not in parent.get("properties", {})]
        if isinstance(schema, bool):
            return schema or not others
        return all(self._all_hold(schema, item) for item in others)

    def _items(self, schema: dict[str, Any], value: Any, _: Any) -> bool:
        return not isinstance(value, list) or all(self._all_hold(schema, item) for item in value)

    def _minimum(self, bound: float, value: Any, _: Any) -> bool:
        return not isinstance(value, (int, float)) or value >= bound

    def _maximum(self, bound: float, value: Any, _: Any) -> bool:
        return not isinstance(value, (int, float)) or value <= bound

    def _exclusiveMinimum(self, bound: float, value: Any, _: Any) -> bool:  # noqa: N802
        return not isinstance(value, (int, float)) or value > bound

    def _exclusiveMaximum(self, bound: float, value: Any, _: Any) -> bool:  # noqa: N802
        return not isinstance(value, (int, float)) or value < bound

    def _maxLength(self, bound: int, value: Any, _: Any) -> bool:  # noqa: N802
        return not isinstance(value, str) or len(value) <= bound

    def _minLength(self, bound: int, value: Any, _: Any) -> bool:  # noqa: N802
        return not isinstance(value, str) or len(value) >= bound

    def _pattern(self, pattern: str, value: Any, _: Any) -> bool:
        return not isinstance(value, str) or re.search(pattern, value) is not None

    def _minItems(self, bound: int, value: Any, _: Any) -> bool:  # noqa: N802
        return not isinstance(value, list) or len(value) >= bound

    def _maxItems(self, bound: int, value: Any, _: Any) -> bool:  # noqa: N802
        return not isinstance(value, list) or len(value) <= bound

    def _minProperties(self, bound: int, value: Any, _: Any) -> bool:  # noqa: N802
        return not isinstance(value, dict) or len(value) >= bound


def last_line(text: str) -> str:
    """What sets a case apart."""
    return text.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator(input_schema())


@pytest.mark.parametrize("file", MOLECULES, ids=lambda file: file.stem)
def test_the_schema_accepts_every_molecule(validator: Validator, file: Path) -> None:
    assert validator.accepts(parse_yaml(file.read_text()).data)


@pytest.mark.parametrize(
    "text",
    [
        H2,
        MODEL,
        "fcidump: {file: h2.fcidump}\n",
        "molecule: {geometry: {smiles: O}, units: bohr, charge: -1, multiplicity: 2}\n",
        "molecule: {geometry: {file: h2.xyz}, basis: {H: 6-31g}, ecp: lanl2dz}\n",
        H2 + "reference: none\n",
        H2 + "optimizer: {maxiter: 3}\n",
        H2 + "ansatz: {spin_adapted: true}\n",
        MODEL + "ansatz: {reps: 3}\n",
        H2 + "ansatz: {name: two-local, rotation_blocks: ry, entanglement_blocks: [cz, cx]}\n",
        H2 + "active_space: {name: frontier, electrons: 2, orbitals: 2}\n",
        H2 + "active_space: {name: explicit, orbitals: [1, 2]}\n",
        H2 + "backend: {name: aer, shots: 100, measurement: {name: qubit-wise}}\n",
        H2 + "backend: {name: aer, noise: fake_manila}\n",
        H2 + "backend: {name: aer, noise: {device: fake_fez, scale: 2}}\n",
        H2 + "backend: {name: aer, noise: {thermal: {t1: 9 us, t2: 70}, readout: 0.1}}\n",
        H2 + "backend: {name: aer, shots: 9, noise: manila, mitigation: [readout, zne]}\n",
        H2 + "backend: {name: aer, shots: 9, noise: manila, mitigation: {symmetry: true}}\n",
        H2 + "backend: fake_fez\n",
        H2 + "backend: ibm:least-busy\n",
        H2 + "backend: {name: ibm_fez, shots: 100, plan: payg}\n",
        H2 + "backend: {name: ibm, device: ibm_fez, max_cost: 20}\n",
        H2 + "initial: mp2\n",
        H2 + "initial: [0.0, 1]\n",
        H2 + "initial: {name: random, scale: 1}\n",
        H2 + "initial: {file: old.json}\n",
        H2 + "restarts: 2\nseed: 1\n",
        H2 + "solvent: water\n",
        H2 + "solvent: {name: water, model: smd, self_consistent: true}\n",
        H2 + "environment: waters.pqr\n",
        H2 + "environment: {charges: [[0.5, 0, 0, 4]], units: bohr}\n",
        "molecule: {geometry: H 0 0 0, density_fitting: true, relativity: x2c}\n",
        H2 + "active_space: {name: fno, share: 0.5}\n",
        H2 + "orbitals: optimised\n",
        H2 + "orbitals: optimized\n",
        H2 + "orbitals: {name: optimised, max_cycles: 20}\n",
        REACTION,
        REACTION + "molecule: {basis: 6-31g, scf: {guesses: many}}\nansatz: adapt\n",
    ],
    ids=last_line,
)
def test_the_schema_accepts_what_is_read(validator: Validator, text: str) -> None:
    assert validator.accepts(parse_yaml(text).data)


@pytest.mark.parametrize(
    "text",
    [
        "seed: 7\n",
        H2 + MODEL,
        H2 + "mapperr: parity\n",
        H2 + "mapper: jw\n",
        H2 + "optimizer: {name: slsqp, maxitr: 3}\n",
        H2 + "optimizer: {name: slsqp, maxiter: 0}\n",
        H2 + "optimizer: {name: slsqp, maxiter: many}\n",
        H2 + "backend: fakefez\n",
        H2 + "backend: {name: ibm_fez, plan: free}\n",
        H2 + "seed: -1\n",
        H2 + "solvent: {name: water, model: pcm}\n",
        H2 + "environment: {charges: [[0.5, 0, 0]]}\n",
        H2 + "backend: {name: aer, noise: {thermal: {t1: 9 us}}}\n",
        "molecule: {geometry: H 0 0 0, charge: 0.5}\n",
        "molecule: {charge: 0}\n",
        H2 + "orbitals: best\n",
        H2 + REACTION,
        REACTION + MODEL,
        REACTION + "molecule: {charge: 1}\n",
        "reaction: {reactants: [O]}\n",
        "reaction: {reactants: [O], products: [{smiles: O, coefficient: 2}]}\n",
        "hamiltonian: {paulis: {ZZ: abc}}\n",
    ],
    ids=last_line,
)
def test_the_schema_refuses_what_is_refused(validator: Validator, text: str) -> None:
    assert not validator.accepts(parse_yaml(text).data)
