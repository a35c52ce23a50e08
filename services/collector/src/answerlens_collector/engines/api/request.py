"""The request for one question: the file's body and address with the question in them."""

import re
from typing import Any
from urllib.parse import quote

from answerlens_collector.engines.api.profile import ApiProfile
from answerlens_collector.engines.engine import Question

_PLACE = re.compile(r"\{(question|model|date|keyword|replicate)\}")


def body_for(profile: ApiProfile, question: Question) -> dict[str, Any]:
    """The body; what a question says is never taken for a place to fill in."""
    values = _values(profile, question)
    return {name: _filled(value, values) for name, value in profile.body.items()}


def address_for(profile: ApiProfile, question: Question) -> str:
    """The address, which a pretend provider may have to be told the day in."""
    values = {name: quote(value, safe="") for name, value in _values(profile, question).items()}
    return _PLACE.sub(lambda place: values[place[1]], profile.endpoint)


def _values(profile: ApiProfile, question: Question) -> dict[str, str]:
    return {
        "question": question.text,
        "model": profile.model,
        "date": question.date.isoformat(),
        "keyword": question.keyword,
        "replicate": str(question.replicate),
    }


def _filled(value: Any, values: dict[str, str]) -> Any:  # noqa: ANN401 JSON is any shape
    if isinstance(value, str):
        return _PLACE.sub(lambda place: values[place[1]], value)
    if isinstance(value, dict):
        return {name: _filled(item, values) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    return value
