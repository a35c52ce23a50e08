"""The nouns of a short text, such as a keyword."""

from answerlens_common.text.matching.lexicon import MAX_WORD_LENGTH, load_lexicon

_SHORTEST = 2


def nouns_in(text: str) -> list[str]:
    """The text's nouns of two characters and more, longest words first taken from its end: 蓝牙耳机 has 耳机 and 蓝牙.

    A text without such a noun is returned whole: it may be a new word.
    """
    words = load_lexicon().words
    found: list[str] = []
    end = len(text)
    while end:
        for start in range(max(0, end - MAX_WORD_LENGTH), end - _SHORTEST + 1):
            word = words.get(text[start:end])
            if word is not None and (start, end) != (0, len(text)):
                if word.tag.startswith(("n", "vn")) and word.tag != "ns":
                    found.append(text[start:end])
                end = start
                break
        else:
            end -= 1
    return found or [text]
