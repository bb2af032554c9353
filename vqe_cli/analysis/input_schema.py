"""The input file's JSON Schema, assembled from the specs and the table of kinds."""

from __future__ import annotations

import re
from typing import Any

from vqe_cli._core.kinds import KINDS, LISTS, PARTS, Kind
from vqe_cli._core.registry import Family
from vqe_cli.schema import RunSpec
from vqe_cli.schema.reaction_spec import OF_SPECIES, ReactionSpec


def input_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a YAML input file of a run or a reaction."""
    schema = RunSpec.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "vqe input file"
    definitions = schema["$defs"]
    definitions.pop("Selection", None)
    for key, kind in PARTS.items():
        selection = _selection(kind, definitions)
        schema["properties"][key] = {"description": kind.description, **selection}
    for kind in LISTS:
        one = _selection(kind, definitions)
        several = {"type": "array", "items": one}
        choices = {"description": kind.description, "anyOf": [one, several]}
        schema["properties"][str(kind.key[0])] = choices
    of_states = definitions["StatesSpec"]
    of_states["properties"]["method"] = _selection(KINDS["state-method"], definitions)
    definitions["StatesSpec"] = {"anyOf": [{"type": "integer", "minimum": 1}, of_states]}
    items = _selection(KINDS["property"], definitions)
    schema["properties"]["properties"] |= {"items": items}
    _describe_models(definitions)
    _allow_short_forms(schema)
    _allow_reactions(schema)
    return schema


def _describe_models(definitions: dict[str, Any]) -> None:
    """Replace the Hamiltonian's definition by one of Pauli strings and one for each model."""
    whole = definitions["HamiltonianSpec"]
    common = {key: whole["properties"][key] for key in ("name", "unit")}
    paulis = {"description": whole["properties"]["paulis"]["description"]}
    pair = {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "number"}]}}
    paulis["anyOf"] = [
        {"type": "object", "additionalProperties": {"type": "number"}},
        {"type": "array", "items": {**pair, "minItems": 2, "maxItems": 2}},
    ]
    closed = {"type": "object", "additionalProperties": False}
    choices = [{**closed, "properties": {**common, "paulis": paulis}, "required": ["paulis"]}]
    registry = KINDS["model"].registry
    for name in registry.usable():
        entry = registry.get(name)
        part = entry.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(part.pop("$defs", {}))
        properties = {**common, "model": {"const": name}, **part.get("properties", {})}
        required = ["model", *part.get("required", [])]
        choices.append(
            {
                **closed,
                "title": name,
                "description": entry.summary(),
                "properties": properties,
                "required": required,
            }
        )
    definitions["HamiltonianSpec"] = {"description": whole["description"], "anyOf": choices}


def _allow_reactions(schema: dict[str, Any]) -> None:
    """Allow one problem, or a reaction with settings of all its molecules."""
    properties, definitions = schema["properties"], schema["$defs"]
    found = ReactionSpec.model_json_schema(ref_template="#/$defs/{model}")
    of_species = found.pop("$defs")["SpeciesSpec"]
    space = properties["active_space"]["anyOf"]
    of_species["properties"]["active_space"]["anyOf"] = [*space, {"type": "null"}]
    definitions["SpeciesSpec"] = {"anyOf": [{"type": "string"}, of_species]}
    properties["reaction"] = {"description": "A reaction, for `vqe reaction`.", **found}
    whole = definitions["MoleculeSpec"]
    kept = {key: value for key, value in whole["properties"].items() if key not in OF_SPECIES}
    definitions["MoleculeSettings"] = {
        "type": "object",
        "title": "MoleculeSettings",
        "description": "Settings of all molecules of a reaction.",
        "additionalProperties": False,
        "properties": kept,
    }
    of_run, of_reaction = ({"$ref": f"#/$defs/Molecule{end}"} for end in ("Spec", "Settings"))
    properties["molecule"] = {"description": "A molecule ...", "anyOf": [of_run, of_reaction]}
    without_atoms = [{"required": [key]} for key in ("hamiltonian", "fcidump")]
    other, no_other = {"not": {"required": ["reaction"]}}, {"not": {"anyOf": without_atoms}}
    schema["oneOf"] = [
        {"required": ["molecule"], "properties": {"molecule": of_run}, **other},
        *({**one, **other} for one in without_atoms),
        {"required": ["reaction"], "properties": {"molecule": of_reaction}, **no_other},
    ]


def _selection(kind: Kind, definitions: dict[str, Any]) -> dict[str, Any]:
    """Schema of a kind: a bare name, or a mapping with options; a default name may be omitted."""
    registry = kind.registry
    names = [*registry.usable(), *(["none"] if kind.optional else [])]
    choices: list[dict[str, Any]] = [{"enum": names}]
    family = registry.family
    if family is not None:
        choices.append({"type": "string", "pattern": _pattern(family)})
    for name in registry.usable():
        entry = registry.get(name)
        part = entry.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(part.pop("$defs", {}))
        part["title"] = name
        part["description"] = entry.summary()
        part.setdefault("properties", {})["name"] = {"const": name}
        if name not in kind.defaults:
            part["required"] = ["name", *part.get("required", [])]
        part["properties"] = {k: _one_or_many(v) for k, v in part["properties"].items()}
        choices.append(part)
        if family is not None and name == family.entry:
            choices.append(_member(part, family))
    return {"anyOf": choices}


def _member(part: dict[str, Any], family: Family) -> dict[str, Any]:
    """Schema of a mapping with a name of the family, which sets the family's options."""
    own = family.own_options
    properties = {key: value for key, value in part["properties"].items() if key not in own}
    properties["name"] = {"type": "string", "pattern": _pattern(family)}
    return {**part, "properties": properties, "required": ["name"]}


def _pattern(family: Family) -> str:
    """The family's pattern in the notation of JSON Schema, which names no groups so."""
    return "^(?:" + re.sub(r"\?P<\w+>", "", family.pattern) + ")$"


def _one_or_many(field: dict[str, Any]) -> dict[str, Any]:
    """Schema that allows a single name in place of a list of names."""
    if field.get("type") != "array" or "enum" not in field.get("items", {}):
        return field
    return {"description": field.get("description", ""), "anyOf": [field["items"], field]}


def _allow_short_forms(schema: dict[str, Any]) -> None:
    """Allow text as a geometry, a name or numbers as a starting point, and a device as noise."""
    definitions = schema["$defs"]
    definitions["Noise"] = {"anyOf": [{"type": "string"}, definitions["Noise"]]}
    names_or_options = [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    definitions["Mitigation"] = {"anyOf": [*names_or_options, definitions["Mitigation"]]}
    definitions["Readout"] = {"anyOf": [{"type": "number"}, definitions["Readout"]]}
    for name in ("Geometry", "SolventSpec"):
        definitions[name] = {"anyOf": [{"type": "string"}, definitions[name]]}
    kinds = definitions["OrbitalsSpec"]["properties"]["name"]["enum"]
    kinds = [*kinds, "optimized"]
    definitions["OrbitalsSpec"] = {"anyOf": [{"enum": kinds}, definitions["OrbitalsSpec"]]}
    _allow_rows_of_charges(definitions)
    names = definitions["InitialSpec"]["properties"]["name"]["enum"]
    numbers = {"type": "array", "items": {"type": "number"}}
    definitions["InitialSpec"] = {"anyOf": [{"enum": names}, numbers, definitions["InitialSpec"]]}


def _allow_rows_of_charges(definitions: dict[str, Any]) -> None:
    """Allow a file or rows of numbers as an environment, and as its charges."""
    row = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}
    short = [{"type": "string"}, {"type": "array", "items": row}]
    whole = definitions["EnvironmentSpec"]
    charges = whole["properties"]["charges"]
    whole["properties"]["charges"] = {"description": charges["description"], "anyOf": short}
    definitions["EnvironmentSpec"] = {"anyOf": [*short, whole]}
