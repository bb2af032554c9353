"""Versions and platform of a calculation, and the fingerprint of its specification."""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

PACKAGES = (
    "numpy", "scipy", "pyscf", "qiskit", "qiskit-aer", "qiskit-algorithms", "qiskit-nature",
    "qiskit-ibm-runtime", "ffsim", "qiskit-addon-sqd", "rdkit", "distributed",
)  # fmt: skip


def versions(packages: tuple[str, ...] = PACKAGES) -> dict[str, str | None]:
    """Installed versions by package; None for packages that are not installed."""
    return {package: _version(package) for package in packages}


@cache
def _version(package: str) -> str | None:
    """The installed version of a package, cached because the search is slow."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def provenance() -> dict[str, Any]:
    """Versions, code, platform and time."""
    from vqe_cli._core.resources import available_threads
    from vqe_cli._core.source_code import source_commit, source_sha256
    from vqe_cli._core.version import __version__

    return {
        "creator": "vqe",
        "version": __version__,
        "source_sha256": source_sha256(),
        "commit": source_commit(),
        "packages": versions(),
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "threads": available_threads(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def fingerprint(resolved: dict[str, Any]) -> str:
    """SHA-256 of a resolved specification, with sorted keys, no NaN, and −0 as 0.

    Args:
        resolved: Plain data with all defaults filled in.
    """
    text = json.dumps(_plain_zero(resolved), sort_keys=True, allow_nan=False, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain_zero(value: Any) -> Any:
    if isinstance(value, float) and value == 0.0:
        return 0.0
    if isinstance(value, dict):
        return {key: _plain_zero(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain_zero(item) for item in value]
    return value
