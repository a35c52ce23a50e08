"""What an answer thinks of a brand, by ordinary rules on its words."""

import re
import unicodedata
from collections.abc import Sequence

_SENTENCE = re.compile(r"[。！？!?\n]+")
_WELL = re.compile(r"满意|好评|放心")
_ILL = re.compile(r"差评|失望|抱怨")


def sentiment(names: Sequence[str], answer: str) -> str:
    """Return positive, negative or neutral: whether the sentences that name the brand speak more of good or of ill."""
    wanted = [unicodedata.normalize("NFKC", name).casefold() for name in names]
    balance = 0
    for sentence in _SENTENCE.split(unicodedata.normalize("NFKC", answer).casefold()):
        if any(name in sentence for name in wanted):
            balance += bool(_WELL.search(sentence)) - bool(_ILL.search(sentence))
    return "positive" if balance > 0 else "negative" if balance < 0 else "neutral"
