from collections import Counter

import pytest

from answerlens_sandbox.catalogue import field_for, fields
from answerlens_sandbox.draw import filled, fold
from answerlens_sandbox.grouping_tasks import keyword_intents, question_intents
from answerlens_sandbox.intents import intent_of, intents
from answerlens_sandbox.llm_brands import named_brands
from answerlens_sandbox.llm_tasks import bank_questions, cluster_intents
from answerlens_sandbox.resources import data
from answerlens_sandbox.slots import slots
from answerlens_sandbox.world import World

WORLD = World(7)
KEYWORD = "蓝牙耳机"


def _bank(**given: object) -> list[str]:
    request = {"keyword": KEYWORD, "intent": "选购推荐", "count": 25, "examples": [], "avoid": [], **given}
    return [each["question"] for each in bank_questions(WORLD, request)[0]["questions"]]


@pytest.mark.parametrize("intent", intents(), ids=lambda intent: intent.id)
@pytest.mark.parametrize("keyword", [KEYWORD, "扫地机器人", "宠物饮水机", "Type-C 扩展坞"])
def test_there_are_questions_enough_for_every_intent(intent: object, keyword: str) -> None:
    known = next(each for each in intents() if each is intent)
    written = _bank(keyword=keyword, intent=known.names[0], count=100)
    assert len(written) == 100
    assert len({fold(each) for each in written}) == 100
    assert all(keyword in each and intent_of(each, keyword) is known for each in written)
    assert all("{" not in each for each in written)


def test_avoided_questions_are_not_written_again() -> None:
    first = _bank()
    second = _bank(avoid=[question.replace("？", "?") for question in first])
    assert len(second) == 25
    assert not {fold(each) for each in first} & {fold(each) for each in second}


def test_an_intent_in_free_words_is_understood() -> None:
    assert {intent_of(each, KEYWORD).id for each in _bank(intent="出了故障怎么维修")} == {"trouble"}


def test_clusters_are_named_by_their_questions() -> None:
    field = fields()[0]
    clusters = [
        {
            "cluster": number,
            "questions": [filled(pattern, slots(field, pattern)) for pattern in data("questions")[intent.id]["zhihu"]],
        }
        for number, intent in enumerate(intents())
    ]
    result, items, ids = cluster_intents(WORLD, {"keyword": KEYWORD, "clusters": clusters})
    assert (items, ids) == (len(clusters), [])
    for named, intent in zip(result["intents"], intents(), strict=True):
        assert intent_of(named["intent"]) is intent


def test_clusters_of_one_intent_have_distinct_names() -> None:
    clusters = [{"cluster": number, "questions": ["蓝牙耳机怎么选？"]} for number in range(3)]
    result, _, _ = cluster_intents(WORLD, {"keyword": KEYWORD, "clusters": clusters})
    assert len({each["intent"] for each in result["intents"]}) == 3
    assert {intent_of(each["intent"]).id for each in result["intents"]} == {"recommend"}
    many = [{"cluster": number, "questions": []} for number in range(9)]
    assert len(cluster_intents(WORLD, {"keyword": KEYWORD, "clusters": many})[0]["intents"]) == 9


def test_intents_are_proposed_where_three_questions_have_them() -> None:
    questions = ["多少钱合适？", "一年要多少钱？", "预算三百够吗？", "坏了怎么修？"]
    result, items, _ = keyword_intents(WORLD, {"keyword": KEYWORD, "most": 8, "questions": questions})
    assert [each["intent"] for each in result["intents"]] == ["价格与性价比"]
    assert items == 1


def test_one_label_in_ten_is_wrong_and_the_same_each_time() -> None:
    questions = [f"第{number}代多少钱？" for number in range(2_000)]
    given = {
        "keyword": KEYWORD,
        "intents": ["价格与性价比", "故障与维修", "选购推荐"],
        "unlabelled": [{"id": number, "question": question} for number, question in enumerate(questions)],
    }
    result, items, _ = question_intents(WORLD, given)
    assert items == len(questions)
    wrong = [each["intent"] != "价格与性价比" for each in result["labels"]]
    assert 0.08 < sum(wrong) / len(wrong) < 0.12
    assert question_intents(WORLD, given)[0] == result


def test_a_question_that_has_none_of_the_intents_is_labelled_as_other() -> None:
    given = {"keyword": KEYWORD, "intents": ["故障与维修"], "unlabelled": [{"id": 1, "question": "多少钱合适？"}]}
    assert question_intents(WORLD, given)[0]["labels"] == [{"id": 1, "intent": "其他"}]


@pytest.mark.parametrize("keyword", [KEYWORD, "咖啡机", "露营帐篷"])
def test_the_model_owns_up_to_the_brands_that_it_should_name(keyword: str) -> None:
    field = field_for(WORLD.seed, keyword)
    counts = Counter[tuple[bool, bool, bool]]()
    for intent in intents():
        request = {"keyword": keyword, "intent": intent.names[0], "count": 100}
        for each in bank_questions(WORLD, request)[0]["questions"]:
            named = [brand.name for brand in field.brands if brand.name in each["question"]]
            counts[intent.about_brands, bool(named), bool(each["brands"])] += 1
            assert each["brands"] in ([], named)
    assert 0.04 <= counts[True, True, True] / 300 <= 0.2
    assert 0.01 <= counts[False, True, False] / 700 <= 0.08
    assert counts[True, True, False] == counts[False, True, True] == 0


def test_the_names_that_stand_in_questions_are_found() -> None:
    asked = {"keyword": KEYWORD, "questions": ["索尼的蓝牙耳机怎么样？", "bose 和 apple 选谁？", "怎么选？"]}
    found, items, ids = named_brands(WORLD, asked)
    assert ({name.lower() for name in found["brands"]}, items, ids) == ({"索尼", "bose", "apple"}, 3, [])
