"""The code that computes: a checksum of the package's files, and the commit of a checkout."""

from __future__ import annotations

import hashlib
import json
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
"""Folder of the package."""

DISTRIBUTION = "vqe-cli"

GIT_SECONDS = 5.0
"""Time after which Git is not waited for."""


@cache
def source_sha256() -> str | None:
    """SHA-256 of the package's Python files, names and content; None if they cannot be read.

    Two installations of the same code have the same checksum, wherever they lie.
    """
    return sha256_of_folder(PACKAGE)


def sha256_of_folder(folder: Path) -> str | None:
    """SHA-256 of the Python files in a folder; None if there are none, or one cannot be read.

    Args:
        folder: The folder.
    """
    digest, files = hashlib.sha256(), sorted(folder.rglob("*.py"))
    try:
        for file in files:
            content = file.read_bytes().replace(b"\r\n", b"\n")
            name = file.relative_to(folder).as_posix()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    except OSError:
        return None
    return digest.hexdigest() if files else None


@cache
def source_commit() -> str | None:
    """The commit of the code; None if it was installed from an archive or an index.

    Of an installation from a version control system it is the installed one, of a checkout the one
    that is checked out; changes since then show in `source_sha256`.
    """
    return _installed_commit() if not (PACKAGE.parent / ".git").exists() else _head(PACKAGE.parent)


def _installed_commit() -> str | None:
    """The commit that pip has noted (PEP 610)."""
    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
        found = json.loads(text or "{}").get("vcs_info", {}).get("commit_id")
    except (PackageNotFoundError, OSError, ValueError, AttributeError):
        return None
    return found if isinstance(found, str) else None


def _head(checkout: Path) -> str | None:
    """The commit that is checked out in a folder."""
    command = ["git", "-C", str(checkout), "rev-parse", "--verify", "HEAD"]
    try:
        found = subprocess.run(
            command, capture_output=True, text=True, timeout=GIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() or None
