"""From the texts of answers to outcomes."""

from typing import Any
from uuid import UUID, uuid4

from answerlens_analyzer.analyse import names_version, outcomes_of
from answerlens_analyzer.store import Link, Order, StoredAnswer
from answerlens_common.text.matching import fold_text

BOSE = {"name": "Bose"}
SONY = {"name": "索尼", "aliases": ["Sony"], "domains": ["sony.com.cn"]}


def answer(question_id: str, text: str, question: str = "哪款耳机好？", **more: Any) -> StoredAnswer:
    fields: dict[str, Any] = {
        "replicate": 1,
        "cluster_id": 0,
        "status": "ok",
        "score": 2,
        "citations_known": True,
        "links": (),
    } | more
    return StoredAnswer(question_id=question_id, question=question, text=text, folded=fold_text(text).folded, **fields)


def order(brand: dict[str, Any], *competitors: dict[str, Any]) -> Order:
    return Order(uuid4(), brand, competitors)


def test_where_an_answer_names_whom_is_kept_in_code_points_of_the_original() -> None:
    wanted = order(SONY, BOSE)
    text = "①　推荐ＳＯＮＹ，其次是Bose，再看索尼。"
    analysed = outcomes_of([answer("q1", text), answer("q2", "都可以。")], [wanted], "browser", "耳机")[wanted.order_id]
    first, second = analysed.mentions
    assert [(text[start:end], whom) for start, end, whom in first] == [("ＳＯＮＹ", 0), ("Bose", 1), ("索尼", 0)]
    assert second == []
    assert analysed.columns()["mentions"] == analysed.mentions
    assert analysed.columns()["question_id"] == ["q1", "q2"]


def test_a_question_that_names_any_brand_of_the_order_is_branded_for_this_order_only() -> None:
    sony, nike = order(SONY, BOSE), order({"name": "耐克"})
    answers = [answer("q1", "索尼不错。", "Bose耳机好吗？"), answer("q2", "索尼不错。")]
    found = outcomes_of(answers, [sony, nike], "browser", "耳机")
    assert found[sony.order_id].outcomes.branded.tolist() == [True, False]
    assert found[nike.order_id].outcomes.branded.tolist() == [False, False]


def test_a_question_is_branded_without_the_context_words_that_an_answer_needs() -> None:
    apple = order({"name": "苹果", "context": ["手机"], "exclude": ["苹果醋"]}, {"name": "华为"})
    answers = [
        answer("q1", "都好。", "苹果和三星哪个拍照更好？"),
        answer("q2", "苹果更甜。", "哪个拍照更好？"),
        answer("q3", "都好。", "苹果醋怎么喝？"),
    ]
    outcomes = outcomes_of(answers, [apple], "browser", "耳机")[apple.order_id].outcomes
    assert outcomes.branded.tolist() == [True, False, False]
    assert outcomes.named.tolist() == [False, False, False]


def test_links_are_counted_by_whose_they_are() -> None:
    wanted = order(SONY)
    links = (Link("https://www.sony.com.cn/a", cited=True), Link("https://notsony.com.cn/", cited=True))
    outcomes = outcomes_of([answer("q1", "", links=links)], [wanted], "browser", "耳机")[wanted.order_id].outcomes
    assert (outcomes.cited_own.tolist(), outcomes.cited_total.tolist()) == ([1], [2])


def test_the_names_version_changes_with_whatever_is_looked_for() -> None:
    def version(brand: dict[str, Any], *competitors: dict[str, Any]) -> str:
        return names_version(Order(UUID(int=0), brand, competitors))

    same = {"name": "索尼", "aliases": ["Sony"], "domains": ["sony.com.cn"], "context": []}
    assert version(SONY, BOSE) == version(same, BOSE)
    others = [
        version(SONY | {"aliases": []}, BOSE),
        version(SONY | {"domains": []}, BOSE),
        version(SONY | {"exclude": ["索尼影业"]}, BOSE),
        version(SONY),
    ]
    assert len({version(SONY, BOSE), *others}) == 5


def test_variants_count_only_for_the_order_that_asked_for_them() -> None:
    plain, wide = order({"name": "华为"}), order({"name": "华为", "variants": True})
    found = outcomes_of([answer("q1", "推薦華為。"), answer("q2", "推荐华为。")], [plain, wide], "browser", "耳机")
    assert found[plain.order_id].outcomes.named.tolist() == [False, True]
    assert found[wide.order_id].outcomes.named.tolist() == [True, True]


def test_accents_and_separators_count_only_for_the_order_that_asked_for_it() -> None:
    loose, exact = order({"name": "Demand-IQ"}), order({"name": "Demand-IQ", "exact": True})
    found = outcomes_of(
        [answer("q1", "推荐DemandIQ。"), answer("q2", "推荐Demand-IQ。")], [loose, exact], "browser", "耳机"
    )
    assert found[loose.order_id].outcomes.named.tolist() == [True, True]
    assert found[exact.order_id].outcomes.named.tolist() == [False, True]
    assert names_version(loose) != names_version(exact)
