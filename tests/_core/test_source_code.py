"""Checksums of code, and commits of checkouts."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from vqe_cli._core import source_code
from vqe_cli._core.provenance import provenance
from vqe_cli._core.source_code import sha256_of_folder

pytestmark = pytest.mark.quick


def test_the_checksum_is_that_of_names_and_content(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.py").write_bytes(b"2\n")
    (tmp_path / "one.py").write_bytes(b"1\n")
    expected = hashlib.sha256(b"b/two.py\x002\x002\none.py\x002\x001\n").hexdigest()
    assert sha256_of_folder(tmp_path) == expected
    (tmp_path / "one.py").write_bytes(b"1\r\n")
    assert sha256_of_folder(tmp_path) == expected
    (tmp_path / "one.py").write_bytes(b"3\n")
    assert sha256_of_folder(tmp_path) != expected


def test_a_folder_without_python_files_has_none(tmp_path: Path) -> None:
    assert sha256_of_folder(tmp_path) is None


def test_the_commit_of_a_checkout_is_that_of_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for command in (["init", "-q"], [*author, "commit", "-q", "--allow-empty", "-m", "First"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    log = subprocess.run(
        ["git", "-C", str(tmp_path), "log", "--format=%H"], check=True, capture_output=True
    )
    monkeypatch.setattr(source_code, "PACKAGE", tmp_path / "vqe_cli")
    assert source_code.source_commit.__wrapped__() == log.stdout.decode().strip()


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        ('{"url": "https://example.org", "vcs_info": {"vcs": "git", "commit_id": "abc"}}', "abc"),
        ('{"url": "file:///somewhere", "dir_info": {}}', None),
        ("[]", None),
        (None, None),
    ],
)
def test_the_commit_of_an_installation_is_what_pip_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noted: str | None, expected: str | None
) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            return noted if name == "direct_url.json" else None

    monkeypatch.setattr(source_code, "PACKAGE", tmp_path / "vqe_cli")
    monkeypatch.setattr(source_code, "distribution", lambda _: Installed())
    assert source_code.source_commit.__wrapped__() == expected


def test_records_name_their_code() -> None:
    found = provenance()
    assert re.fullmatch("[0-9a-f]{64}", found["source_sha256"])
    assert found["commit"] is None or re.fullmatch("[0-9a-f]{40}", found["commit"])
