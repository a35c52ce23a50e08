"""A site's bad hours never give an answer that counts as one, wherever its stream is cut."""

import pytest

from answerlens_collector.decoders import DECODERS, Failure
from tests.unit.collector.decoders.bad_hours import BAD_HOURS

HOURS = [
    pytest.param(name, stream, failure, id=f"{name}, {hour}")
    for name, hours in BAD_HOURS.items()
    for hour, (stream, failure) in hours.items()
]


def test_every_decoder_is_fed_the_hours_that_every_site_has() -> None:
    assert BAD_HOURS.keys() == DECODERS.keys()
    for hours in BAD_HOURS.values():
        assert {"busy", "too fast", "moderated", "broken off", "verification", "login"} <= hours.keys()


@pytest.mark.parametrize(("name", "stream", "failure"), HOURS)
def test_each_has_its_own_outcome(name: str, stream: bytes, failure: Failure | None) -> None:
    decoder = DECODERS[name]()
    decoder.feed(stream)
    reply = decoder.reply()
    assert reply.failure == failure
    assert reply.is_whole is (failure == "refused")
    assert failure is None or reply.finish_reason
    # nothing of what a site takes back is kept
    assert failure != "refused" or "索尼" not in reply.text


@pytest.mark.parametrize(("name", "stream", "failure"), HOURS)
def test_wherever_it_is_cut_it_is_no_answer(name: str, stream: bytes, failure: Failure | None) -> None:
    decoder = DECODERS[name]()
    for at in range(len(stream)):
        reply = decoder.reply()
        assert reply.failure in {None, failure}
        assert reply.is_whole is (reply.failure == "refused")
        decoder.feed(stream[at : at + 1])
    assert decoder.reply().failure == failure
