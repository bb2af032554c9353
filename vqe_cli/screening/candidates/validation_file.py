"""Candidates are validated once; the results are kept in a file and read from there."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, takewhile
from pathlib import Path

from vqe_cli._core.plain_json import compact_json
from vqe_cli.screening.candidates.validation import Caps, validate
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
"""Raised when the rules of validation change. 2: atoms in their ground states. 3:
counter-ions are known by structure. 4: doubts; what is stated of spin and stereo is kept."""

LIMITS = Limits(memory_bytes=2_000_000_000, seconds=20.0)
"""For RDKit to read one structure: it needs a hundredth of a second, or has lost its way."""

AT_ONCE = 2000
"""Candidates whose validation is written together."""

Tell = Callable[[int], None]


class ValidationFile:
    """Validated candidates as JSON lines, each with a checksum, under a header line.

    A file that was cut off or damaged is continued after its last good line; one of other
    candidates, caps or rules is started afresh.

    Args:
        path: The file.
        candidates_sha256: See `checksum`.
        caps: Limits on size and elements.
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
            candidates: All of them, in order.
            children: How many are validated at the same time.
            tell: Called with the number of validated candidates.

        Raises:
            UnavailableError: The disk is full or cannot be written to.
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
        """The validated candidates in order."""
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
        """Lines before the first that is torn or damaged, and the bytes up to their end."""
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
    return b'{"crc32":"%08x","audited":%b}\n' % (zlib.crc32(content), content)


def _content(line: bytes) -> bytes:
    return line[len(_enclosed(b"")) - len(b"}\n") : -len(b"}\n")]


def _is_whole(line: bytes) -> bool:
    """A flipped bit would be another molecule under the same name."""
    return line == _enclosed(_content(line))


def validate_one(argument: str) -> str:
    """In a child: validate one candidate.

    Args:
        argument: Candidate and caps as JSON.
    """
    data = json.loads(argument)
    candidate = Candidate.model_validate(data["candidate"])
    return validate(candidate, Caps.model_validate(data["caps"])).model_dump_json()


def not_validated(candidate: Candidate, failure: Failure) -> ValidatedCandidate:
    """A candidate whose validation failed.

    Args:
        candidate: As it was written.
        failure: Why.
    """
    return ValidatedCandidate(
        candidate=candidate, molecule=None, identity=None, smiles=None, formula=None, atoms=None,
        heavy_atoms=None, electrons=None, charge=None, multiplicity=None, failure=failure,
    )  # fmt: skip


def checksum(candidates: Iterable[Candidate]) -> str:
    """SHA-256 of candidates as they were read.

    Args:
        candidates: In order.
    """
    digest = hashlib.sha256()
    for candidate in candidates:
        digest.update(candidate.model_dump_json().encode())
        digest.update(b"\n")
    return digest.hexdigest()
