from collections import Counter

import pytest

from answerlens_sandbox.catalogue import field_for
from answerlens_sandbox.draw import fold
from answerlens_sandbox.intents import intent_of, intents
from answerlens_sandbox.zhihu_questions import questions


@pytest.mark.parametrize("keyword", ["蓝牙耳机", "空气净化器", "宠物饮水机", "跑步鞋"])
@pytest.mark.parametrize("seed", [1, 2, 7])
def test_there_are_50_to_100_distinct_questions_on_every_intent(keyword: str, seed: int) -> None:
    titles = questions(seed, field_for(seed, keyword))
    assert len(set(titles)) == len(titles)
    assert 50 <= len(titles) <= 100
    counts = Counter(intent_of(title, keyword).id for title in titles)
    assert all(counts[intent.id] >= 4 for intent in intents())


def test_some_are_nearly_the_same_and_some_name_brands() -> None:
    field = field_for(7, "蓝牙耳机")
    titles = questions(7, field)
    assert len({fold(title) for title in titles}) < len(titles)
    branded = [title for title in titles if any(fold(name) in fold(title) for b in field.brands for name in b.names)]
    assert 3 <= len(branded) <= 8


def test_other_seeds_have_other_questions() -> None:
    assert questions(1, field_for(1, "蓝牙耳机")) != questions(2, field_for(2, "蓝牙耳机"))
