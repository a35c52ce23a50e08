"""One engine of kind `browser`, as its file says."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import quote

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from answerlens_collector.profile.answering import Dom, FailureRule, Finish
from answerlens_collector.profile.asking import Input, Send, Stream, Toggle
from answerlens_collector.profile.fields import PLACE, Address, Part, Selector
from answerlens_collector.profile.steps import Step
from answerlens_common.contracts.engines import EngineFile


class Pacing(Part):
    """How fast the account may be asked."""

    min_seconds_between_asks: float = Field(default=0, ge=0, description="of all collectors together")
    pages: int = Field(default=3, ge=1, le=100, description="questions at once in one collector")


class Account(Part):
    """The account that asks: the saved session of a browser, or none."""

    storage_state: Path | None = None


class Limits(Part):
    """When what is warm is made anew."""

    questions_per_context: int = Field(default=50, ge=1)


class SiteProfile(Part):
    """One engine of kind `browser`."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    kind: Literal["browser"] = "browser"
    surface: Literal["browser"] = "browser"
    enabled: bool = True
    verified: str = Field(description="when and how the profile was last seen to fit the live site")
    replicates: int = Field(default=1, ge=1, le=5)
    url: Address = Field(
        pattern=r"^https?://",
        description="opening it starts a new conversation; {date}, {keyword} and {replicate} in it are the question's",
    )
    before: tuple[Step, ...] = Field(default=(), description="steps once the page is open, before it is ready")
    ready: Selector | None = Field(default=None, description="shown when the page can be used; else the input")
    frame: tuple[Selector, ...] = Field(
        default=(), description="the frame that holds the conversation, from the outermost one on"
    )
    input: Input
    send: Send
    toggles: tuple[Toggle, ...] = ()
    stream: Stream | None = None
    dom: Dom
    after: tuple[Step, ...] = Field(
        default=(), description="steps once the answer is complete, before its sources are read from the page"
    )
    failures: tuple[FailureRule, ...] = ()
    refusals: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(), description="how answers that decline begin"
    )
    finish: Finish = Finish()
    pacing: Pacing = Pacing()
    account: Account = Account()
    allow_private_addresses: bool = False
    limits: Limits = Limits()

    @field_validator("dom")
    @classmethod
    def _end_is_told(cls, dom: Dom, others: ValidationInfo) -> Dom:
        if others.data.get("stream") is None and not dom.shows_end:
            message = "busy or done: a page without a stream needs a sign of the answer's end"
            raise ValueError(message)
        return dom

    def asked_on(self, date: dt.date, replicate: int, keyword: str) -> Self:
        """The profile for one ask: a site may have to be told the question's date, its replicate and its keyword."""
        values = {"date": date.isoformat(), "replicate": str(replicate), "keyword": quote(keyword, safe="")}
        return self.model_copy(update={"url": PLACE.sub(lambda place: values[place[1]], self.url)})

    def selectors(self) -> dict[str, str]:
        """Every selector, by the name of its field in the file."""
        return dict(_selectors(self.model_dump(mode="json"), ""))

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
            raise engine.refused(error) from error


_CSS: Final = frozenset(
    {
        "selector",
        "click",
        "ready",
        "answer",
        "question",
        "busy",
        "done",
        "links_cited",
        "links_listed",
        "unless",
        "until",
    }
)
_LISTS: Final = frozenset({"frame", "strip"})


def _selectors(value: object, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _selectors(inner, f"{field}.{name}".lstrip("."))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _selectors(inner, f"{field}.{place}")
    elif isinstance(value, str):
        *holders, name = field.split(".")
        # `answer` of a failure is a pattern
        is_selector = name in _CSS and not (name == "answer" and "failures" in holders)
        if is_selector or (holders and holders[-1] in _LISTS):
            yield field, value
