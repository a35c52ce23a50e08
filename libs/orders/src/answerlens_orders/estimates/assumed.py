"""What an estimate assumes where nothing was measured of late. Each figure that rests on it says so."""

from dataclasses import dataclass
from typing import Final

from answerlens_common.stage_names import StageName

ANSWER_SECONDS: Final = 30.0
"""A question's on an engine, as chat pages take."""
PROMPT_TOKENS: Final = 4_000
"""A question's to an API that searches: what it has found is read as prompt."""
COMPLETION_TOKENS: Final = 1_500
BATCH: Final = 10
"""The answers that the language model is shown at once."""
NAMING_SHARE: Final = 0.5
"""The share of answers that name the brand, and so are judged."""


@dataclass(frozen=True)
class Request:
    """The tokens of one request to the language model."""

    prompt_tokens: int
    completion_tokens: int


REQUESTS: Final = {
    StageName.SEARCH: Request(0, 0),
    StageName.BANK: Request(1_500, 1_200),
    # the rubric, and ten answers of 600 tokens
    StageName.SCORE: Request(7_000, 300),
    StageName.SENTIMENT: Request(7_000, 300),
}
BANK_REQUESTS: Final = 20
"""To group 100 source questions and write eight clusters, some of it asked again."""
MINUTES: Final = {StageName.SEARCH: 1.0, StageName.BANK: 3.0, StageName.SCORE: 1.0, StageName.SENTIMENT: 1.0}
