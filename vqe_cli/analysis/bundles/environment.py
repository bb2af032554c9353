"""Files of a bundle that follow from a record: the record, its input and its packages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vqe_cli._core.bundles import RECORD, BundledFile
from vqe_cli.schema.record import Record
from vqe_cli.schema.records import to_json


def record_file(record: Record | dict[str, Any]) -> BundledFile:
    """The record.

    Args:
        record: The record.
    """
    about = "the record: input, seeds, results, checks and versions"
    return BundledFile(RECORD, f"{to_json(record)}\n".encode(), about)


def requirements_file(provenance: Mapping[str, Any]) -> BundledFile:
    """The versions of the packages, for `pip install -r`.

    Args:
        provenance: The provenance in a record.
    """
    packages = {"vqe-cli": provenance["version"], **provenance["packages"]}
    lines = [f"{name}=={found}" for name, found in packages.items() if found is not None]
    header = [f"# Python {provenance['python']} on {provenance['platform']}"]
    known = {
        "commit": provenance.get("commit"),
        "SHA-256 of the code": provenance.get("source_sha256"),
    }
    header += [f"# vqe-cli, {name}: {found}" for name, found in known.items() if found is not None]
    text = "\n".join([*header, *lines, ""])
    return BundledFile("requirements.txt", text.encode(), "versions, for `pip install -r`")


def input_file(data: Mapping[str, Any], name: str = "input.json") -> BundledFile:
    """The input with all defaults, for `vqe run`.

    Args:
        data: The input as plain data.
        name: Name of the file.
    """
    text = json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
    return BundledFile(name, text.encode(), "the input with all defaults filled in")
