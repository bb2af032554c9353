r"""Kill campaigns at random moments and start them again: nothing may be lost or computed twice.

    PYTHONPATH=. python scripts/screening/kill_test.py --seeds 200
    PYTHONPATH=. python scripts/screening/kill_test.py --seeds 1 --kills 20 --victims scheduler \
        --tasks 400 --within 0.12

Each seed is a campaign of `quick_campaign` on two workers. `kill -9` is sent to the scheduler, a
worker or a child at a random moment; a scheduler that ends is started again. Counted at the end:

- lost: results that existed after a kill and are missing or different at the end;
- repeated: properties that were begun again after their result existed, according to the ledger
  that the tasks write;
- damaged: faults by SQLite's integrity check, wrong checksums, quarantined files;
- orphans: processes of the campaign, recognised by a mark in their environment, that still live
  ten seconds after their scheduler was killed;
- different: exports that differ from that of an uninterrupted campaign in any byte.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import quick_campaign

HERE = Path(__file__).resolve().parent
MARK = "QUICK_CAMPAIGN_MARK"
VICTIMS = ("scheduler", "worker", "child")
ORPHANS_S = 10.0
"""Time after which no process of a killed campaign may be left."""

LONGEST_S = 600.0
"""Time after which a campaign counts as hung."""

PARTS = """
    SELECT p.key, c.given, q.name, r.finished, r."values" FROM case_parts p
    JOIN cases k ON k.id = p.case_id
    JOIN candidates c ON c.position = k.candidate
    JOIN properties q ON q.id = p.property
    LEFT JOIN results r ON r.key = p.key AND r.failure_kind IS NULL
"""


@dataclass(frozen=True)
class Plan:
    """The test plan, the same for every seed.

    Args:
        candidates: Folder of molecules.
        expected: Export of an uninterrupted campaign.
        seconds: Longest delay of a kill in seconds.
        kills: Number of kills for each seed.
        victims: Kinds of processes to kill.
    """

    candidates: Path
    expected: bytes
    seconds: float
    kills: int
    victims: tuple[str, ...]


@dataclass
class Findings:
    """The findings for one seed.

    Args:
        kills: Number of kills by victim; ``none`` where the campaign had ended before.
        starts: Number of starts of the scheduler.
        troubles: Number of faults by kind.
    """

    kills: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    troubles: Counter[str] = field(default_factory=Counter)


class Campaign:
    """A campaign in a folder, and its processes.

    Args:
        root: Folder for the campaign, its ledger and the scheduler's output.
        candidates: Folder of molecules.
    """

    def __init__(self, root: Path, candidates: Path) -> None:
        self.folder, self.ledger, self._words = root / "campaign", root / "ledger", root / "words"
        self._candidates, self._mark = candidates, str(root)
        root.mkdir(parents=True)
        quick_campaign.install(root / "plugin")
        path = [str(root / "plugin"), str(HERE), str(HERE.parent.parent)]
        self._env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([*path, os.environ.get("PYTHONPATH", "")]),
            "VQE_STATE_DIR": str(root / "state"),
            quick_campaign.LEDGER: str(self.ledger),
            MARK: self._mark,
        }

    def start(self) -> subprocess.Popen[bytes]:
        """Start a scheduler.

        Returns:
            Its process.
        """
        chosen = "properties=[first-nap, second-nap]"
        options = ["--workers", "2", "--set", chosen, "--out", str(self.folder)]
        with self._words.open("ab") as words:
            return subprocess.Popen(
                self._vqe("run", str(self._candidates), *options),
                env=self._env,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )

    def export(self) -> bytes:
        """The table from `vqe screen export`."""
        command = self._vqe("export", str(self.folder))
        return subprocess.run(command, env=self._env, check=True, capture_output=True).stdout

    def living(self) -> list[psutil.Process]:
        """All living processes of the campaign."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def wait_for_the_end(self, within: float) -> int:
        """Wait for the end of all processes, and kill those that are left.

        Returns:
            The number of processes that were left.
        """
        deadline = time.monotonic() + within
        while (left := self.living()) and time.monotonic() < deadline:
            time.sleep(0.1)
        for process in left:
            process.kill()
        return len(left)

    def results(self) -> dict[tuple[str, str], tuple[float, str]]:
        """Time of storage and values of each result, by geometry and property.

        Results in the spool count: they were written, and must not be computed again.
        """
        now, parts = time.time(), self._parts()
        found = {
            (given, name): (finished, values)
            for _, given, name, finished, values in parts
            if finished is not None
        }
        keys = {key: (given, name) for key, given, name, _, _ in parts}
        for file in sorted((self.folder / "spool").glob("[!.]*.json")):
            part = keys.get(file.name.partition(".")[0])
            result = json.loads(file.read_bytes().partition(b"\n")[2])
            if part is not None and not result.get("failure"):
                found.setdefault(part, (now, json.dumps(result["values"], separators=(",", ":"))))
        return found

    def begun(self) -> Iterator[tuple[tuple[str, str], float]]:
        """Iterate over the ledger: geometry and property of each computation, and its start."""
        lines = self.ledger.read_text().splitlines() if self.ledger.exists() else []
        for line in map(json.loads, lines):
            yield (line["geometry"], line["property"]), line["at"]

    def damage(self) -> int:
        """The number of faults: damaged database, damaged results, quarantined files."""
        with sqlite3.connect(self.folder / "campaign.sqlite") as store:
            faults = [row[0] for row in store.execute("PRAGMA integrity_check")]
            (damaged,) = store.execute("SELECT count(*) FROM damaged").fetchone()
        quarantined = list((self.folder / "quarantine").glob("*"))
        return int(faults != ["ok"]) + int(damaged) + len(quarantined)

    def words(self) -> str:
        """The end of the schedulers' output."""
        return self._words.read_text(errors="replace")[-2000:]

    def _parts(self) -> list[tuple[str, str, str, float | None, str]]:
        path = self.folder / "campaign.sqlite"
        if not path.exists():
            return []
        with sqlite3.connect(path) as store:
            if not store.execute("PRAGMA user_version").fetchone()[0]:
                return []
            return [
                (key, _geometry(given), name, finished, values)
                for key, given, name, finished, values in store.execute(PARTS)
            ]

    def _vqe(self, *arguments: str) -> list[str]:
        return [sys.executable, str(HERE / "quick_campaign.py"), "screen", *arguments]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return bool(process.environ().get(MARK) == self._mark)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            return False


def _geometry(given: str) -> str:
    """The geometry of a candidate, from the input as JSON in the store."""
    return str(json.loads(given)["molecule"]["geometry"]).strip()


def write_candidates(folder: Path, count: int) -> Path:
    """Write hydrogen molecules with different bond lengths.

    Args:
        folder: Folder for the files.
        count: Number of molecules.

    Returns:
        The folder.
    """
    folder.mkdir()
    for number in range(count):
        geometry = f"H 0 0 0\nH 0 0 {0.6 + number / 1000:.3f}"
        (folder / f"h{number:03d}.xyz").write_text(f"2\nhydrogen\n{geometry}\n")
    return folder


def run_seed(seed: int, plan: Plan, root: Path) -> Findings:
    """Run a campaign, killed and started again until it has ended.

    Args:
        seed: Random seed of moments and victims.
        plan: The test plan.
        root: Folder for the campaign's files.

    Returns:
        The findings.
    """
    random_ = random.Random(seed)
    campaign, found = Campaign(root / f"seed-{seed}", plan.candidates), Findings()
    acknowledged: dict[tuple[str, str], tuple[float, str]] = {}
    left, code = plan.kills, None
    while code is None:
        scheduler = campaign.start()
        found.starts += 1
        while left and scheduler.poll() is None:
            left -= 1
            victim = random_.choice(plan.victims)
            found.kills[_kill(victim, scheduler, random_.uniform(0.0, plan.seconds))] += 1
            if victim == "scheduler":
                break
        code = _ended(scheduler, found, campaign)
        acknowledged = _compare(acknowledged, campaign, found)
    if code != 0:
        found.troubles["failed"] += 1
    found.troubles["damaged"] += campaign.damage()
    found.troubles["different"] += campaign.export() != plan.expected
    if any(found.troubles.values()):
        print(f"seed {seed}: {dict(+found.troubles)}, see {root}\n{campaign.words()}", flush=True)
    else:
        shutil.rmtree(root / f"seed-{seed}")
    return found


def _ended(scheduler: subprocess.Popen[bytes], found: Findings, campaign: Campaign) -> int | None:
    """Wait for the scheduler and its processes; its exit code, None if it was killed."""
    try:
        code = scheduler.wait(LONGEST_S)
    except subprocess.TimeoutExpired:
        scheduler.kill()
        found.troubles["hung"] += 1
        code = scheduler.wait()
    found.troubles["orphans"] += campaign.wait_for_the_end(ORPHANS_S)
    return None if code == -signal.SIGKILL and not found.troubles["hung"] else code


def _kill(victim: str, scheduler: subprocess.Popen[bytes], delay: float) -> str:
    """Kill a process after a delay, or as soon as it exists; the kind of the killed process."""
    time.sleep(delay)
    while scheduler.poll() is None:
        try:
            for pid in _processes(scheduler.pid)[victim]:
                os.kill(pid, signal.SIGKILL)
                return victim
        except (psutil.NoSuchProcess, ProcessLookupError):
            pass  # the process has ended by itself
        time.sleep(0.02)
    return "none"


def _processes(scheduler: int) -> dict[str, list[int]]:
    """Process ids by kind: a worker's child is the fork server, whose children run tasks."""
    found: dict[str, list[int]] = {"scheduler": [scheduler], "worker": [], "child": []}
    for worker in psutil.Process(scheduler).children():
        command = " ".join(worker.cmdline())
        if "spawn_main" in command:
            found["worker"].append(worker.pid)
        servers = [worker] if "workers.fork_server" in command else worker.children()
        for server in servers:
            found["child"] += [child.pid for child in server.children()]
    for pids in found.values():
        random.shuffle(pids)
    return found


def _compare(
    before: dict[tuple[str, str], tuple[float, str]], campaign: Campaign, found: Findings
) -> dict[tuple[str, str], tuple[float, str]]:
    """Count lost results and repeated computations; all results so far."""
    now = campaign.results()
    for part, (_, values) in before.items():
        found.troubles["lost"] += part not in now or json.loads(now[part][1]) != json.loads(values)
    for part, at in campaign.begun():
        found.troubles["repeated"] += part in before and at > before[part][0]
    return {**now, **before}


def uninterrupted(candidates: Path, root: Path) -> tuple[bytes, float]:
    """The export of an uninterrupted campaign, and its duration in seconds.

    Args:
        candidates: Folder of molecules.
        root: Folder for the campaign's files.
    """
    campaign, start = Campaign(root / "uninterrupted", candidates), time.monotonic()
    if campaign.start().wait(LONGEST_S) != 0:
        raise SystemExit(campaign.words())
    return campaign.export(), time.monotonic() - start


def report(findings: Sequence[Findings], seconds: float) -> int:
    """Print the counts.

    Args:
        findings: Findings for each seed.
        seconds: Duration of the whole test in seconds.

    Returns:
        The number of faults.
    """
    kills = sum((found.kills for found in findings), Counter[str]())
    troubles = sum((+found.troubles for found in findings), Counter[str]())
    starts = sum(found.starts for found in findings)
    print(f"{len(findings)} seeds, {starts} starts of the scheduler, {seconds:.0f} s")
    print("killed: " + ", ".join(f"{victim} {kills[victim]}" for victim in (*VICTIMS, "none")))
    for kind in ("lost", "repeated", "damaged", "orphans", "different", "hung", "failed"):
        print(f"{kind:<10} {troubles[kind]:>4}")
    return sum(troubles.values())


def main() -> None:
    """Run all seeds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--kills", type=int, default=1, help="kills for each seed")
    parser.add_argument("--tasks", type=int, default=12)
    parser.add_argument("--victims", nargs="+", choices=VICTIMS, default=VICTIMS)
    parser.add_argument(
        "--within",
        type=float,
        default=1.0,
        help="longest delay of a kill, as a fraction of an uninterrupted campaign's duration",
    )
    parser.add_argument("--jobs", type=int, default=1, help="number of simultaneous campaigns")
    arguments = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="kill-test-"))
    candidates = write_candidates(root / "candidates", arguments.tasks)
    expected, seconds = uninterrupted(candidates, root)
    window = seconds * arguments.within
    plan = Plan(candidates, expected, window, arguments.kills, tuple(arguments.victims))
    print(f"uninterrupted: {seconds:.1f} s; load {os.getloadavg()[0]:.1f}", flush=True)
    start = time.monotonic()
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        findings = list(pool.map(lambda seed: run_seed(seed, plan, root), seeds))
    troubles = report(findings, time.monotonic() - start)
    if not troubles:
        shutil.rmtree(root)
    sys.exit(1 if troubles else 0)


if __name__ == "__main__":
    main()
