"""Options of noise, and errors in them."""

from __future__ import annotations

from typing import Any

import pytest

from vqe_cli._core.validation import Frozen, input_error
from vqe_cli.backends.devices.noise import Noise
from vqe_cli.errors import InputError

pytestmark = pytest.mark.quick


class Asked(Frozen):
    """A model with a noise option like the backend's."""

    noise: Noise | None = None


def asked(noise: Any) -> Noise:
    from pydantic import ValidationError

    try:
        found = Asked.model_validate({"noise": noise}).noise
    except ValidationError as error:
        raise input_error(error, Asked) from None
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["100 us", "100us", "100 µs", "0.1 ms", "1e-4 s", "100000 ns"])
def test_durations_have_units(text: str) -> None:
    thermal = asked({"thermal": {"t1": text, "t2": 100_000}}).thermal
    assert thermal is not None
    assert thermal.t1 == pytest.approx(thermal.t2)


def test_one_readout_probability_stands_for_both() -> None:
    long_form = {"p1_given_0": 0.02, "p0_given_1": 0.02}
    assert asked({"readout": 0.02}) == asked({"readout": long_form})


def test_name_of_a_device_stands_for_its_noise() -> None:
    assert asked("fake_manila") == asked({"device": "fake_manila", "scale": 1.0})


@pytest.mark.parametrize(
    ("noise", "label"),
    [
        ("fake_fez", "fake_fez"),
        ({"device": "fake_fez", "scale": 0.5}, "fake_fez × 0.5"),
        ({"readout": 0.1, "depolarizing": {}}, "depolarizing + readout"),
    ],
)
def test_recorded_noise_is_told_in_words_and_reads_as_itself(noise: Any, label: str) -> None:
    found = asked(noise)
    assert found.label == label
    assert asked(found.model_dump(mode="json")) == found


@pytest.mark.parametrize(
    ("noise", "message", "path"),
    [
        ({"scale": 2.0}, "no noise is given", ()),
        ({"coupling": "line"}, "no noise is given", ()),
        (
            {"device": "fake_fez", "readout": 0.1},
            "readout cannot be combined with a device",
            ("readout",),
        ),
        ({"depolarising": {}}, "unknown key 'depolarising'", ("depolarising",)),
        ({"depolarizing": {"two_qubit": 1.5}}, "1.5", ("depolarizing", "two_qubit")),
        ({"depolarizing": {"two_qubit": 0.3}, "scale": 4}, "is 1.2", ("scale",)),
        (
            {"readout": {"p1_given_0": 0.6, "p0_given_1": 0.5}},
            "carries no information",
            ("readout",),
        ),
        ({"readout": 0.3, "scale": 2}, "times scale is 1.2", ("readout",)),
        ({"readout": -0.1}, "-0.1", ("readout", "p1_given_0")),
        ({"readout": True}, "mapping", ("readout",)),
        ({"thermal": {"t1": "9 us", "t2": "19 us"}}, "twice t1", ("thermal", "t2")),
        ({"thermal": {"t1": "9 parsec", "t2": 1}}, "not a duration", ("thermal", "t1")),
        ({"thermal": {"t1": "0 us", "t2": 1}}, "greater than 0", ("thermal", "t1")),
        ({"thermal": {"t1": "9 us"}}, "t2' is missing", ("thermal",)),
        ({"device": "fake_fez", "scale": -1.0}, "-1", ("scale",)),
        (3, "must be a mapping", ()),
    ],
)
def test_impossible_noise_is_an_input_error(noise: Any, message: str, path: tuple[str]) -> None:
    with pytest.raises(InputError, match=message) as caught:
        asked(noise)
    assert caught.value.path == ("noise", *path)
