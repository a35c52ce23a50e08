"""What the pretend model proposes about a keyword."""

import pytest

from answerlens_sandbox.draw import fold
from answerlens_sandbox.intents import intent_of
from answerlens_sandbox.proposed_questions import source_questions
from answerlens_sandbox.world import World

WORLD = World(7)


@pytest.mark.parametrize("keyword", ["蓝牙耳机", "宠物饮水机"])
def test_questions_of_many_intents_are_proposed_without_brands(keyword: str) -> None:
    found, items, ids = source_questions(WORLD, {"keyword": keyword, "count": 50})
    questions = found["questions"]
    assert (len(questions), items, ids) == (50, 50, [])
    assert len({fold(question) for question in questions}) == 50
    assert all(keyword in question and "{" not in question for question in questions)
    names = [brand.name for brand in WORLD.field(keyword).brands]
    assert not [question for question in questions if any(name in question for name in names)]
    assert len({intent_of(question, keyword).id for question in questions}) >= 8


def test_what_is_to_be_avoided_is_not_proposed() -> None:
    first = source_questions(WORLD, {"keyword": "蓝牙耳机", "count": 20})[0]["questions"]
    second = source_questions(WORLD, {"keyword": "蓝牙耳机", "count": 20, "avoid": first})[0]["questions"]
    assert not {fold(each) for each in first} & {fold(each) for each in second}
