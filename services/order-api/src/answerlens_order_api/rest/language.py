"""In which language a client reads: what its Accept-Language prefers of Chinese and English, and Chinese by default."""

from typing import Annotated

from fastapi import Depends, Header

from answerlens_orders.notices.words import Language

_MOST_CHARACTERS = 500


def preferred(accepted: str | None) -> Language:
    """The language that an Accept-Language header prefers; what cannot be read of it counts for nothing."""
    best, weight = Language.CHINESE, 0.0
    for part in (accepted or "")[:_MOST_CHARACTERS].split(","):
        tag, _, parameter = part.strip().lower().partition(";")
        language = tag.strip().partition("-")[0]
        if language in set(Language) and (given := _weight(parameter)) > weight:
            best, weight = Language(language), given
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


async def _reader(
    accept_language: Annotated[
        str | None, Header(description="zh or en: the language of the messages; Chinese by default")
    ] = None,
) -> Language:
    return preferred(accept_language)


Reader = Annotated[Language, Depends(_reader)]
