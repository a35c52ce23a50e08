"""The whole bank: real embedding model, the sandbox's language model."""

import json
from pathlib import Path

import pytest

from answerlens_bank_builder.build import BankCluster, build_bank
from answerlens_bank_builder.grouping import Grouper
from answerlens_common.folding import question_key
from answerlens_common.llm import LanguageModel, RateLimitedError
from tests.support.sandbox import Sandbox

LABELLED = Path(__file__).parents[2] / "data" / "clustering.jsonl"
KEYWORD = "扫地机器人"


def source_questions(keyword: str) -> list[str]:
    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    return [row["question"] for row in rows if row["keyword"] == keyword]


async def test_a_bank_of_200(grouper: Grouper, llm: LanguageModel, sandbox: Sandbox) -> None:
    sources = source_questions(KEYWORD)
    finished: list[BankCluster] = []

    async def keep(cluster: BankCluster) -> None:
        finished.append(cluster)

    bank = await build_bank(KEYWORD, sources, grouper=grouper, llm=llm, on_cluster=keep)
    assert [len(each.questions) for each in bank.clusters] == [25] * 8
    questions = [question for each in bank.clusters for question in each.questions]
    assert len({question_key(question) for question in questions}) == 200
    assert all(4 <= len(question) <= 80 and question.endswith("？") for question in questions)
    assert len({each.intent for each in bank.clusters}) == 8
    assert sorted(question for each in bank.clusters for question in each.source_questions) == sorted(sources)
    assert min(len(each.source_questions) for each in bank.clusters) >= 3
    assert len(finished) == 8
    tasks = [row["task"] for row in sandbox.journal() if row["kind"] == "llm"]
    assert tasks.count("cluster_intents") == 1
    assert tasks.count("bank_questions") >= 8


async def test_a_bank_from_few_questions(grouper: Grouper, llm: LanguageModel) -> None:
    bank = await build_bank("猫粮", source_questions("猫粮")[::8], grouper=grouper, llm=llm, per_cluster=25)
    assert [len(each.questions) for each in bank.clusters] == [25, 25, 25]
    assert "10 个" in bank.notes[0]


async def test_grouping_does_not_depend_on_the_run(grouper: Grouper, llm: LanguageModel) -> None:
    banks = [
        await build_bank("咖啡机", source_questions("咖啡机"), grouper=grouper, llm=llm, per_cluster=1)
        for _ in range(2)
    ]
    one, other = ([each.source_questions for each in bank.clusters] for bank in banks)
    assert one == other


async def test_an_interrupted_bank_is_taken_up_again(grouper: Grouper, llm: LanguageModel, sandbox: Sandbox) -> None:
    sources = source_questions("猫粮")[::2]
    finished: dict[int, BankCluster] = {}

    async def keep(cluster: BankCluster) -> None:
        finished[cluster.cluster_id] = cluster

    sandbox.order_fault("llm", "429", match='"count"')  # the first request for questions
    with pytest.raises(RateLimitedError) as caught:
        await build_bank("猫粮", sources, grouper=grouper, llm=llm, per_cluster=8, on_cluster=keep)
    assert caught.value.retry_after == 1
    first = dict(finished)
    assert len(first) == 7
    bank = await build_bank("猫粮", sources, grouper=grouper, llm=llm, per_cluster=8, on_cluster=keep, done=first)
    assert [len(each.questions) for each in bank.clusters] == [8] * 8
    assert first.items() <= finished.items() == {each.cluster_id: each for each in bank.clusters}.items()
