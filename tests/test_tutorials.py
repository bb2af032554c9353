"""Tutorials are notebooks: they run from top to bottom, and print what is stored in them."""

from __future__ import annotations

import html
import json
import re
import runpy
import shlex
from base64 import b64encode
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.families import slow_but
from tests.pages import shows
from tests.test_pages import parse
from vqe_cli.cli.main import vqe

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "tutorials"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
QUICK = ["radical-cation"]

VARIES = "varies"
"""Tag of a cell whose output differs from run to run, as times and memory of rows do."""

needs_jupyter = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("nbclient", "ipykernel")),
    reason="pip install '.[test]'",
)


def cells_of(name: str) -> list[dict[str, Any]]:
    """The cells of code of a tutorial."""
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text())
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def text(lines: str | list[str]) -> str:
    return "".join(lines)


def words_of(cell: dict[str, Any]) -> str:
    """What a cell printed and showed, as plain text; a picture is a line."""
    parts = []
    for output in cell["outputs"]:
        data = output.get("data", {"text/plain": output.get("text", "")})
        if "image/png" in data:
            parts.append("a picture")
        elif "text/html" in data:
            parts.append(html.unescape(re.sub(r"<[^>]+>", " ", text(data["text/html"]))))
        else:
            parts.append(re.sub(r"\x1b\[[\d;]*m", "", text(data["text/plain"])))
    return "\n".join(parts)


@needs_jupyter
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", slow_but(QUICK, NAMES))
def test_a_tutorial_prints_what_is_stored_in_it(name: str, tmp_path: Path) -> None:
    run_notebook = runpy.run_path(str(ROOT / "scripts" / "run_notebooks.py"))["run_notebook"]
    done = run_notebook(FOLDER / f"{name}.ipynb", tmp_path)
    found = [cell for cell in done["cells"] if cell["cell_type"] == "code"]
    for now, stored in zip(found, cells_of(name), strict=True):
        if VARIES not in stored["metadata"].get("tags", []):
            assert shows(words_of(now), words_of(stored)), (stored["source"], words_of(now))


@pytest.mark.parametrize("name", NAMES)
def test_a_tutorial_is_stored_as_it_ran_from_top_to_bottom(name: str) -> None:
    cells = cells_of(name)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert not [one for cell in cells for one in cell["outputs"] if one["output_type"] == "error"]


@pytest.mark.parametrize("name", NAMES)
def test_outputs_of_a_tutorial_name_no_folder_of_the_machine_that_ran_it(name: str) -> None:
    outputs = json.dumps([words_of(cell) for cell in cells_of(name)])
    assert not re.findall(r"(?<![\w.])/(?:home|root|tmp|usr|work|opt)/", outputs)


@pytest.mark.parametrize("name", NAMES)
def test_commands_of_a_tutorial_have_the_options_that_they_show(name: str) -> None:
    for cell in cells_of(name):
        for line in text(cell["source"]).replace("\\\n", " ").splitlines():
            if line.startswith("!vqe "):
                parse(vqe, "vqe", shlex.split(line)[1:])


@pytest.mark.parametrize("name", NAMES)
def test_links_of_a_tutorial_exist(name: str) -> None:
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text())
    words = "".join(text(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown")
    links = re.findall(r"\]\((?!http)([^)#]+)", words)
    assert links
    assert [link for link in links if not (FOLDER / link).exists()] == []


def cell(source: str, **data: str) -> dict[str, Any]:
    output = {"output_type": "execute_result", "data": data}
    return {"cell_type": "code", "source": source, "outputs": [output] if data else []}


def test_a_notebook_is_a_page_with_files_commands_and_outputs() -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "notebook_pages.py"))["NotebookPage"](
        "curve",
        [
            {"cell_type": "markdown", "source": ["# A curve\n", "\n", "[All](../scan.md)"]},
            cell("%%writefile h2.yaml\nmolecule: {}", **{"text/plain": "Writing h2.yaml"}),
            cell("!vqe run h2 \\\n  --quiet\n!vqe list", **{"text/plain": "\x1b[1mPASS\x1b[0m\n"}),
            cell("record", **{"text/plain": "<R>", "text/html": "<b>pass</b>\n"}),
            cell("x = 1\nplot(x)", **{"image/png": b64encode(b"drawn").decode()}),
        ],
    )
    assert page.markdown().split("\n\n") == [
        "# A curve",
        "[All](../scan.md)",
        '```yaml title="h2.yaml"\nmolecule: {}\n```',
        "```sh\nvqe run h2 \\\n  --quiet\nvqe list\n```",
        "``` { .text .output }\nPASS\n```",
        "```python\nrecord\n```",
        '<div class="output">\n<b>pass</b>\n</div>',
        "```python\nx = 1\nplot(x)\n```",
        "![plot(x)](curve-1.png){ .figure }\n",
    ]
    assert page.pictures == {"curve-1.png": b"drawn"}
