"""The one way to ask a language model for work of our own: instructions and data in, a checked object out.

Text from outside (questions, answers) travels as JSON strings in the user message and never in the instructions.
Neither texts nor keys are ever logged, nor carried by the errors raised here.
"""

from answerlens_common.llm.budget import BudgetSpentError
from answerlens_common.llm.errors import (
    InvalidOutputError,
    ModelUnavailableError,
    RateLimitedError,
    RequestRefusedError,
)
from answerlens_common.llm.model import LanguageModel
from answerlens_common.llm.schema import strict_schema
from answerlens_common.llm.settings import LlmSettings

__all__ = [
    "BudgetSpentError",
    "InvalidOutputError",
    "LanguageModel",
    "LlmSettings",
    "ModelUnavailableError",
    "RateLimitedError",
    "RequestRefusedError",
    "strict_schema",
]
