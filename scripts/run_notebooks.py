"""Run the notebooks of docs/tutorials and keep what they print and draw.

python scripts/run_notebooks.py                  runs all
python scripts/run_notebooks.py first-molecule   runs one

The test extra has what this needs. `tests/test_tutorials.py` runs them again and compares.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "docs" / "tutorials"

PLAIN = {"TTY_COMPATIBLE": "0"}
"""Environment in which commands show neither colours nor progress."""


def run_notebook(path: Path, folder: Path) -> Any:
    """The notebook after all cells have run, from top to bottom in a new kernel.

    Args:
        path: The notebook.
        folder: The working directory of its kernel.

    Raises:
        CellExecutionError: A cell fails.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=None,
        startup_timeout=600,
        coalesce_streams=True,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return tidied(client.execute(env={**os.environ, **PLAIN, "PATH": programs}))


def tidied(notebook: Any) -> Any:
    """The notebook with the ends of lines of files in place of those of terminals.

    Args:
        notebook: The notebook as it ran.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = output.text.replace("\r\n", "\n")
    return notebook


def write_notebook(path: Path) -> None:
    """Run a notebook in a folder of its own, and write it with its outputs.

    Args:
        path: The notebook.
    """
    import nbformat

    with tempfile.TemporaryDirectory() as folder:
        os.environ["VQE_STATE_DIR"] = str(Path(folder) / "state")
        (Path(folder) / "work").mkdir()
        notebook = run_notebook(path, Path(folder) / "work")
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    path.write_text(nbformat.writes(notebook, indent=1).rstrip() + "\n")


def main(names: list[str]) -> None:
    """Run the notebooks of some names, or all."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not names or path.stem in names:
            print(path.stem, flush=True)
            write_notebook(path)


if __name__ == "__main__":
    main(sys.argv[1:])
