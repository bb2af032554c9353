"""Bundles of hydrogen, and bundles that somebody has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vqe_cli._core.bundles import MANIFEST, README, RECORD, Bundle, BundledFile, write_bundle
from vqe_cli._core.provenance import fingerprint
from vqe_cli.parts import look_up_parts
from vqe_cli.schema import spec_from_data

Change = Callable[[dict[str, Any]], None]


def edited(path: Path, change: Change, name: str = "edited.json") -> Path:
    """A record with some values changed by hand."""
    data = json.loads(path.read_text())
    change(data)
    other = path.with_name(name)
    other.write_text(json.dumps(data))
    return other


def forged(path: Path, change: Change, name: str = "forged.zip") -> Path:
    """A bundle whose record was changed, with a new manifest and a new fingerprint."""
    bundle = Bundle(path)
    data = json.loads(bundle.read(RECORD))
    change(data)
    parts = look_up_parts(spec_from_data(data["spec"]))
    data["fingerprint"] = fingerprint(parts.without_limits(data["spec"]))
    content = {one: bundle.read(one) for one in bundle.names if one not in (MANIFEST, README)}
    content[RECORD] = json.dumps(data).encode()
    other = path.with_name(name)
    write_bundle(other, "forged", [BundledFile(one, content[one], "") for one in content])
    return other
