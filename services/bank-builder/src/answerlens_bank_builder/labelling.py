"""The language model in the loop: it proposes a keyword's intents and labels its questions, and embeddings check.

What the model leaves out or gets wrong is filled in and corrected by the company that a question keeps (`checking`).
Where its answers cannot be used, and without a model, questions are grouped by the embedded way alone (`grouping`).
"""

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import BaseModel

from answerlens_bank_builder.checking import UNKNOWN, checked
from answerlens_bank_builder.clustering import LEFT_OVER, SMALLEST, Labels, number_of_clusters
from answerlens_bank_builder.grouping import OTHER, Group, Grouper
from answerlens_bank_builder.space import Space, Views
from answerlens_bank_builder.writing import clean_intent
from answerlens_common.llm import InvalidOutputError, LanguageModel
from answerlens_common.observing.logs import get_logger
from answerlens_common.text.folding import question_key

_BATCH = 25
_SHOWN = 150
# the second time for what the model left out
_ROUNDS = 2

_PROPOSAL_INSTRUCTIONS = """\
你是中文搜索需求分析师。用户在问答社区围绕一个关键词提出了许多问题。请概括他们想知道的事情，列出这些问题的意图。

输入 JSON 的字段：
- keyword：关键词。
- most：意图最多有几个。
- questions：用户提出的问题。

要求：
1. 意图说明提问者想解决什么，例如“品牌推荐”“选购要点”“价格与性价比”“产品对比”“是否值得买”\
“使用与保养”“故障排查”“送礼与节日”“促销时机”“新品评价”“行业动态”，而不是他们谈到的产品或话题。
2. 每个意图至少有三个问题；最多 most 个，从常见到少见。不要设“其他”“综合”这样的意图。
3. 每个意图是 4 到 12 个汉字的名词短语，不含关键词、品牌名、标点和引号，互不相同，能一眼区分。
4. about_brands：有这个意图的人是否会在问题里点名品牌（推荐、对比、评价品牌或新品时为 true）。

输出 JSON：{"intents": [{"intent": "意图", "about_brands": true 或 false}, …]}"""

_LABEL_INSTRUCTIONS = """\
你是中文搜索需求分析师。请为每个问题选出提问者的主要意图。

输入 JSON 的字段：
- keyword：关键词，所有问题都围绕它。
- intents：可选的意图。
- unlabelled：要判断的问题；id 是编号。

要求：
1. intent 只能是 intents 里的一个，一字不改；哪个都不符合时写“其他”，不要勉强归入。
2. 有两个意图都符合时，选问题真正要一个答案的那个。
3. 每个 id 恰好出现一次。

输出 JSON：{"labels": [{"id": 编号, "intent": "意图"}, …]}"""


class _Proposed(BaseModel):
    intent: str
    about_brands: bool


class _Proposal(BaseModel):
    intents: list[_Proposed]


class _Label(BaseModel):
    id: int
    intent: str


class _Labels(BaseModel):
    labels: list[_Label]


async def group_with_model(
    llm: LanguageModel, grouper: Grouper, keyword: str, questions: Sequence[str], wanted: int
) -> list[Group]:
    """Return `wanted` groups at most, each with an intent that the model has named; at least one question.

    A question that fits no group is in none. Where the model's answers cannot be used, or there are too few questions
    to tell apart, the groups are those of the embedded way, with generic names.
    """
    count = number_of_clusters(len(questions), wanted)
    if count == 1:
        return await grouper.group(keyword, questions, wanted)
    try:
        intents = await propose_intents(llm, keyword, questions, count)
        labels = await label_questions(llm, keyword, list(intents), questions)
    except InvalidOutputError as error:
        get_logger().warning("bank.model_labels_unusable", error=str(error))
        return await grouper.group(keyword, questions, wanted)
    views = await grouper.views(keyword, questions)
    labels = await asyncio.to_thread(_checked, views, labels)
    groups = [
        Group(
            name,
            tuple(each for each, label in zip(questions, labels, strict=True) if label == number),
            about_brands,
            is_named=True,
        )
        for number, (name, about_brands) in enumerate(intents.items())
    ]
    groups = [group for group in groups if len(group.questions) >= SMALLEST]
    return groups if len(groups) > 1 else await grouper.group(keyword, questions, wanted)


async def propose_intents(llm: LanguageModel, keyword: str, questions: Sequence[str], most: int) -> Mapping[str, bool]:
    """Return the intents that the model finds in the questions, `most` at most, and whether each is about brands."""
    data = {"keyword": keyword, "most": most, "questions": list(questions[:_SHOWN])}
    reply = await llm.ask("keyword_intents", _PROPOSAL_INSTRUCTIONS, data, _Proposal)
    intents: dict[str, bool] = {}
    keys = {question_key(OTHER)}
    for proposed in reply.intents:
        name = clean_intent(proposed.intent)
        if name is not None and question_key(name) not in keys and len(intents) < most:
            keys.add(question_key(name))
            intents[name] = proposed.about_brands
    return intents


async def label_questions(llm: LanguageModel, keyword: str, intents: Sequence[str], questions: Sequence[str]) -> Labels:
    """Return for each question the number of its intent, `LEFT_OVER` where the model says 其他, or `UNKNOWN`.

    What the model leaves out, or labels with an intent that there is not, is asked once more.
    """
    labels: Labels = np.full(len(questions), UNKNOWN, dtype=np.intp)
    numbers = {question_key(name): number for number, name in enumerate(intents)} | {question_key(OTHER): LEFT_OVER}

    async def label(batch: Sequence[int]) -> None:
        shown = [{"id": each, "question": questions[each]} for each in batch]
        data = {"keyword": keyword, "intents": [*intents], "unlabelled": shown}
        reply = await llm.ask(
            "question_intents",
            _LABEL_INSTRUCTIONS,
            data,
            _Labels,
            is_complete=lambda reply: len(_known(reply, batch, numbers)) == len(batch),
        )
        for each, number in _known(reply, batch, numbers).items():
            labels[each] = number

    for _ in range(_ROUNDS):
        missing = [int(each) for each in np.flatnonzero(labels == UNKNOWN)]
        batches = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
        await asyncio.gather(*(label(batch) for batch in batches))
    return labels


def _known(reply: _Labels, batch: Sequence[int], numbers: Mapping[str, int]) -> dict[int, int]:
    """What a reply says of the questions it was asked about, with intents that there are."""
    known: dict[int, int] = {}
    for each in reply.labels:
        number = numbers.get(question_key(each.intent))
        if each.id in batch and number is not None:
            known.setdefault(each.id, number)
    return known


def _checked(views: Views, labels: Labels) -> Labels:
    return checked(Space(views).points(views), labels)
