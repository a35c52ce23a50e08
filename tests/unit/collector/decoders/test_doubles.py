"""Many answers of the sandbox's doubles, whose streams are written from the same notes and know no decoder."""

import pytest

from answerlens_collector.decoders import DECODERS, Reply
from answerlens_sandbox.answer import Answer, answer
from answerlens_sandbox.doubles import DOUBLES
from answerlens_sandbox.doubles.site import Double
from answerlens_sandbox.world import World

QUESTION = "预算500元，蓝牙耳机怎么选？"
# what the notes on a site do not say, its stream does not tell
WITHOUT_SOURCES = {"qianwen"}
WITHOUT_CITATIONS = {"qianwen", "qwen", "wenxin"}

each_double = pytest.mark.parametrize("double", DOUBLES, ids=lambda double: double.name)


def replies(double: Double) -> list[tuple[Answer, Reply]]:
    found = []
    for nth in range(1, 30):
        given = answer(World(7), double.name, QUESTION, nth)
        given = given if nth % 5 else given.unsearched()
        decoder = DECODERS[double.name]()
        decoder.feed(double.answered(given, 7, nth))
        found.append((given, decoder.reply()))
    return found


@each_double
def test_the_text_is_that_of_the_answer(double: Double) -> None:
    for given, reply in replies(double):
        assert reply.text == given.text.strip()
        assert (reply.is_whole, reply.failure) == (True, None)


@each_double
def test_sources_and_citations_are_those_of_the_answer_as_far_as_the_site_tells(double: Double) -> None:
    searched = set()
    for given, reply in replies(double):
        listed = {source.url for source in given.sources}
        assert {source.url for source in reply.sources} == (set() if double.name in WITHOUT_SOURCES else listed)
        assert reply.citations_known is (double.name not in WITHOUT_CITATIONS)
        cited = {source.url for source in given.sources if source.cited}
        told = {source.url for source in reply.sources if source.index in reply.cited}
        assert told == (set() if double.name in WITHOUT_CITATIONS else cited)
        searched.add(reply.search_ran)
    assert searched == ({None} if double.name in WITHOUT_SOURCES else {True, False})


@each_double
@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("操作过于频繁，请稍后再试", "rate_limited"),
        ("请登录后继续使用", "login_required"),
        ("请完成安全验证", "captcha"),
        ("内容涉及敏感信息", "refused"),
    ],
)
def test_a_refusal_is_told_by_its_words(double: Double, words: str, failure: str) -> None:
    decoder = DECODERS[double.name]()
    decoder.feed(double.refused(words))
    assert decoder.reply().failure == failure
