"""The file of an engine of kind `api`: all that is known of one provider. A new provider is a file and no code."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from answerlens_collector.engines.api.expressions import Expression
from answerlens_collector.engines.api.outcomes import Outcome
from answerlens_common.contracts.engines import KEY, EngineFile

NUMBER: Final = "{n}"
LINK: Final = "{link}"
_SENT_BY_HTTP: Final = ("content-length", "content-type", "host", "transfer-encoding", "connection")

Seconds = Annotated[float, Field(gt=0)]


def _mark(value: str) -> str:
    if (NUMBER in value) == (LINK in value) or len(value) <= len(NUMBER):
        message = (
            f"a mark has {NUMBER} (the number of a source) or {LINK} (a Markdown link to one), and something round it"
        )
        raise ValueError(message)
    return value


class _Part(BaseModel):
    """Files are checked to the last field: a misspelt one is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sources(_Part):
    """A list of sources in a reply; the places inside an entry are seen from the entry (`@` is the entry itself)."""

    each: Expression = Field(description="the list")
    url: Expression = "url"
    title: Expression | None = None
    site: Expression | None = None
    number: Expression | None = Field(
        default=None, description="what marks call it; else its place in the list, from 1"
    )


class Usage(_Part):
    """Where the tokens of a request are counted."""

    prompt: Expression
    completion: Expression


class Reply(_Part):
    """Where everything stands in a reply, a streamed one put together (`stream`). What is left out is not known."""

    text: Expression
    reasoning: Expression | None = None
    refusal: Expression | None = Field(default=None, description="words that stand there decline the question")
    served_model: Expression | None = None
    search_ran: Expression | None = Field(default=None, description="true, or not empty, when the engine has searched")
    queries: Expression | None = Field(default=None, description="what it searched for")
    usage: Usage | None = None
    listed: Sources | None = Field(default=None, description="the sources that it lists")
    cited: Sources | None = Field(default=None, description="the sources that its answer cites")
    marks: tuple[Annotated[str, AfterValidator(_mark)], ...] = Field(
        default=(), description="how the text cites: '[{n}]', '[ref_{n}]', '({link})'; taken out of the text"
    )
    drop_parameters: tuple[str, ...] = Field(
        default=(), description="parameters that the provider adds to the addresses of sources"
    )

    @model_validator(mode="after")
    def _marks_name_something(self) -> Self:
        if any(NUMBER in mark for mark in self.marks) and self.listed is None:
            message = "marks by number need listed: the sources that are numbered"
            raise ValueError(message)
        if any(LINK in mark for mark in self.marks) and self.cited is None:
            message = "marks by link need cited: links to other places belong to the text"
            raise ValueError(message)
        return self

    @property
    def tells_citations(self) -> bool:
        """Whether cited sources can be told from those that are only listed."""
        return self.cited is not None or any(NUMBER in mark for mark in self.marks)


class Finish(_Part):
    """Why an answer ended; a reason that is not named here is no answer."""

    reason: Expression
    whole: tuple[str, ...] = Field(min_length=1)
    cut_off: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    unavailable: tuple[str, ...] = Field(default=(), description="the engine gave up: asked again later")


class ToolLoop(_Part):
    """Tools of the provider's own that it calls through the client: it wants their arguments back as their result."""

    reason: str = Field(description="the finish reason of a reply that calls tools")
    echo: tuple[str, ...] = Field(min_length=1, description="the tools that are answered so")
    rounds: int = Field(default=5, ge=1, le=20)


class ErrorRule(_Part):
    """What an error is: by HTTP status, by the provider's code, or by both."""

    http: int | None = Field(default=None, ge=300, le=599)
    code: str | None = Field(default=None, min_length=1)
    outcome: Outcome

    @model_validator(mode="after")
    def _one_sign(self) -> Self:
        if self.http is None and self.code is None:
            message = "give http, code or both"
            raise ValueError(message)
        return self


class Price(_Part):
    """What the provider asks, in one currency."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    prompt: float = Field(default=0.0, ge=0, description="a million tokens of prompt")
    completion: float = Field(default=0.0, ge=0, description="a million tokens of answer")
    question: float = Field(default=0.0, ge=0, description="a question, beside its tokens: its searches")


class Pacing(_Part):
    """How the account may be asked. A file may say `requests_a_minute` instead of the seconds."""

    min_seconds_between_asks: float = Field(default=0.0, ge=0, description="over all replicas")
    parallel: int = Field(default=4, ge=1, le=100, description="questions of one replica at once")


class RetryAfter(_Part):
    """How far the engine's wish to wait is followed within one question."""

    most_seconds: Seconds = 60.0
    times: int = Field(default=2, ge=0, le=10)


class Limits(_Part):
    """What one question may take."""

    seconds: float = Field(default=180.0, gt=0, le=1200, description="in all, rounds and waits included")
    reply_bytes: int = Field(default=4_000_000, ge=1000, description="of one reply")


class ApiProfile(_Part):
    """One provider, one model."""

    name: str
    kind: Literal["api"]
    surface: Literal["api"]
    enabled: bool = True
    replicates: int = Field(default=1, ge=1, le=5)
    verified: str = Field(description="whether a live key was used, and what was read where and when")
    endpoint: str = Field(pattern=r"^https?://", description="the whole address that is posted to")
    key: str | None = Field(default=None, pattern=KEY, description="the variable of the collector that holds it")
    headers: dict[str, str] = Field(
        default={"authorization": "Bearer {key}"}, description="sent with each request; {key} stands for the key"
    )
    model: str = Field(min_length=1, max_length=255)
    body: dict[str, Any] = Field(
        description="the request as it is sent; {question}, {model}, {date}, {keyword} and {replicate} are filled in"
    )
    stream: Literal["chat", "responses"] | None = Field(
        default=None, description="the body asks for a stream, of chunks of a completion or of response events"
    )
    reply: Reply
    finish: Finish
    tool_loop: ToolLoop | None = None
    errors: tuple[ErrorRule, ...] = ()
    refusals: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(), description="how answers that decline begin"
    )
    price: Price | None = None
    pacing: Pacing = Pacing()
    retry_after: RetryAfter = RetryAfter()
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if not any("{question}" in text for text in _strings(self.body)):
            message = "body holds no {question}"
            raise ValueError(message)
        if self.tool_loop is not None and not isinstance(self.body.get("messages"), list):
            message = "a tool_loop goes on with body.messages, and there is no such list"
            raise ValueError(message)
        if (
            self.key is None
            and any("{key}" in value for value in self.headers.values())
            and "headers" in self.model_fields_set
        ):
            message = "headers name {key}, and there is no key"
            raise ValueError(message)
        if named := {name.lower() for name in self.headers} & set(_SENT_BY_HTTP):
            message = f"headers: {min(named)} is not for a file to say"
            raise ValueError(message)
        return self

    @property
    def key_variable(self) -> str | None:
        """The name of the variable that holds the key."""
        found = re.fullmatch(KEY, self.key) if self.key else None
        return found["name"] if found else None

    @classmethod
    def of(cls, engine: EngineFile) -> Self:
        """The profile in an engine's file.

        Raises:
            EngineFileError: naming the engine and the field.
        """
        try:
            return cls.model_validate(engine.model_dump(mode="json"))
        except ValidationError as error:
            raise engine.refused(error) from error


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
