"""The whole bank: real embedding model, the sandbox's language model."""

from collections import defaultdict

from answerlens_bank_builder.bank import BankCluster
from answerlens_bank_builder.build import build_bank
from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.pool import distinct
from answerlens_common.llm import LanguageModel
from answerlens_common.text.folding import question_key
from answerlens_sandbox.intents import intent_of
from answerlens_sandbox.world import World
from answerlens_sandbox.zhihu_questions import questions
from tests.integration.bank_builder.conftest import SEED
from tests.support.sandbox import Sandbox

KEYWORD = "扫地机器人"


def source_questions(keyword: str) -> list[str]:
    """What the sandbox's search site has on a keyword; its model tells most of it apart."""
    return questions(SEED, World(SEED).learn(keyword))


def of_three_intents(keyword: str) -> list[str]:
    """Three questions of each of three intents."""
    found: dict[str, list[str]] = defaultdict(list)
    for question in source_questions(keyword):
        found[intent_of(question, keyword).id].append(question)
    return [question for each in ("price", "trouble", "compare") for question in found[each][:3]]


async def test_a_bank_of_200(grouper: Grouper, llm: LanguageModel, sandbox: Sandbox) -> None:
    sources = source_questions(KEYWORD)
    finished: list[BankCluster] = []

    async def keep(cluster: BankCluster) -> None:
        finished.append(cluster)

    bank = await build_bank(KEYWORD, sources, grouper=grouper, llm=llm, on_cluster=keep)
    assert [len(each.questions) for each in bank.clusters] == [25] * 8
    written = [question for each in bank.clusters for question in each.questions]
    assert len({question_key(question) for question in written}) == 200
    assert all(4 <= len(question) <= 80 and question.endswith("？") for question in written)
    assert len({each.intent for each in bank.clusters}) == 8
    grouped = [question for each in bank.clusters for question in each.source_questions]
    assert sorted([*grouped, *bank.left_over]) == sorted(distinct(sources))
    assert len(bank.left_over) <= 0.3 * len(sources)
    assert min(len(each.source_questions) for each in bank.clusters) >= 3
    assert len(finished) == 8
    tasks = [row["task"] for row in sandbox.journal() if row["kind"] == "llm"]
    assert tasks.count("keyword_intents") == 1
    assert tasks.count("question_intents") >= len(sources) / 25
    assert "cluster_intents" not in tasks
    assert tasks.count("bank_questions") >= 8


async def test_a_bank_from_few_questions(grouper: Grouper, llm: LanguageModel) -> None:
    bank = await build_bank("猫粮", of_three_intents("猫粮"), grouper=grouper, llm=llm, per_cluster=25)
    assert [len(each.questions) for each in bank.clusters] == [25] * len(bank.clusters)
    assert 2 <= len(bank.clusters) <= 3
    assert "9 个" in bank.notes[0]


async def test_grouping_does_not_depend_on_the_run(grouper: Grouper, llm: LanguageModel) -> None:
    banks = [
        await build_bank("咖啡机", source_questions("咖啡机"), grouper=grouper, llm=llm, per_cluster=1)
        for _ in range(2)
    ]
    one, other = ([each.source_questions for each in bank.clusters] for bank in banks)
    assert one == other
