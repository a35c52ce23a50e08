"""Which brands a question names: what the writing model lists, held against names found by reading.

The model is asked which brands the source questions name, and the questions that were written: so the
reading is not led by what the writer owns up to.

Nothing here knows an order. A bank is shared by every client of its keyword, so no name that one of them typed may
decide what the others are asked about.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from pydantic import BaseModel

from answerlens_bank_builder.writing import WrittenQuestion
from answerlens_common.llm import LanguageModel
from answerlens_common.text.folding import fold
from answerlens_common.text.matching import BrandNames, Matcher, fold_text

LONGEST_NAME: Final = 60
# of the source questions: a name in more than these is what the keyword is about, not one brand among others
_SUBJECT_SHARE: Final = 0.5
_SHOWN: Final = 200

_INSTRUCTIONS: Final = """\
你是中文消费领域的编辑。请从提问中找出被点名的品牌。

输入 JSON 的字段：
- keyword：这些提问围绕的关键词。
- questions：提问。

要求：
1. 只列出提问里原样出现的品牌名、厂商名、商家名，以及本身就能代表某个品牌的型号名或产品线名；照抄提问里的写法。
2. 同一品牌在提问里有几种写法，每种都列出。
3. 品类、材质、技术、功能、人群、平台类别和地名都不是品牌，例如“降噪”“国产”“旗舰店”。
4. 没有就给空列表。

输出 JSON：{"brands": ["品牌", …]}"""


class _Brands(BaseModel):
    brands: list[str]


class KnownBrands:
    """The brands that are named around a keyword, as far as they are known."""

    def __init__(self, keyword: str, sources: Sequence[str], names: Iterable[str]) -> None:
        """Know of the names those that stand in a source question."""
        self._keyword = fold(keyword)
        self._names: dict[str, str] = {}
        self._matcher = Matcher(())
        self.learn(names, sources)
        named = Counter(name for text in sources for name in self._in(text))
        self._subjects = {name for name, count in named.items() if count > _SUBJECT_SHARE * len(sources)}

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order in which they became known."""
        return tuple(self._names.values())

    def learn(self, names: Iterable[str], questions: Sequence[str]) -> None:
        """Know besides those of the names that stand in one of these questions."""
        given = {fold(name).strip(): name.strip() for name in names if _is_name(name)}
        matcher = Matcher(BrandNames(folded, name) for folded, name in given.items())
        found = {folded for text in questions for folded, hits in matcher.scan(fold_text(text)).items() if hits}
        self._names |= {folded: name for folded, name in given.items() if folded in found - self._names.keys()}
        self._matcher = Matcher(BrandNames(folded, name) for folded, name in self._names.items())

    def named_in(self, written: WrittenQuestion) -> tuple[str, ...]:
        """The brands that a question names: those listed that stand in it, and those known that were left out."""
        question = fold(written.question)
        listed = {fold(name).strip(): name.strip() for name in written.brands if _is_name(name)}
        named = {folded: name for folded, name in listed.items() if folded in question}
        known = {folded: self._names[folded] for folded in self._in(written.question)}
        return tuple((known | named).values())

    def are_beside_the_subject(self, names: Iterable[str]) -> bool:
        """Whether one of these brands is not what the keyword is about.

        Who asks about 索尼耳机 may say 索尼 in any words: that brand is the subject, and no choice of the writer's.
        """
        return any(not self._is_subject(fold(name).strip()) for name in names)

    def _is_subject(self, folded: str) -> bool:
        return folded in self._keyword or folded in self._subjects

    def _in(self, text: str) -> list[str]:
        return sorted(name for name, hits in self._matcher.scan(fold_text(text)).items() if hits)


async def find_brands(llm: LanguageModel, keyword: str, questions: Sequence[str]) -> list[str]:
    """Ask the model which brands these questions name: once for each 200 of them."""
    shown = [list(questions[start : start + _SHOWN]) for start in range(0, len(questions), _SHOWN)]
    replies = await asyncio.gather(
        *(llm.ask("named_brands", _INSTRUCTIONS, {"keyword": keyword, "questions": part}, _Brands) for part in shown)
    )
    return [name for reply in replies for name in reply.brands]


def _is_name(text: str) -> bool:
    folded = fold(text).strip()
    return 0 < len(folded) <= LONGEST_NAME and any(character.isalnum() for character in folded)
