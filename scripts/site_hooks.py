"""Hook of MkDocs: documents of the root as pages, links beyond docs/, public names of Python.

Pages link to files of the repository by relative paths, so that they also work where the repository
is read. On the site a link to a document or a notebook becomes one to its page, and one to another
file its path.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vqe_cli

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
"""Documents at the root of the repository that are pages of the site."""

PUBLIC = "<!-- public names of vqe_cli -->"
"""Where the public names stand on the page of the Python interface."""

LINK = re.compile(r"\[([^\]]*)\]\((?!https?:|#)([^)\s#]+)(#[^)]*)?\)")


def on_files(files: Files, config: Any) -> Files:
    """Add the documents of the root.

    Args:
        files: The files of docs/.
        config: The configuration of the site.
    """
    from mkdocs.structure.files import File

    for name in DOCUMENTS:
        files.append(File.generated(config, name, content=(ROOT / name).read_text()))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The text of a page with links that lead to pages.

    Args:
        markdown: The text as written.
        page: The page.
    """
    source = page.file.src_path
    folder = "" if source in DOCUMENTS else posixpath.join("docs", posixpath.dirname(source))

    def on_site(found: re.Match[str]) -> str:
        words, link, anchor = found.groups()
        path = posixpath.normpath(posixpath.join(folder, link))
        if path in DOCUMENTS:
            target = path
        elif path.startswith("docs/"):
            target = re.sub(r"\.ipynb$", ".md", path.removeprefix("docs/"))
        else:
            return f"`{path}`" if words.strip("`") == path else f"{words} (`{path}`)"
        target = posixpath.relpath(target, posixpath.dirname(source) or ".")
        return f"[{words}]({target}{anchor or ''})"

    return LINK.sub(on_site, markdown).replace(PUBLIC, _public_names())


def _public_names() -> str:
    """Directives of mkdocstrings, one for each public name: functions, then classes."""
    names = [name for name in vqe_cli.__all__ if not name.startswith("_")]
    in_order = sorted(names, key=lambda name: (name[0].isupper(), name))
    return "\n\n".join(f"::: vqe_cli.{name}" for name in in_order)
