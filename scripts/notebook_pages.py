"""Hook of MkDocs: each notebook as a page, with what its cells printed and drew.

The page is Markdown, so that its links are checked, its headings are in the table of contents, and
nothing is loaded from elsewhere. The notebook itself is offered for download.
"""

from __future__ import annotations

import json
import posixpath
import re
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

ANSI = re.compile(r"\x1b\[[\d;]*m")
"""Colours of a terminal, which notebooks show and pages do not."""

FILE_CELL = "%%writefile "
LANGUAGES = {".yaml": "yaml", ".py": "python"}


@dataclass
class NotebookPage:
    """A notebook as a page of Markdown.

    Args:
        name: Name of the notebook without its ending.
        cells: Its cells.

    Attributes:
        pictures: Content of each picture by its file name, beside the page.
    """

    name: str
    cells: list[dict[str, Any]]
    pictures: dict[str, bytes] = field(default_factory=dict)

    def markdown(self) -> str:
        """The text of the page."""
        return "\n\n".join(part for cell in self.cells for part in self._cell(cell)) + "\n"

    def _cell(self, cell: dict[str, Any]) -> list[str]:
        source = text_of(cell["source"])
        if cell["cell_type"] == "markdown":
            return [source]
        if source.startswith(FILE_CELL):
            name, _, content = source.removeprefix(FILE_CELL).partition("\n")
            language = LANGUAGES.get(Path(name).suffix, "text")
            return [f'```{language} title="{name}"\n{content}\n```']
        shown = [self._output(output, source) for output in cell["outputs"]]
        return [code_block(source), *(one for one in shown if one)]

    def _output(self, output: dict[str, Any], source: str) -> str:
        data = output.get("data", {"text/plain": output.get("text", "")})
        if "image/png" in data:
            return self._picture(text_of(data["image/png"]), source)
        if "text/html" in data:
            return f'<div class="output">\n{text_of(data["text/html"]).strip()}\n</div>'
        printed = ANSI.sub("", text_of(data["text/plain"])).strip("\n")
        return f"``` {{ .text .output }}\n{printed}\n```" if printed else ""

    def _picture(self, content: str, source: str) -> str:
        name = f"{self.name}-{len(self.pictures) + 1}.png"
        self.pictures[name] = b64decode(content)
        return f"![{source.splitlines()[-1]}]({name}){{ .figure }}"


def text_of(lines: str | list[str]) -> str:
    """A text of a notebook, which may be stored as a list of lines."""
    return lines if isinstance(lines, str) else "".join(lines)


def code_block(source: str) -> str:
    """The code of a cell; commands of the terminal as one types them there."""
    lines = re.split(r"(?<!\\)\n", source)
    if all(line.startswith("!") for line in lines):
        return "```sh\n" + "\n".join(line[1:] for line in lines) + "\n```"
    return f"```python\n{source}\n```"


def on_files(files: Files, config: Any) -> Files:
    """Add a page and its pictures for each notebook.

    Args:
        files: The files of docs/.
        config: The configuration of the site.
    """
    from mkdocs.structure.files import File

    for notebook in [one for one in files if one.src_uri.endswith(".ipynb")]:
        folder, name = posixpath.split(notebook.src_uri.removesuffix(".ipynb"))
        page = NotebookPage(name, json.loads(notebook.content_string)["cells"])
        files.append(
            File.generated(config, posixpath.join(folder, f"{name}.md"), content=page.markdown())
        )
        for picture, content in page.pictures.items():
            files.append(File.generated(config, posixpath.join(folder, picture), content=content))
    return files


def on_page_markdown(markdown: str, page: Any, files: Files, **_: Any) -> str:
    """The text of a page; below the title of a notebook's, the notebook to download.

    Args:
        markdown: The text as written.
        page: The page.
        files: All files of the site.
    """
    notebook = page.file.src_uri.removesuffix(".md") + ".ipynb"
    if notebook not in files.src_uris:
        return markdown
    title, rest = markdown.split("\n", 1)
    link = f"[Download as a notebook]({posixpath.basename(notebook)}){{ .md-button }}"
    return f"{title}\n\n{link}\n{rest}"
