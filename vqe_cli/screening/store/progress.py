"""The progress of a campaign: counts, failures, pace, and an estimate of the remaining time."""

from __future__ import annotations

import sqlite3

from vqe_cli.screening.store.model import FailureGroup, Status, Summary

RECENT_SECONDS = 600.0

_FAILED = "SELECT key FROM results WHERE failure_kind IS NOT NULL"

_COUNTS = f"""
    WITH states AS (
        SELECT p.case_id, total(r.key IS NULL) AS missing, total(p.key IN ({_FAILED})) AS failed
        FROM case_parts p LEFT JOIN results r ON r.key = p.key
        GROUP BY p.case_id
    )
    SELECT CASE
            WHEN k.failure_kind IS NOT NULL THEN 'refused'
            WHEN k.duplicate_of IS NOT NULL THEN 'duplicate'
            WHEN c.id IS NULL THEN 'pending'
            WHEN c.failure_kind IS NOT NULL THEN 'refused'
            WHEN s.failed > 0 THEN (SELECT status FROM case_states WHERE id = c.id)
            WHEN s.missing > 0 THEN 'pending'
            ELSE 'done'
        END AS status, count(*), sum(c.cost)
    FROM candidates k
    LEFT JOIN cases c ON c.candidate = coalesce(k.duplicate_of, k.position)
    LEFT JOIN states s ON s.case_id = c.id
    GROUP BY 1
"""
"""The view ``case_states`` looks up every case by itself; here this is done only for cases with a
failure, where a property may be blocked. For the others only the index of keys is read."""

_FAILURES = f"""
    WITH failing (kind, message, candidate, position, tried) AS (
        SELECT coalesce(k.failure_kind, c.failure_kind),
            coalesce(k.failure_message, c.failure_message), k.name, k.position, 0
        FROM candidates k LEFT JOIN cases c ON c.candidate = k.position
        WHERE (k.failure_kind IS NOT NULL OR c.failure_kind IS NOT NULL)
            AND k.duplicate_of IS NULL
        UNION ALL
        SELECT r.failure_kind, r.failure_message, k.name, k.position, 1
        FROM case_parts p
        JOIN results r ON r.key = p.key
        JOIN cases c ON c.id = p.case_id
        JOIN candidates k ON k.position = c.candidate
        WHERE p.key IN ({_FAILED}) AND c.failure_kind IS NULL
        GROUP BY p.case_id HAVING p.position = min(p.position)
    )
    SELECT kind, count(*) AS count, message, candidate, tried, min(position) FROM failing
    GROUP BY kind, tried ORDER BY count DESC, kind, tried
"""
"""With `min`, SQLite takes the other columns from the row of the minimum, the first candidate."""

_CHARGES = """
    SELECT charge, count(*) AS count FROM candidates
    WHERE failure_kind IS NULL AND duplicate_of IS NULL AND charge IS NOT NULL
    GROUP BY charge ORDER BY count DESC, charge
"""

_ATTEMPTS = """
    WITH ends AS (
        SELECT started, started + wall_s AS ended, failure_kind IS NULL AS good,
            max(started + wall_s) OVER (
                ORDER BY started ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM attempts
    )
    SELECT count(*) AS attempts, total(good) AS good, min(started) AS first, max(ended) AS last,
        total(max(0, ended - max(started, coalesce(before, started)))) AS active
    FROM ends
"""
"""Time with at least one running task: pauses between sessions do not count."""

_SPREAD = """
    SELECT total(wall_s) AS wall, max(wall_s) AS longest, max(peak_bytes) AS peak FROM attempts
"""

_RECENT = """
    SELECT count(*) AS good FROM attempts
    WHERE failure_kind IS NULL AND started + wall_s > ?
"""

_MEDIAN = """
    SELECT wall_s FROM attempts WHERE failure_kind IS NULL ORDER BY wall_s LIMIT 1
    OFFSET (SELECT count(*) / 2 FROM attempts WHERE failure_kind IS NULL)
"""


def summary(connection: sqlite3.Connection) -> Summary:
    """The summary of the campaign.

    Args:
        connection: Connection within a snapshot.
    """
    counts: dict[Status, int] = {}
    costs: dict[Status, float] = {}
    for status, count, cost in connection.execute(_COUNTS):
        counts[status], costs[status] = count, cost or 0.0
    attempts = connection.execute(_ATTEMPTS).fetchone()
    spread = connection.execute(_SPREAD).fetchone()
    median = connection.execute(_MEDIAN).fetchone()
    active: float = attempts["active"]
    return Summary(
        total=sum(counts.values()),
        counts=counts,
        failures=tuple(
            FailureGroup(kind, count, message, candidate, bool(tried))
            for kind, count, message, candidate, tried, _ in connection.execute(_FAILURES)
        ),
        attempts=attempts["attempts"],
        per_hour=3600 * attempts["good"] / active if active > 0 else None,
        per_hour_recently=_recent_pace(connection, attempts["last"], active),
        remaining_s=_remaining(costs, active),
        started=attempts["first"],
        ended=attempts["last"],
        active_s=active,
        wall_s=spread["wall"],
        median_wall_s=median["wall_s"] if median else None,
        longest_wall_s=spread["longest"],
        peak_bytes=spread["peak"],
        pending_cost=costs.get("pending", 0.0),
    )


def charges(connection: sqlite3.Connection) -> dict[int, int]:
    """Numbers of candidates by charge, the largest first, without duplicates and refused ones.

    Args:
        connection: Connection within a snapshot.
    """
    return dict(map(tuple, connection.execute(_CHARGES)))


def _recent_pace(connection: sqlite3.Connection, last: float | None, active: float) -> float | None:
    """Successful tasks per hour in the last minutes before the end of the last attempt."""
    if last is None or active <= 0:
        return None
    window = min(RECENT_SECONDS, active)
    good: int = connection.execute(_RECENT, (last - window,)).fetchone()["good"]
    return 3600 * good / window


def _remaining(costs: dict[Status, float], active: float) -> float | None:
    """Estimated seconds for the pending cases, at the previous rate of estimated cost."""
    pending = costs.get("pending", 0.0)
    finished = sum(costs.get(status, 0.0) for status in ("done", "partial", "failed"))
    if pending == 0 or finished <= 0 or active <= 0:
        return None
    return pending * active / finished
