"""The documentation as a site: it is built without warnings and without anything from elsewhere."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import vqe_cli
from vqe_cli.schema.records import RunRecord

ROOT = Path(__file__).parent.parent
LOADED = re.compile(
    r'<(?:script|img|iframe)[^>]+src="?https?:|<link[^>]+rel="?(?:stylesheet|preconnect)[^>]+https?:'
)
"""What a browser would load from elsewhere."""

GENERATED = ["make_input_page", "make_verdict_page"]


@pytest.mark.parametrize("script", GENERATED)
def test_written_pages_are_up_to_date(script: str) -> None:
    made = runpy.run_path(str(ROOT / "scripts" / f"{script}.py"))
    kept = made["TARGET"].read_text().partition(made["MARK"])[2]
    assert kept == made["page"](), f"run scripts/{script}.py"


def test_every_page_of_the_reference_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text()
    pages = [p for folder in ("commands", "entries") for p in (ROOT / "docs" / folder).glob("*.md")]
    assert len(pages) > 30
    assert [p.name for p in pages if f": {p.parent.name}/{p.name}\n" not in navigation] == []


def test_severities_on_the_page_of_verdicts_are_those_of_checks() -> None:
    record: RunRecord = vqe_cli.run(vqe_cli.load(ROOT / "molecules" / "h2.yaml"))
    page = (ROOT / "docs" / "verdicts.md").read_text()
    for check in record.checks:
        (found,) = re.findall(rf"^### {check.name}\n.*?^Severity: (\w+)", page, re.M | re.S)[:1]
        assert found == ("error" if check.hard else "warning"), check.name


@pytest.mark.slow
@pytest.mark.skipif(
    any(find_spec(name) is None for name in ("mkdocs", "material", "mkdocstrings")),
    reason="pip install '.[docs]'",
)
def test_the_site_is_built_and_needs_no_network(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pages = [path.read_text() for path in tmp_path.rglob("*.html")]
    assert len(pages) > 40
    assert not [found for text in pages for found in LOADED.findall(text)]
    interface = (tmp_path / "api.html").read_text()
    assert "&gt;&gt;&gt;" in interface
    assert "<blockquote>" not in interface, "an example that stands under no 'Examples:'"
