"""Draw the pictures of docs/gallery.md by its own commands, and make them small.

Arguments are names of pictures; without any, all are drawn, which takes minutes.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
PAGE, FOLDER = ROOT / "docs" / "gallery.md", ROOT / "docs" / "gallery"

SHADES = 48
"""Number of colours of a picture."""

ACCEPTED = (0, 4, 5)
"""Exit codes of commands that draw: verdicts are no failures here."""


def commands() -> dict[str, list[str]]:
    """The commands of the page by the names of their pictures."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    return {Path(word).stem: line for line in lines for word in line if word.endswith(".png")}


def draw(name: str, words: list[str], folder: Path) -> None:
    """Run a command, and keep its picture with few colours."""
    done = subprocess.run([sys.executable, "-m", "vqe_cli", *words[1:]], cwd=folder, check=False)
    if done.returncode not in ACCEPTED:
        sys.exit(f"{shlex.join(words)}: exit code {done.returncode}")
    picture = Image.open(folder / f"{name}.png").convert("RGB")
    small = picture.quantize(SHADES, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)


def main(names: list[str]) -> None:
    """Draw the pictures of some names, or all."""
    FOLDER.mkdir(exist_ok=True)
    found = commands()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "molecules").symlink_to(ROOT / "molecules")
        for name in names or found:
            draw(name, found[name], Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
