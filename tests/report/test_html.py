"""What every page from templates has: escaped values, a strict policy, nothing undefined."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from vqe_cli.report.html import render

pytestmark = pytest.mark.quick

PAGE = """{% extends "base.html" %}
{% set kind, sections, start, version = "a test", [("a", "A")], ("a", "the letter A"), none %}
{% set script = "small.js" if with_script else none %}
{% block main %}<p id="a">{{ words }}</p>{% endblock %}
"""
SCRIPT = "document.title = 'é & <b>';\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a package that has a page of its own."""
    name = f"pages_of_{tmp_path.name}"  # imported once in a process
    folder = tmp_path / name / "templates"
    folder.mkdir(parents=True)
    (tmp_path / name / "__init__.py").touch()
    (folder / "small.html").write_text(PAGE)
    (folder / "small.js").write_text(SCRIPT, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_a_page_of_another_package_has_the_common_parts(package: str) -> None:
    page = render(package, "small.html", title="<T>", words="a < b", with_script=False)
    assert page.startswith("<!DOCTYPE html>\n")
    assert page.endswith("</html>\n")
    assert "<h1>&lt;T&gt;</h1>" in page
    assert '<p id="a">a &lt; b</p>' in page
    assert "--accent:" in page
    assert "Made by vqe. This file needs no network." in page
    assert "<script" not in page
    assert "default-src 'none'; style-src 'unsafe-inline'\"" in page


def test_the_policy_knows_the_script_as_it_stands(package: str) -> None:
    page = render(package, "small.html", title="", words="", with_script=True)
    found = re.search("<script>(.*?)</script>", page, re.DOTALL)
    assert found is not None
    assert found[1] == SCRIPT
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page


def test_what_is_missing_is_an_error(package: str) -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError, match="words"):
        render(package, "small.html", title="", with_script=False)


def test_templates_are_read_only_when_a_page_is_made() -> None:
    code = """
        import sys
        import vqe_cli.report.html
        raise SystemExit("jinja2" in sys.modules)
    """
    subprocess.run([sys.executable, "-c", dedent(code)], check=True)
