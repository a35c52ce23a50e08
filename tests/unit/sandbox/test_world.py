import math

import pytest

from answerlens_sandbox.catalogue import field_for
from answerlens_sandbox.draw import filled
from answerlens_sandbox.intents import intent_of, intents
from answerlens_sandbox.resources import data
from answerlens_sandbox.slots import slots
from answerlens_sandbox.world import ENGINES, World

EARPHONES = field_for(7, "蓝牙耳机")


def _questions(count: int) -> list[str]:
    patterns = [pattern for intent in intents() for pattern in data("questions")[intent.id]["bank"]]
    questions = (filled(pattern, slots(EARPHONES, pattern, turn)) for turn in range(count) for pattern in patterns)
    return list(dict.fromkeys(questions))


@pytest.mark.parametrize("engine", ENGINES)
def test_draws_match_the_planted_probabilities(engine: str) -> None:
    world, questions = World(7), _questions(12)
    draws = [world.draw(engine, question, 1) for question in questions]
    for brand in EARPHONES.brands:
        for chance, drawn in (
            (world.mention, [brand in each.named for each in draws]),
            (world.cited, [brand in each.cited for each in draws]),
            (world.listed, [brand in each.listed for each in draws]),
        ):
            planted = [chance(engine, EARPHONES, intent_of(q, EARPHONES.keyword), brand, q) for q in questions]
            spread = math.sqrt(sum(p * (1 - p) for p in planted))
            assert abs(sum(drawn) - sum(planted)) <= 4 * spread + 0.5, (brand.name, chance.__name__)


def test_repeated_asking_matches_the_probability_too() -> None:
    world, question = World(7), "蓝牙耳机怎么选才不踩坑？"
    named = [{brand.name for brand in world.draw("chat-a", question, nth).named} for nth in range(1, 1501)]
    for brand in EARPHONES.brands:
        planted = world.mention("chat-a", EARPHONES, intent_of(question), brand)
        rate = sum(brand.name in each for each in named) / len(named)
        assert abs(rate - planted) <= 4 * math.sqrt(planted * (1 - planted) / len(named)) + 0.001


def test_a_draw_is_a_pure_function() -> None:
    assert World(7).draw("chat-a", "蓝牙耳机推荐", 3) == World(7).draw("chat-a", "蓝牙耳机推荐", 3)
    draws = {World(7).draw("chat-a", "蓝牙耳机推荐", nth).named for nth in range(1, 20)}
    assert len(draws) > 5


def test_rates_differ_widely_and_the_foreign_brand_is_rare() -> None:
    recommend = next(intent for intent in intents() if intent.id == "recommend")
    for seed in range(1, 6):
        rates = {brand.name: World(seed).mention("chat-a", EARPHONES, recommend, brand) for brand in EARPHONES.brands}
        assert rates.pop("耐克") <= 0.02
        assert min(rates.values()) < 0.1
        assert max(rates.values()) > 0.45
        assert max(rates.values()) <= 0.95


def test_intents_that_need_no_brand_name_fewer() -> None:
    world = World(7)
    by_id = {intent.id: intent for intent in intents()}
    for brand in EARPHONES.brands:
        if not brand.rare:
            many = world.mention("chat-a", EARPHONES, by_id["recommend"], brand)
            assert world.mention("chat-a", EARPHONES, by_id["principle"], brand) < many / 2


def test_a_question_that_names_a_brand_is_answered_about_it() -> None:
    world, brand = World(7), EARPHONES.brand("耐克")
    assert brand is not None
    question = "Nike 的蓝牙耳机怎么样？"
    assert world.mention("chat-a", EARPHONES, intent_of(question), brand, question) == 0.97


@pytest.mark.parametrize("planted", [0.0, 1.0])
def test_an_override_beats_everything(planted: float) -> None:
    world = World(7, {"chat-a": {"蓝牙耳机": {"索尼": planted}}})
    for question in ("蓝牙耳机推荐", "蓝牙耳机没声音怎么修", "索尼的蓝牙耳机怎么样"):
        for nth in range(1, 30):
            named = {brand.name for brand in world.draw("chat-a", question, nth).named}
            assert ("索尼" in named) is bool(planted)


def test_the_longest_known_keyword_decides_the_field() -> None:
    world = World(7)
    assert world.field_of("儿童电动牙刷推荐") is not None
    world.learn("儿童电动牙刷")
    about = world.field_of("请问儿童电动牙刷哪个好")
    assert about is not None
    assert about.keyword == "儿童电动牙刷"


def test_a_keyword_becomes_known_by_being_searched() -> None:
    world = World(7)
    assert world.field_of("宠物饮水机推荐") is None
    assert world.draw("chat-a", "宠物饮水机推荐", 1).named == ()
    world.learn("宠物饮水机")
    world.learn("宠物饮水机")
    assert world.keywords == ["宠物饮水机"]
    assert any(world.draw("chat-a", "宠物饮水机推荐", nth).named for nth in range(1, 10))


def test_a_shipped_keyword_is_not_learned_twice() -> None:
    world = World(7)
    assert world.learn("蓝牙 耳机").keyword == "蓝牙耳机"
    assert world.keywords == []
