"""A site profile: everything the driver has to know about one chat page. A new site is one YAML file and no code."""

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from answerlens_collector.decoders import DECODERS, FORMER_NAMES
from answerlens_common.contracts.engines import EngineFile, EngineFileError

_PLACE = re.compile(r"\{(\w*)\}")
_PLACES: Final = ("date", "keyword", "replicate")


def _regular_expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        message = f"is no regular expression: {error}"
        raise ValueError(message) from error
    return value


def _known_decoder(value: str) -> str:
    value = FORMER_NAMES.get(value, value)
    if value not in DECODERS:
        message = f"no decoder has this name; there are {', '.join(sorted(DECODERS))}"
        raise ValueError(message)
    return value


def _address(value: str) -> str:
    if unknown := set(_PLACE.findall(value)) - set(_PLACES):
        known = ", ".join(f"{{{place}}}" for place in _PLACES)
        message = f"{{{min(unknown)}}} stands for nothing; there are {known}"
        raise ValueError(message)
    return value


Selector = Annotated[str, Field(min_length=1, description="CSS")]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(_regular_expression)]
Seconds = Annotated[float, Field(gt=0)]
FailureStatus = Literal["captcha", "login_required", "refused", "rate_limited", "unavailable"]


class _Part(BaseModel):
    """Profiles are checked to the last field: a misspelt one is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Input(_Part):
    """Where the question is written."""

    selector: Selector
    kind: Literal["textarea", "input", "contenteditable"]


class Send(_Part):
    """How it is sent: a key pressed in the input, or a button clicked."""

    key: str | None = None
    click: Selector | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.key is None) == (self.click is None):
            message = "give either key or click"
            raise ValueError(message)
        return self


class Toggle(_Part):
    """A switch of the page, found by selector, by its exact text, or both, and read back after it was clicked."""

    selector: Selector | None = None
    text: str | None = None
    want: bool
    attribute: str = "aria-pressed"
    on_value: str = Field(default="true", description="the attribute's value, or one word of it, when on")

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.selector is None and self.text is None:
            message = "give selector, text or both"
            raise ValueError(message)
        return self


class Stream(_Part):
    """The page's own request that carries the answer."""

    url_pattern: Pattern = Field(description="searched in the request's address")
    method: Literal["GET", "POST"] = "POST"
    decoder: Annotated[str, AfterValidator(_known_decoder)]


class Dom(_Part):
    """How the answer looks in the page: the fallback of a stream, or the only way."""

    answer: Selector
    busy: Selector | None = Field(default=None, description="shown while an answer is being written")
    done: Selector | None = Field(default=None, description="shown when it is complete")
    links_cited: Selector | None = Field(default=None, description="links by which the answer cites")
    links_listed: Selector | None = Field(default=None, description="links of the list of sources")
    strip: tuple[Selector, ...] = Field(default=(), description="parts of the answer that are not its words")


class FailureRule(_Part):
    """A sign that there will be no answer: the page's address, or something on the page.

    After `rate_limited` and `unavailable` the question is asked again later; the others are its outcome.
    """

    status: FailureStatus
    url: Pattern | None = None
    selector: Selector | None = None
    text: str | None = Field(default=None, min_length=1, description="that the selected element must contain")

    @model_validator(mode="after")
    def _one_sign(self) -> Self:
        if (self.url is None) == (self.selector is None):
            message = "give either url or selector"
            raise ValueError(message)
        if self.text is not None and self.selector is None:
            # the words of a failure may stand in any question or answer
            message = "text needs the selector of the element that shows it"
            raise ValueError(message)
        return self


class Finish(_Part):
    """When an answer counts as complete, where the stream does not say so itself."""

    timeout_seconds: Seconds = 180
    poll_seconds: Seconds = 2
    stable_polls: int = Field(default=2, ge=1, description="looks in a row at which the text is the same")


class Pacing(_Part):
    """How fast the account may be asked."""

    min_seconds_between_asks: float = Field(default=0, ge=0, description="of all collectors together")
    pages: int = Field(default=3, ge=1, le=100, description="questions at once in one collector")


class Account(_Part):
    """The account that asks: the saved session of a browser, or none."""

    storage_state: Path | None = None


class Limits(_Part):
    """When what is warm is made anew."""

    questions_per_context: int = Field(default=50, ge=1)


class SiteProfile(_Part):
    """One engine of kind `browser`."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    kind: Literal["browser"] = "browser"
    surface: Literal["browser"] = "browser"
    enabled: bool = True
    verified: str = Field(description="when and how the profile was last seen to fit the live site")
    replicates: int = Field(default=1, ge=1, le=5)
    url: Annotated[str, AfterValidator(_address)] = Field(
        pattern=r"^https?://",
        description="opening it starts a new conversation; {date}, {keyword} and {replicate} in it are the question's",
    )
    ready: Selector | None = Field(default=None, description="shown when the page can be used; else the input")
    input: Input
    send: Send
    toggles: tuple[Toggle, ...] = ()
    stream: Stream | None = None
    dom: Dom
    failures: tuple[FailureRule, ...] = ()
    refusals: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(), description="how answers that decline begin"
    )
    finish: Finish = Finish()
    pacing: Pacing = Pacing()
    account: Account = Account()
    allow_private_addresses: bool = False
    limits: Limits = Limits()

    def asked_on(self, date: dt.date, replicate: int, keyword: str) -> Self:
        """The profile for one ask: a site may have to be told the question's date, its replicate and its keyword."""
        values = {"date": date.isoformat(), "replicate": str(replicate), "keyword": quote(keyword, safe="")}
        return self.model_copy(update={"url": _PLACE.sub(lambda place: values[place[1]], self.url)})

    def is_refusal(self, answer: str) -> bool:
        """Whether an answer begins as this site's refusals do."""
        return answer.startswith(self.refusals)

    @classmethod
    def of(cls, engine: EngineFile) -> Self:
        """The profile in an engine's file.

        Raises:
            EngineFileError: naming the engine and the field.
        """
        try:
            return cls.model_validate(engine.model_dump(mode="json"))
        except ValidationError as error:
            raise EngineFileError.of(engine.name, error) from error
