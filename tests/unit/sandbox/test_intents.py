import pytest

from answerlens_sandbox.catalogue import field_for, fields
from answerlens_sandbox.draw import filled
from answerlens_sandbox.intents import intent_of, intents
from answerlens_sandbox.resources import data
from answerlens_sandbox.slots import slots


@pytest.mark.parametrize("intent", intents(), ids=lambda intent: intent.id)
def test_questions_of_an_intent_are_recognised_as_it(intent: object) -> None:
    known = next(each for each in intents() if each is intent)
    for field in (*fields(), field_for(1, "宠物饮水机")):
        for kind in ("bank", "zhihu"):
            for pattern in data("questions")[known.id][kind]:
                for turn in range(5):
                    question = filled(pattern, slots(field, pattern, turn))
                    assert intent_of(question, field.keyword) is known, question


def test_the_names_of_an_intent_are_recognised_as_it() -> None:
    for intent in intents():
        assert all(intent_of(name) is intent for name in intent.names)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("跑步鞋怎么选", "recommend"),
        ("跑步鞋和篮球鞋有什么区别", "compare"),
        ("耳机突然没声音了", "trouble"),
        ("送爸妈什么好", "gift"),
        ("三百块以内买什么", "price"),
        ("京东上的是正品吗", "channel"),
        ("随便说点什么", "recommend"),
    ],
)
def test_other_questions_follow_the_same_rules(question: str, expected: str) -> None:
    assert intent_of(question, "跑步鞋").id == expected
