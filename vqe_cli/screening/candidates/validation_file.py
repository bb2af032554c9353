"""The file of validated candidates: each candidate is validated only once."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, takewhile
from pathlib import Path

from vqe_cli._core.plain_json import compact_json
from vqe_cli.screening.candidates.validation import Caps, not_validated, validate
from vqe_cli.screening.model import Candidate, Failure, Limits, ValidatedCandidate
from vqe_cli.screening.workers.disk_errors import storage
from vqe_cli.screening.workers.isolated_calls import in_children

PRELOAD = (
    "rdkit.Chem.AllChem",
    "rdkit.Chem.MolStandardize.rdMolStandardize",
    "vqe_cli.chemistry.geometry.structures.counterions:small",
    "vqe_cli.chemistry.geometry.structures.counterions:larger",
)

VERSION = 4
"""Incremented when the rules of validation change. 2: atoms in their ground states. 3:
counter-ions are recognised by structure. 4: doubts; stated spin and stereochemistry are kept."""

LIMITS = Limits(memory_bytes=2_000_000_000, seconds=20.0)
"""Limits for reading one structure with RDKit, which takes about 10 ms unless it hangs."""

AT_ONCE = 2000
"""Number of validated candidates written together."""

Tell = Callable[[int], None]


class ValidationFile:
    """Validated candidates as JSON lines with checksums, after a header line.

    A truncated or damaged file is continued after its last good line; a file of other candidates,
    caps or rules is replaced.

    Args:
        path: Path of the file.
        candidates_sha256: SHA-256 of the candidates, see `checksum`.
        caps: Limits on candidates.
    """

    def __init__(self, path: Path, candidates_sha256: str, caps: Caps) -> None:
        self.sha256 = candidates_sha256
        self._path = path
        self._caps = caps
        facts = {"version": VERSION, "candidates": candidates_sha256, "caps": caps.model_dump()}
        self._header = compact_json(facts)

    def complete(self, candidates: Iterable[Candidate], children: int, tell: Tell) -> None:
        """Validate the candidates that have not been validated yet.

        Args:
            candidates: All candidates, in order.
            children: Number of candidates validated at the same time.
            tell: Callback, called with the number of validated candidates.

        Raises:
            UnavailableError: The disk is full or not writable.
        """
        done, size = self._usable()
        rest = islice(candidates, done, None)
        if done:
            tell(done)
        with storage(self._path), self._path.open("r+b" if size else "wb") as stream:
            stream.truncate(size)
            stream.seek(size)
            if not size:
                stream.write(f"{self._header}\n".encode())
            while chunk := list(islice(rest, AT_ONCE)):
                stream.writelines(_line(found) for found in self._validate(chunk, children))
                stream.flush()
                done += len(chunk)
                tell(done)

    def __iter__(self) -> Iterator[ValidatedCandidate]:
        """Iterate over the validated candidates in order."""
        with self._path.open("rb") as stream:
            next(stream)
            for line in stream:
                yield ValidatedCandidate.model_validate_json(_content(line))

    def _validate(
        self, candidates: Sequence[Candidate], children: int
    ) -> Iterator[ValidatedCandidate]:
        arguments = [
            json.dumps({"candidate": candidate.model_dump(), "caps": self._caps.model_dump()})
            for candidate in candidates
        ]
        answers = in_children(
            f"{__name__}:validate_one", arguments, LIMITS, children=children, preload=PRELOAD
        )
        for candidate, answer in zip(candidates, answers, strict=True):
            if isinstance(answer, Failure):
                yield not_validated(candidate, answer)
            else:
                yield ValidatedCandidate.model_validate_json(answer)

    def _usable(self) -> tuple[int, int]:
        """Number and total bytes of the lines before the first damaged one."""
        try:
            with self._path.open("rb") as stream:
                first = stream.readline()
                if first.decode(errors="replace") != f"{self._header}\n":
                    return 0, 0
                count, size = 0, len(first)
                for line in takewhile(_is_whole, stream):
                    count, size = count + 1, size + len(line)
                return count, size
        except FileNotFoundError:
            return 0, 0


def _line(found: ValidatedCandidate) -> bytes:
    return _enclosed(found.model_dump_json().encode())


def _enclosed(content: bytes) -> bytes:
    return b'{"crc32":"%08x","validated":%b}\n' % (zlib.crc32(content), content)


def _content(line: bytes) -> bytes:
    return line[len(_enclosed(b"")) - len(b"}\n") : -len(b"}\n")]


def _is_whole(line: bytes) -> bool:
    """Whether the checksum of a line is right."""
    return line == _enclosed(_content(line))


def validate_one(argument: str) -> str:
    """Validate one candidate, in a child.

    Args:
        argument: Candidate and caps as JSON.

    Returns:
        The validated candidate as JSON.
    """
    data = json.loads(argument)
    candidate = Candidate.model_validate(data["candidate"])
    return validate(candidate, Caps.model_validate(data["caps"])).model_dump_json()


def checksum(candidates: Iterable[Candidate]) -> str:
    """The SHA-256 of candidates as read, in hexadecimal.

    Args:
        candidates: All candidates, in order.
    """
    digest = hashlib.sha256()
    for candidate in candidates:
        digest.update(candidate.model_dump_json().encode())
        digest.update(b"\n")
    return digest.hexdigest()
