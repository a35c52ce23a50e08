import re
from urllib.parse import urlsplit

import pytest

from answerlens_sandbox.answer import Answer, answer, refusal
from answerlens_sandbox.catalogue import Brand, Field
from answerlens_sandbox.draw import filled, fold
from answerlens_sandbox.intents import Intent, intents
from answerlens_sandbox.resources import data
from answerlens_sandbox.slots import slots
from answerlens_sandbox.world import ENGINES, World

WORLD = World(7)
WORLD.learn("宠物饮水机")


def _asked(field: Field, intent: Intent) -> list[str]:
    return [filled(pattern, slots(field, pattern)) for pattern in data("questions")[intent.id]["bank"]]


def _without_traps(text: str) -> str:
    for trap in data("prose")["traps"]:
        text = text.replace(trap, "")
    return fold(text)


def _named(brands: tuple[Brand, ...], text: str) -> set[str]:
    return {brand.name for brand in brands if any(fold(name) in text for name in brand.names)}


@pytest.mark.parametrize("field", WORLD.fields(), ids=lambda field: field.keyword)
def test_exactly_the_drawn_brands_are_named(field: Field) -> None:
    everyone = tuple(brand for each in WORLD.fields() for brand in each.brands)
    for intent in intents():
        for nth, question in enumerate(_asked(field, intent)[::2], start=1):
            drawn = {brand.name for brand in WORLD.draw("chat-b", question, nth).named}
            given = answer(WORLD, "chat-b", question, nth)
            assert _named(everyone, _without_traps(given.text)) == drawn
            around = [text for source in given.sources for text in (source.title, source.site, source.snippet)]
            rest = fold("".join((*around, given.thinking, *given.suggestions)))
            assert _named(everyone, rest) == set(), question


@pytest.mark.parametrize("intent", intents(), ids=lambda intent: intent.id)
def test_an_answer_is_of_natural_length_and_markdown(intent: Intent) -> None:
    for field in WORLD.fields():
        for question in _asked(field, intent)[:4]:
            text = answer(WORLD, "chat-a", question, 1).text
            assert 200 <= len(text) <= 800
            assert re.search(r"^#{2,3} ", text, re.MULTILINE)
            assert "{" not in text


def test_brands_are_written_with_models_and_aliases() -> None:
    texts = "".join(answer(WORLD, "chat-a", "蓝牙耳机推荐", nth).text for nth in range(1, 200))
    assert re.search(r"[一-鿿](?:WH-|WF-|FreeBuds|Buds|W820|NeoBuds|Momentum|MTW4)", texts)
    assert "HUAWEI" in texts
    assert re.search(r"索尼|Sony", texts)


def test_some_answers_hold_traps() -> None:
    texts = [answer(WORLD, "chat-a", "空气净化器推荐", nth).text for nth in range(1, 200)]
    trapped = sum(any(trap in text for trap in data("prose")["traps"]) for text in texts)
    assert 5 <= trapped <= 40


def test_brands_come_in_different_orders() -> None:
    firsts = {named[0].name for nth in range(1, 60) if (named := WORLD.draw("chat-a", "蓝牙耳机推荐", nth).named)}
    assert len(firsts) >= 3


@pytest.mark.parametrize("engine", ENGINES)
def test_sources_hold_the_drawn_domains_and_no_others(engine: str) -> None:
    field = next(each for each in WORLD.fields() if each.keyword == "蓝牙耳机")
    for nth in range(1, 60):
        drawn = WORLD.draw(engine, "蓝牙耳机推荐", nth)
        given = answer(WORLD, engine, "蓝牙耳机推荐", nth)
        for cited, brands in ((True, drawn.cited), (False, drawn.listed)):
            hosts = [urlsplit(source.url).hostname or "" for source in given.sources if source.cited is cited]
            owners = {
                brand.name
                for brand in field.brands
                for domain in brand.domains
                for host in hosts
                if host == domain or host.endswith("." + domain)
            }
            assert owners == {brand.name for brand in brands}


def test_every_cited_source_and_no_other_is_referred_to() -> None:
    strict = 0
    for nth in range(1, 60):
        given = answer(WORLD, "chat-a", "预算500元，蓝牙耳机怎么选？", nth)
        referred = {index for passage in given.passages for index in passage.cites}
        assert referred == {source.index for source in given.sources if source.cited}
        assert [source.index for source in given.sources] == list(range(1, len(given.sources) + 1))
        strict += len(referred) < len(given.sources)
    assert strict > 40


def test_search_does_not_always_run() -> None:
    answers = [answer(WORLD, "chat-a", "蓝牙耳机的LDAC 编码是什么意思？", nth) for nth in range(1, 100)]
    assert 0 < sum(not given.sources for given in answers) < 60
    assert all(bool(given.queries) == bool(given.sources) for given in answers)


def test_without_search_the_text_stays_and_sources_go() -> None:
    given = answer(WORLD, "chat-a", "蓝牙耳机推荐", 1)
    plain = given.unsearched()
    assert plain.text == given.text
    assert (plain.sources, plain.queries) == ((), ())
    assert not any(passage.cites for passage in plain.passages)


def test_an_answer_about_nothing_known_names_nobody() -> None:
    given = answer(World(7), "chat-a", "明天会下雨吗", 1)
    everyone = tuple(brand for each in World(7).fields() for brand in each.brands)
    assert _named(everyone, fold(given.text)) == set()
    assert len(given.text) > 150


def test_answers_are_deterministic_and_differ_by_engine_turn_and_seed() -> None:
    question = "蓝牙耳机推荐"
    first = answer(World(7), "chat-a", question, 1)
    assert first == answer(World(7), "chat-a", question, 1)
    others = (answer(World(7), "chat-b", question, 1), answer(World(7), "chat-a", question, 2))
    assert all(first != other for other in (*others, answer(World(8), "chat-a", question, 1)))


def test_a_refusal_is_short_and_has_no_sources() -> None:
    given = refusal(1)
    assert isinstance(given, Answer)
    assert len(given.text) < 60
    assert given.sources == ()
