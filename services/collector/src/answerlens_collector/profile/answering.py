"""How an answer looks, what stands for its end, and what stands for there being none."""

from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from answerlens_collector.profile.fields import FailureStatus, Part, Pattern, Seconds, Selector


class Dom(Part):
    """How the answer looks in the page: the fallback of a stream, or the only way.

    What matches before the question is sent is never part of the answer, and no sign of its end.
    """

    answer: Selector = Field(description="an answer's elements; several are joined, links are looked for inside them")
    question: Selector | None = Field(
        default=None, description="a question's element; only what comes after the newest belongs to the answer"
    )
    busy: Selector | None = Field(default=None, description="shown while an answer is being written")
    done: Selector | None = Field(default=None, description="shown when it is complete")
    links_cited: Selector | None = Field(
        default=None,
        description="what the answer cites by: links, or chips that name a listed source by its number or its title",
    )
    links_listed: Selector | None = Field(default=None, description="links of the list of sources")
    strip: tuple[Selector, ...] = Field(default=(), description="parts of the answer that are not its words")

    @property
    def shows_end(self) -> bool:
        """Whether the page has a sign of an answer's end."""
        return self.busy is not None or self.done is not None


class FailureRule(Part):
    """A sign that there will be no answer; exactly one is given, `text` and `request` narrow theirs.

    After `rate_limited` and `unavailable` the question is asked again later; the others are its outcome.
    """

    status: FailureStatus
    url: Pattern | None = Field(default=None, description="searched in the page's address")
    title: Pattern | None = Field(default=None, description="searched in the page's title")
    selector: Selector | None = Field(default=None, description="something that the page shows")
    text: str | None = Field(default=None, min_length=1, description="that the selected element must contain")
    answer: Pattern | None = Field(default=None, description="that the whole answer, from end to end, must match")
    http: tuple[Annotated[int, Field(ge=400, le=599)], ...] = Field(
        default=(), description="statuses of the page, of the stream, or of the requests that `request` names"
    )
    request: Pattern | None = Field(default=None, description="searched in the addresses of the page's requests")

    @model_validator(mode="after")
    def _one_sign(self) -> Self:
        signs = (self.url, self.title, self.selector, self.answer, self.http or None)
        if sum(sign is not None for sign in signs) != 1:
            message = "give one of url, title, selector, answer and http"
            raise ValueError(message)
        if self.text is not None and self.selector is None:
            # the words of a failure may stand in any question or answer
            message = "text needs the selector of the element that shows it"
            raise ValueError(message)
        if self.request is not None and not self.http:
            message = "request needs http: the statuses of it that are failures"
            raise ValueError(message)
        return self

    @property
    def sign(self) -> str:
        """The sign, as the profile gives it."""
        given = self.text or self.selector or self.url or self.title or self.answer
        return given or f"HTTP {', '.join(map(str, self.http))}"


# what profiles said before pages were watched: looks in a row, so many seconds apart
_LOOK_SECONDS: Final = "poll_seconds"
_LOOKS: Final = "stable_polls"


class Finish(Part):
    """When an answer counts as complete, where the stream does not say so itself."""

    timeout_seconds: Seconds = 180
    quiet_seconds: Seconds = Field(default=0.3, description="without a change after the page's sign of the end")
    still_seconds: Seconds = Field(default=4, description="without a change where the page has given no such sign")

    @model_validator(mode="before")
    @classmethod
    def _former_fields(cls, value: Any) -> Any:  # noqa: ANN401 not checked yet
        if not isinstance(value, dict) or not {_LOOK_SECONDS, _LOOKS} & value.keys():
            return value
        seconds, looks = value.get(_LOOK_SECONDS, 2), value.get(_LOOKS, 2)
        if not isinstance(seconds, int | float) or not isinstance(looks, int):
            message = f"{_LOOK_SECONDS} and {_LOOKS} were numbers; still_seconds has taken their place"
            raise ValueError(message)  # noqa: TRY004 pydantic turns this one into an error of the field
        rest = {name: given for name, given in value.items() if name not in {_LOOK_SECONDS, _LOOKS}}
        return {"still_seconds": seconds * looks, **rest}
