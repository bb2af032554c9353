"""Workers that stay alive, asked in turn, so that noise of the machine hits all of them."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

WORKERS = Path(__file__).parent.parent / "workers"
ROOT = WORKERS.parent.parent.parent

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


class WorkerError(Exception):
    """A worker failed, or took longer than it may."""


class TooSlowError(WorkerError):
    """It took longer than it may; the message says how long that is."""


class Worker:
    """One program in one process, with one case.

    Args:
        python: The interpreter of its environment.
        script: The file in ``workers/``.
        folder: The case's.
        threads: Given to OpenMP, BLAS and numba.
        log: Where it writes what it prints.
    """

    def __init__(self, python: Path, script: str, folder: Path, threads: int, log: Path) -> None:
        environment = dict(os.environ, PYTHONPATH=str(ROOT), PYTHONWARNINGS="ignore")
        environment |= dict.fromkeys(THREAD_VARIABLES, str(threads))
        with log.open("w", encoding="utf-8") as stream:
            self._process = subprocess.Popen(
                [str(python), str(WORKERS / script), str(folder.resolve())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
                env=environment,
            )
        self._stopped = False
        self._answers: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, do: str, timeout: float, **arguments: Any) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Raises:
            WorkerError: It reported an error, or ended.
            TooSlowError: There was no answer in time; the worker is stopped.
        """
        if self._stopped:
            raise WorkerError("was stopped before")
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._answers.get(timeout=timeout)
        except queue.Empty:
            self.stop()
            raise TooSlowError(f"{do} took more than {timeout:.0f} s") from None
        except BrokenPipeError:
            line = None
        if line is None:
            raise WorkerError(f"ended with code {self._process.wait()} at {do}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise WorkerError(answer["error"])
        return answer

    def stop(self) -> None:
        """End the process."""
        self._stopped = True
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                self._answers.put(line)
        except ValueError:
            pass  # stopped while it was being read
        self._answers.put(None)


def in_turn(
    workers: Mapping[str, Worker], repeats: int, cap: float, do: str, **arguments: Any
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """Ask every worker for one sample, then every worker for the next.

    Args:
        workers: By name.
        repeats: Samples of each; fewer of one whose samples together take longer than `cap`.
        cap: Seconds.
        do: The request.
        arguments: The request's.

    Returns:
        The answers, and why a worker was left out from some point on.
    """
    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in workers}
    spent, failed = dict.fromkeys(workers, 0.0), dict[str, str]()
    for _ in range(repeats):
        for name, worker in workers.items():
            if name in failed or spent[name] > cap:
                continue
            began = time.perf_counter()
            try:
                answers[name].append(worker.ask(do, cap, **arguments))
            except WorkerError as error:
                failed[name] = str(error)
            spent[name] += time.perf_counter() - began
    return answers, failed
