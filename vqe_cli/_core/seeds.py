"""Random numbers by name: every stream follows from a seed and has its place in one table.

What is drawn for one purpose must not be drawn for another. A run has one seed; the streams of a
run are taken from it, and a seed that is taken from a stream can be the root of further ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Stream:
    """The beginning of a sequence of random numbers, in the terms of `numpy.random.SeedSequence`.

    Args:
        entropy: The seed, and what tells this stream from others of the same seed.
        spawn_key: Of a child of that sequence.
        word: Which of the sequence's 32-bit words is the stream's own seed.
        dropped_bits: By how many bits that word is shortened: simulators take 31 bits.
    """

    entropy: tuple[int, ...]
    spawn_key: tuple[int, ...] = ()
    word: int = 0
    dropped_bits: int = 1

    @property
    def seed(self) -> int:
        """An integer for what makes its own random numbers of one, or for further streams."""
        words = self._sequence.generate_state(self.word + 1)
        return int(words[self.word] >> self.dropped_bits)

    @property
    def generator(self) -> np.random.Generator:
        """A generator at the beginning of the stream."""
        return np.random.default_rng(self._sequence)

    @property
    def _sequence(self) -> np.random.SeedSequence:
        return np.random.SeedSequence(self.entropy, spawn_key=self.spawn_key)


@dataclass(frozen=True)
class Neighbour:
    """A seed a known distance from another one.

    Args:
        seed: An integer for what makes its own random numbers of one.
    """

    seed: int

    @property
    def generator(self) -> np.random.Generator:
        """A generator at the beginning of the stream."""
        return Stream((self.seed,)).generator


STREAMS: dict[str, Callable[..., Stream | Neighbour]] = {
    # Of the seed of a run.
    "starting points": lambda seed: Stream((seed,)),
    "minimisation": lambda seed, start: Stream((seed, 2**28 + start)),
    "starting orbitals": lambda seed, start: Stream((seed, 2**27 + start)),
    "evaluation": lambda seed, number: Stream((seed, number)),
    "fidelity": lambda seed, number: Stream((seed, 2**29 + number)),
    "final energy": lambda seed: Stream((seed, 2**30)),
    "final observables": lambda seed: Stream((seed, 2**30 + 1)),
    "excited states": lambda seed, number: Stream((seed, 2**24 + number)),
    "bit strings": lambda seed: Stream((seed, 2**25)),
    "SQD samples": lambda seed: Stream((seed, 17), word=0),
    "SQD recovery": lambda seed: Stream((seed, 17), word=1),
    "SQD baseline": lambda seed, number: Stream((seed, 17), word=2 + number),
    "verification baseline": lambda seed: Stream((seed, 2**26)),
    # Of the seed of a diagnosis.
    "repeated energy": lambda seed, row, number: Stream((seed, row), word=number),
    "random parameters": lambda seed, count: Stream((seed, count)),
    # Of the seed of a minimisation, real or predicted.
    "directions": lambda seed: Stream((seed,)),
    "predicted start": lambda seed: Stream((seed,)),
    # Of the seed of a recovery of configurations, and of random bit strings.
    "subsampling": lambda seed: Stream((seed,)),
    "random bit strings": lambda seed: Stream((seed,)),
    # Of the seed of an energy, or of observables.
    "prepared state": lambda seed: Stream((seed,), word=0),
    "measurement": lambda seed: Stream((seed,), word=1),
    "mitigated state": lambda seed, place, factor: Stream((seed, place, factor), dropped_bits=2),
    "calibration": lambda seed: Stream((seed, 2, 0), dropped_bits=2),
    # Of the seed of a measurement of several observables, without and with their calibration.
    "observable": lambda seed, number: Stream((seed,), word=number),
    "calibration for observables": lambda seed: Stream((seed,), word=0),
    "calibrated observable": lambda seed, number: Stream((seed,), word=1 + number),
    # Of the seed of a measurement, a calibration, or of all that share a job.
    "round": lambda seed, number: Stream((seed,), spawn_key=(number,)),
    "prepared bits": lambda seed, bit: Neighbour(seed + bit),
    "job": lambda *seeds: Stream(seeds),
    # Of the seed of a round or a job: what is drawn at last.
    "shots": lambda seed: Stream((seed,)),
    "simulated circuits": lambda seed, number: Neighbour((seed + 7919 * number) % 2**31),
    # Of no seed that a user knows.
    "guesses": lambda seed: Stream((seed,)),
}
"""What each stream is made of. It is historic: another scheme would give every random result of
earlier versions other last digits. Some streams begin alike, none of them where it matters:

- `SQD samples` and `evaluation` 17: an evaluation takes further streams of its seed.
- `random bit strings` and `subsampling` of an SQD baseline, which have the same seed.
"""


def stream(seed: int, name: str, *number: int) -> Stream | Neighbour:
    """The stream that has a name.

    Args:
        seed: From which it follows.
        name: What it is for, a key of `STREAMS`.
        number: Which one, where there are several of this name.
    """
    return STREAMS[name](seed, *number)


def guesses() -> np.random.Generator:
    """Random numbers for guesses of iterative methods: the same in every run, whatever its seed."""
    return stream(7, "guesses").generator
