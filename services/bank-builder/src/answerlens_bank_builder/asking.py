"""Ways of asking (`asking.toml`), and which of them a question has."""

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Asking = NDArray[np.float64]


_DATA = tomllib.loads(files(__package__).joinpath("asking.toml").read_text(encoding="utf-8"))
_QUESTION = re.compile(_DATA["question"])
WAYS = tuple(re.compile(way) for way in _DATA["way"].values())


def ways_of_asking(questions: Sequence[str]) -> Asking:
    """Return 1 where a question has a way of asking and 0 elsewhere, shape (len(questions), number of ways).

    Args:
        questions: folded, without the keyword.
    """
    rows = [[way.search(question) is not None for way in WAYS] for question in questions]
    return np.array(rows, dtype=np.float64).reshape(len(questions), len(WAYS))


def are_questions(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return for each folded text whether it has the form of a question, or of a request."""
    return np.array([_QUESTION.search(text) is not None for text in texts], dtype=np.bool_)
