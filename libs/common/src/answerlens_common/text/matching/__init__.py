"""Finding brands in answers: exact, in one pass, and right for Chinese.

`fold_text` once, when an answer is stored; `Matcher(brands).scan(text)` over all brands at once; `longest(hits,
keys)` for one order. docs/method.md gives the rules, each with the test that enforces it.
"""

from answerlens_common.text.matching.folded import FoldedText, fold_text, refold
from answerlens_common.text.matching.longest import Hit, longest
from answerlens_common.text.matching.matcher import MATCHER_VERSION, Matcher
from answerlens_common.text.matching.names import BlankNameError, BrandNames, Mention

__all__ = [
    "MATCHER_VERSION",
    "BlankNameError",
    "BrandNames",
    "FoldedText",
    "Hit",
    "Matcher",
    "Mention",
    "fold_text",
    "longest",
    "refold",
]
