"""What the language model writes for a bank: a name for each cluster's intent, and each cluster's questions."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from answerlens_common.llm import LanguageModel
from answerlens_common.text.folding import fold, question_key

SHORTEST_QUESTION = 4
LONGEST_QUESTION = 80
# room beside a long keyword, which a question has to hold and a comparison holds twice
_LEAST_ROOM = 60
_LONGEST_INTENT = 20
_EXAMPLES = 15
_SOURCES_SHOWN = 12

_INTENT_INSTRUCTIONS = """\
你是中文搜索需求分析师。用户在问答社区围绕一个关键词提出了许多问题，这些问题已经按“想知道什么”分成若干组。\
请为每一组概括一个主要意图。

输入 JSON 的字段：
- keyword：关键词。
- clusters：各组；cluster 是组号，questions 是该组的问题。

要求：
1. 意图说明提问者想解决什么，例如“品牌推荐”“选购要点”“价格与性价比”“产品对比”“是否值得买”\
“使用与保养”“故障排查”“安全与健康”“适用人群与场景”。
2. 组里混有少数不相干的问题时，以多数问题为准。
3. 每个意图是 4 到 12 个汉字的名词短语，不含关键词、品牌名、标点和引号，不写成问句。
4. 各组的意图必须互不相同，能一眼区分；两组相近时，写出它们的差别。
5. 每个组号恰好出现一次，不增加、不遗漏、不改动组号。

输出 JSON：{"intents": [{"cluster": 组号, "intent": "意图"}, …]}"""

_QUESTION_INSTRUCTIONS = """\
你是熟悉中文问答社区和 AI 对话产品的研究员。请站在普通用户的角度，围绕关键词和给定意图写出真实、自然的问题，\
用来向 AI 对话产品提问。

输入 JSON 的字段：
- keyword：关键词。
- intent：这组问题的意图。
- count：需要的问题数量。
- examples：真实用户在这个意图下提过的问题，用来学习语气和关注点，不要照抄。
- avoid：已经有的或已被拒绝的问题，新的问题不能与它们相同或只是换个说法。
- longest：一个问题最多的字数。

要求：
1. 恰好写 count 个问题，每个都符合 intent，并与 keyword 直接相关；问题里写出 keyword 或它的自然简称。
2. 像真人随手提的问题：口语化，长短有变化，除关键词外一般 8 到 40 个字，全部最多 longest 个字；\
可以带预算、人群、场景、使用经历等具体条件。
3. 每个问题问的事情都不同：改变对象、条件、场景或角度，而不是只换同义词、语序或语气词。
4. 每个问题独立成句，不看别的问题也能懂；只问一件事，不用“它”“这款”等没有所指的词。
5. 除非 intent 本身就是比较或评价品牌，否则不要出现具体的品牌名、型号和商家名，不要暗示答案。
6. 不要编号、引号、Markdown、解释或前后缀；每个问题以“？”结尾。
7. brands 逐一列出这个问题里出现的品牌名、商家名，以及本身就能代表某个品牌的型号名或产品线名，照抄问题里的写法；\
没有就给空列表。品类、材质、技术和功能不是品牌。

输出 JSON：{"questions": [{"question": "问题", "brands": ["品牌", …]}, …]}"""

_NUMBERING = re.compile(
    r"^(?:[-*•·]+|[(（]\d{1,3}[)）]|\d{1,3}(?:[、)）:：]|[.．](?!\d))|(?:Q|问题?)\d{0,3}[.、:：])\s*", re.IGNORECASE
)
_QUOTES = {"“": "”", '"': '"', "‘": "’", "'": "'", "「": "」", "『": "』", "`": "`"}
_ENDINGS = "?？!！。.．;；,，、…~～ "


class _NamedIntent(BaseModel):
    cluster: int
    intent: str


class _Intents(BaseModel):
    intents: list[_NamedIntent]


class _Question(BaseModel):
    question: str
    brands: list[str]


class _Questions(BaseModel):
    questions: list[_Question]


@dataclass(frozen=True)
class WrittenQuestion:
    """A question as the model wrote it.

    Attributes:
        brands: those that it names, as the model says.
    """

    question: str
    brands: tuple[str, ...] = ()


async def name_intents(
    llm: LanguageModel,
    keyword: str,
    clusters: Mapping[int, Sequence[str]],
    generic: Mapping[int, str],
    taken: Iterable[str] = (),
) -> dict[int, str]:
    """Return a name for the intent of each cluster, no two the same.

    Args:
        llm: the language model, asked once.
        keyword: what all questions are about.
        clusters: each cluster's source questions.
        generic: each cluster's name of last resort, for when the model names none, or one that another has.
        taken: names that other clusters already have.
    """
    shown = [
        {"cluster": cluster, "questions": list(questions[:_SOURCES_SHOWN])} for cluster, questions in clusters.items()
    ]
    reply = await llm.ask("cluster_intents", _INTENT_INSTRUCTIONS, {"keyword": keyword, "clusters": shown}, _Intents)
    keys = {question_key(name) for name in taken}
    names: dict[int, str] = {}
    for each in reply.intents:
        name = clean_intent(each.intent)
        is_new = name is not None and question_key(name) not in keys
        if name is not None and is_new and each.cluster in clusters and each.cluster not in names:
            names[each.cluster] = name
            keys.add(question_key(name))
    for cluster in clusters.keys() - names.keys():
        names[cluster] = unlike(generic[cluster], keys)
        keys.add(question_key(names[cluster]))
    return names


async def write_questions(
    llm: LanguageModel, keyword: str, intent: str, count: int, examples: Sequence[str], avoid: Sequence[str]
) -> list[WrittenQuestion]:
    """Return about `count` clean questions on the intent, fewer where the model's were not usable.

    Args:
        llm: the language model, asked once.
        keyword: what the questions are about.
        intent: what they want to know.
        count: how many to ask for.
        examples: questions people asked.
        avoid: questions not to write again.
    """
    data = {
        "keyword": keyword,
        "intent": intent,
        "count": count,
        "examples": list(examples[:_EXAMPLES]),
        "avoid": list(avoid),
        "longest": longest_question(keyword),
    }
    reply = await llm.ask("bank_questions", _QUESTION_INSTRUCTIONS, data, _Questions)
    return list(_usable(reply, keyword))


def clean_intent(text: str) -> str | None:
    """Return the name of an intent without numbering, quotes and marks around it; None if it cannot be one."""
    name = _clean(text)
    return name if question_key(name) and len(name) <= _LONGEST_INTENT else None


def _usable(reply: _Questions, keyword: str) -> Iterator[WrittenQuestion]:
    for each in reply.questions:
        question = clean_question(each.question, keyword)
        if question is not None:
            yield WrittenQuestion(question, tuple(each.brands))


def longest_question(keyword: str, times: int = 1) -> int:
    """How many characters a question may have that says the keyword so many times.

    A long keyword leaves as much room as a short one.
    """
    return max(LONGEST_QUESTION, times * len(keyword) + _LEAST_ROOM)


def clean_question(text: str, keyword: str = "") -> str | None:
    """Return the question without numbering and quotes around it, ending in ？; None if there is none in it."""
    question = _clean(text)
    if not question_key(question):
        return None
    question += "？"
    longest = longest_question(keyword, fold(question).count(fold(keyword)) if keyword else 0)
    return question if SHORTEST_QUESTION <= len(question) <= longest else None


def _clean(text: str) -> str:
    """Return one line without control characters, numbering, quotes around it and marks at its end."""
    visible = "".join(" " if each.isspace() else each for each in text if not _is_control(each))
    before, line = "", " ".join(visible.split())
    while line != before:  # a quoted number, a numbered quote: until nothing changes
        before = line
        line = _NUMBERING.sub("", _without_quotes(line.rstrip(_ENDINGS))).strip()
    return line


def _is_control(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character).startswith("C")


def _without_quotes(text: str) -> str:
    """Take off one pair of quotes, if it encloses the whole text (“A”与“B” is not enclosed)."""
    closing = _QUOTES.get(text[:1])
    if closing is None or len(text) == 1 or text[-1] != closing or closing in text[1:-1]:
        return text
    return text[1:-1]


def unlike(name: str, keys: set[str]) -> str:
    """Return the name, numbered if its key is among the keys."""
    number, candidate = 1, name
    while question_key(candidate) in keys:
        number += 1
        candidate = f"{name}（{number}）"
    return candidate
