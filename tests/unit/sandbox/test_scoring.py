from collections import Counter

import pytest

from answerlens_sandbox.answer import answer
from answerlens_sandbox.intents import intents
from answerlens_sandbox.llm_tasks import bank_questions
from answerlens_sandbox.scoring import score
from answerlens_sandbox.world import World

WORLD = World(7)


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("蓝牙耳机推荐", "抱歉，我无法回答这个问题，我们可以换个话题聊聊其他内容。", 0),
        ("蓝牙耳机推荐", "", 0),
        ("蓝牙耳机的 LDAC 是什么意思", "LDAC 是一种音频编码，它的原理是提高传输的码率，从而保留更多细节。", 0),
        ("蓝牙耳机怎么清洁", "用干布擦拭接口即可，操作步骤很简单，比如索尼的说明书里就写了这一项内容。", 1),
        ("蓝牙耳机选哪种", "买之前要想清楚自己的使用习惯，预算和佩戴感都很重要，多试几次再决定。", 1),
        ("蓝牙耳机有哪些牌子", "市面上常见的有索尼、Bose、华为和小米，产品线都比较全，各有各的用户。", 2),
        ("蓝牙耳机选谁", "索尼与 Bose 相比，降噪方面前者占优，佩戴方面后者更舒服一些，各有取舍。", 3),
        (
            "蓝牙耳机推荐",
            "推荐清单如下：\n1. 索尼 WH-1000XM5：降噪突出，理由是口碑稳定。\n2. Bose：佩戴舒服，优势明显。",
            4,
        ),
    ],
)
def test_scores_follow_the_rubric(question: str, text: str, expected: int) -> None:
    assert score(WORLD, question, text) == expected


def test_the_sandboxes_own_answers_get_every_score() -> None:
    counts: Counter[int] = Counter()
    for intent in intents():
        given = {"keyword": "蓝牙耳机", "intent": intent.names[0], "count": 12}
        for each in bank_questions(WORLD, given)[0]["questions"]:
            question = each["question"]
            counts[score(WORLD, question, answer(WORLD, "chat-a", question, 1).text)] += 1
    assert set(counts) == {0, 1, 2, 3, 4}
    assert max(counts.values()) < 0.6 * counts.total()
