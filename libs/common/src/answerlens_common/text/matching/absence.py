"""Sentences that name a brand only to say that nothing is known of it (没有找到索尼的相关信息, 我不了解索尼).

Each language has its grammar of clauses, tables their own: `absence_clauses`, `absence_clauses_english`,
`absence_cells`. A clause with a word that says anything else is none: 没有找到索尼的缺点 and 没有找到比索尼更好的耳机
are mentions.
"""

import re
from functools import lru_cache
from typing import Final

from answerlens_common.text.matching.absence_cells import is_heading_without_facts, is_row_without_facts
from answerlens_common.text.matching.absence_clauses import denies_when_asked, says_nothing
from answerlens_common.text.matching.absence_clauses_english import denies_when_asked_english, says_nothing_english
from answerlens_common.text.matching.variants import simplified

# Only this much of the sentence around a name is looked at, so that the work stays linear in the text.
_REACH: Final = 60
_STOP: Final = re.compile(r"[。!?;\n]")
_DENIAL: Final = re.compile(
    r"[没沒未无無缺不难難鲜鮮罕少零空]|孤陋|[几幾]乎|有限|超出|陌生|寥寥|第一|[头頭]一|首次|\b(?:no|not|nor"
    r"|neither|empty|blank|outside|beyond|missing|absent|new to|foreign to|mystery to|cannot|never|none"
    r"|lacks?|unable"
    r"|limited|hardly|barely|scarce|scant|little"
    r"|insufficient|un\w+|n/a|nothing)\b|n['’]t\b"
)
_CLAUSE_END: Final = re.compile(r"[,，。!?;\n]")
# Stands for what was cut off, where no sentence and no clause begins.
_CUT: Final = "囗"


def is_absent(folded: str, start: int, end: int) -> bool:
    """Whether the sentence around `folded[start:end]` only says that nothing is known of this name."""
    before = _STOP.split(folded[max(0, start - _REACH) : start])[-1]
    rest = folded[end : end + _REACH]
    after = _STOP.split(rest, maxsplit=1)[0]
    if not (_DENIAL.search(before) or _DENIAL.search(rest)):
        return False
    if (ending := _CLAUSE_END.search(rest)) and ending.group() == "?":
        # 没听说过索尼? asks a reader who is expected to know it
        asked, answer = simplified(rest[: ending.start()]), simplified(_STOP.split(rest[ending.end() :], maxsplit=1)[0])
        return denies_when_asked(simplified(before), asked, answer) or denies_when_asked_english(before, asked, answer)
    before, after = simplified(before), simplified(after)
    if start > _REACH and len(before) == _REACH:
        before = _CUT + before
    if _denies_knowledge(before, simplified(folded[start:end]), after):
        return True
    return is_row_without_facts(folded, start, end) or is_heading_without_facts(folded, start, end)


# Answers repeat themselves.
@lru_cache(maxsize=16_384)
def _denies_knowledge(before: str, name: str, after: str) -> bool:
    return says_nothing(before, name, after) or says_nothing_english(before, after)
