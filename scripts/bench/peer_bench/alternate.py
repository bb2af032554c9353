"""Alternating measurements with running workers: noise of the machine affects all equally."""

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
    """A worker failed, or exceeded its time limit."""


class TooSlowError(WorkerError):
    """A worker exceeded its time limit, which the message states."""


class Worker:
    """A process that runs one program with one case.

    Args:
        python: Interpreter of the program's environment.
        script: Name of the file in ``workers/``.
        folder: Folder of the case.
        threads: Number of threads for OpenMP, BLAS and numba.
        log: File for the program's output.
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
        """Send a request and wait for the answer.

        Args:
            do: Name of the request.
            timeout: Time limit in seconds.
            arguments: Arguments of the request.

        Returns:
            The answer.

        Raises:
            WorkerError: The worker reported an error, or ended.
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
    """Request samples from all workers in turn.

    Args:
        workers: Workers by name.
        repeats: Number of samples for each worker; fewer if they take longer than `cap`.
        cap: Time limit in seconds for all samples of a worker.
        do: Name of the request.
        arguments: Arguments of the request.

    Returns:
        The answers by worker, and the errors of workers that failed.
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
