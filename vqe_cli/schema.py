"""The input file's JSON Schema, put together from the spec and every registry."""

from __future__ import annotations

from typing import Any

from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES
from vqe_cli.optimizers import OPTIMIZERS
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.references import REFERENCES
from vqe_cli.registry import Registry
from vqe_cli.spec import RunSpec

PARTS: dict[str, Registry[Any]] = {
    "active_space": ACTIVE_SPACES,
    "mapper": MAPPERS,
    "ansatz": ANSATZE,
    "optimizer": OPTIMIZERS,
    "backend": BACKENDS,
    "reference": REFERENCES,
}


def input_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a YAML input file."""
    schema = RunSpec.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "vqe input file"
    definitions = schema["$defs"]
    definitions.pop("Selection", None)
    for key, registry in PARTS.items():
        described = schema["properties"][key]
        schema["properties"][key] = {
            "description": described.get("description", ""),
            **_selection(registry, definitions, also=["none"] if key == "reference" else []),
        }
    _allow_short_forms(schema)
    schema["oneOf"] = [{"required": [key]} for key in ("molecule", "hamiltonian", "fcidump")]
    return schema


def _selection(
    registry: Registry[Any], definitions: dict[str, Any], also: list[str]
) -> dict[str, Any]:
    """A bare name, or a mapping with the options of that name; the name may be left out."""
    names = [*registry.names(), *also]
    choices: list[dict[str, Any]] = [{"enum": names}]
    for name in registry.names():
        entry = registry.get(name)
        part = entry.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(part.pop("$defs", {}))
        part["title"] = name
        part["description"] = entry.summary()
        part.setdefault("properties", {})["name"] = {"const": name}
        part["required"] = ["name", *part.get("required", [])]
        choices.append(part)
    return {"anyOf": choices}


def _allow_short_forms(schema: dict[str, Any]) -> None:
    """A geometry may be text, a starting point a name or a list of numbers."""
    definitions = schema["$defs"]
    definitions["Geometry"] = {"anyOf": [{"type": "string"}, definitions["Geometry"]]}
    names = definitions["InitialSpec"]["properties"]["name"]["enum"]
    numbers = {"type": "array", "items": {"type": "number"}}
    definitions["InitialSpec"] = {"anyOf": [{"enum": names}, numbers, definitions["InitialSpec"]]}
