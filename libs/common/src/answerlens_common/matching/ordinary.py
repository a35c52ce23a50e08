"""Whether a name is also a word of the language, so that it needs context to be a brand."""

from answerlens_common.matching.lexicon import load_lexicon
from answerlens_common.matching.variants import simplified

_NAMES = ("nr", "nt", "nz", "ns")


def is_ordinary_word(name: str) -> bool:
    """True for 苹果, 蘋果 and 理想; false for what the dictionary does not know (iPhone) or knows as a name."""
    word = load_lexicon().words.get(simplified(name))
    return word is not None and not word.tag.startswith(_NAMES)
