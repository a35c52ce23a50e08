import pytest

from answerlens_sandbox.answer import answer
from answerlens_sandbox.sentiment import sentiment
from answerlens_sandbox.truth import attitude
from answerlens_sandbox.world import World


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("索尼的用户普遍满意。Bose 的差评不少。", "positive"),
        ("Bose 的用户普遍满意。Ｓony 的差评不少。", "negative"),
        ("索尼不错。大家都满意。", "neutral"),
        ("索尼好评多。但索尼也有抱怨。", "neutral"),
        ("", "neutral"),
    ],
)
def test_the_sentences_that_name_the_brand_decide(text: str, expected: str) -> None:
    assert sentiment(["索尼", "Sony"], text) == expected


def test_an_answer_thinks_of_its_brands_what_was_drawn() -> None:
    world = World(seed=3)
    seen = set()
    for n in range(60):
        question = f"蓝牙耳机推荐哪款 {n}？"
        drawn, text = world.draw("chat-a", question, 1), answer(world, "chat-a", question, 1).text
        assert not set(drawn.praised) & set(drawn.blamed)
        for brand in drawn.named:
            planted = "positive" if brand in drawn.praised else "negative" if brand in drawn.blamed else "neutral"
            assert sentiment(brand.names, text) == planted, (brand.name, text)
            seen.add(planted)
    assert seen == {"positive", "negative", "neutral"}


def test_the_planted_shares_are_those_of_the_draws() -> None:
    world = World(seed=3)
    about = world.learn("蓝牙耳机")
    questions = [f"蓝牙耳机推荐哪款 {n}？" for n in range(600)]
    drawn = [world.draw("chat-b", question, 1) for question in questions]
    brand = max(about.brands, key=lambda each: sum(each in draw.named for draw in drawn))
    named = sum(brand in draw.named for draw in drawn)
    well, ill = attitude(world, "chat-b", brand.name, questions)
    assert sum(brand in draw.praised for draw in drawn) / named == pytest.approx(well, abs=0.1)
    assert sum(brand in draw.blamed for draw in drawn) / named == pytest.approx(ill, abs=0.1)
    assert attitude(world, "chat-b", "没有这个牌子", questions) == (None, None)
