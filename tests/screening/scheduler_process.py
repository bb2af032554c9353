"""A scheduler in its own process, to be killed or interrupted: two tasks that never end."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.screening.tasks import ACT, PRELOAD, deed
from vqe_cli.screening.workers.executor import DaskExecutor


def main(folder: Path) -> int:
    try:
        with DaskExecutor(2, None, folder, function=ACT, preload=PRELOAD) as executor:
            for number in range(2):
                note = str(folder / f"note-{number}")
                executor.submit(deed("stay", task_id=str(number), note=note))
            while True:
                executor.completed(1.0)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
