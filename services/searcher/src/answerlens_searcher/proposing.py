"""Questions that the language model proposes about a keyword: no person is known to have asked them (synthetic)."""

import hashlib
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from pydantic import BaseModel

from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.llm import LanguageModel
from answerlens_common.text.folding import question_key
from answerlens_searcher.questions import clean
from answerlens_searcher.source import SourceQuestion

ENOUGH_QUESTIONS: Final = 50
"""With those of other sources: as many as a search of Zhihu gives at least."""

_INSTRUCTIONS: Final = """\
你熟悉中文问答社区。没有搜集到足够的真实提问，请站在普通用户的角度，拟写人们围绕关键词可能提出的问题，供搜索需求分析用。

输入 JSON 的字段：
- keyword：关键词。
- count：需要的问题数量。
- avoid：已经有的问题，新的问题不能与它们相同或只是换个说法。

要求：
1. 恰好写 count 个问题，每个都与 keyword 直接相关，并写出 keyword 或它的自然简称。
2. 覆盖不同的意图：推荐、选购要点、对比、价格、口碑、使用与保养、故障、原理、场景与人群、购买渠道等，\
各意图数量大致相当。
3. 像真人随手提的问题：口语化，长短有变化，一般 8 到 40 个字；每个问题问的事情都不同。
4. 不要出现任何品牌名、型号和商家名，不要暗示答案。
5. 不要编号、引号、Markdown 或解释；每个问题以“？”结尾。

输出 JSON：{"questions": ["问题", …]}"""


class _Proposed(BaseModel):
    questions: list[str]


class ModelSource:
    """The language model as a source of questions, with a breaker and a budget of its own."""

    def __init__(self, llm: LanguageModel) -> None:
        self._llm = llm

    async def __aenter__(self) -> Self:
        await self._llm.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._llm.__aexit__(kind, error, trace)

    async def search(self, keyword: str, known: Sequence[SourceQuestion] = (), /) -> list[SourceQuestion]:
        """As many questions as are missing to 50; fewer where the model's were not usable."""
        count = ENOUGH_QUESTIONS - len(known)
        if count <= 0:
            return []
        data = {"keyword": keyword, "count": count, "avoid": [question.text for question in known]}
        reply = await self._llm.ask("source_questions", _INSTRUCTIONS, data, _Proposed)
        texts = [clean(text) for text in reply.questions]
        return [_question(text) for text in texts if question_key(text)][:count]


def _question(text: str) -> SourceQuestion:
    number = hashlib.sha256(question_key(text).encode()).hexdigest()[:16]
    return SourceQuestion(text, f"model-{number}", "", QuestionOrigin.MODEL)
