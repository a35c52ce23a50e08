"""Why something failed, as a client reads it: a sentence that says what to do, and a code for machines."""

from typing import Annotated

from pydantic import Field

from answerlens_common.failures import SENTENCES, Failure

_CODES = "; ".join(f"`{code}`: {SENTENCES[code].english}" for code in Failure)

LastError = Annotated[
    str | None,
    Field(
        description="what happened and what to do, in Chinese, by engine; what an error itself said is in the task log",
        examples=[f"chat-a：{SENTENCES[Failure.TOO_FEW_ANSWERS].chinese}"],
    ),
]
ErrorCode = Annotated[Failure | None, Field(description=f"the same for machines. {_CODES}")]


def sentence(code: str | None) -> str | None:
    """What a client reads of a stored code; None where nothing has failed."""
    return None if code is None else SENTENCES[Failure(code)].chinese
