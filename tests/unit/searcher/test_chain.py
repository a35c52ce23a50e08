"""When the next source is asked, and when it is not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import pytest
from prometheus_client import REGISTRY

from answerlens_common.browser.errors import BrowserCrashedError, CrashScope
from answerlens_common.contracts.origins import QuestionOrigin
from answerlens_common.db import DatabaseLostError
from answerlens_common.errors import AnswerLensError, PutOffError
from answerlens_common.limits.breakers import BreakerOpenError, Breakers
from answerlens_searcher.chain import Chain, Link
from answerlens_searcher.source import (
    CaptchaError,
    EmptyResultError,
    LoginRequiredError,
    SourceBusyError,
    SourceQuestion,
)

PAGE = QuestionOrigin.ZHIHU_PAGE
API = QuestionOrigin.ZHIHU_API
MODEL = QuestionOrigin.MODEL
LIST = QuestionOrigin.LIST


@dataclass
class Source:
    """Gives so many questions of its own, or fails."""

    origin: QuestionOrigin
    gives: int | AnswerLensError
    words: QuestionOrigin | None = None
    known: list[list[str]] = field(default_factory=list)

    async def search(self, keyword: str, known: Sequence[SourceQuestion] = (), /) -> list[SourceQuestion]:
        self.known.append([question.text for question in known])
        if isinstance(self.gives, AnswerLensError):
            raise self.gives
        return [
            SourceQuestion(f"{keyword}{self.words or self.origin}{n}？", f"{self.origin}-{n}", "", self.origin)
            for n in range(self.gives)
        ]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


async def search(*sources: Source, is_last_attempt: bool = False, has_bank: bool = False) -> list[QuestionOrigin]:
    """Where the questions come from that a chain finds, with 24 as enough."""
    chain = Chain([Link(source.origin, source) for source in sources], Breakers(None), enough=24)
    found = await chain.search("耳机", is_last_attempt=is_last_attempt, has_bank=has_bank)
    return [question.origin for question in found]


async def test_with_enough_questions_no_further_source_is_asked() -> None:
    api = Source(API, 30)
    assert await search(Source(PAGE, 24), api) == [PAGE] * 24
    assert api.known == []


async def test_too_few_questions_are_kept_and_the_next_source_adds_its_own() -> None:
    api, model = Source(API, 10), Source(MODEL, 20)
    assert await search(Source(PAGE, 7), api, model) == [PAGE] * 7 + [API] * 10 + [MODEL] * 20
    assert len(api.known[0]) == 7
    assert len(model.known[0]) == 17


async def test_no_more_than_a_hundred_are_kept() -> None:
    assert len(await search(Source(PAGE, 20), Source(API, 90))) == 100


async def test_a_question_that_two_sources_have_is_that_of_the_first() -> None:
    page, listed = Source(PAGE, 5), Source(LIST, 7, words=PAGE)
    assert await search(page, listed) == [PAGE] * 5 + [LIST] * 2
    assert await search(listed, page) == [LIST] * 7


@pytest.mark.parametrize("error", [CaptchaError("?"), LoginRequiredError("?"), EmptyResultError("耳机")])
async def test_a_source_that_has_failed_for_good_is_passed_over_at_once(error: AnswerLensError) -> None:
    assert await search(Source(PAGE, error), Source(API, 30)) == [API] * 30


@pytest.mark.parametrize("error", [SourceBusyError("?"), BrowserCrashedError(CrashScope.BROWSER)])
async def test_what_may_pass_is_tried_again_before_the_next_source_is_asked(error: AnswerLensError) -> None:
    api = Source(API, 30)
    with pytest.raises(type(error)):
        await search(Source(PAGE, error), api)
    assert api.known == []
    assert await search(Source(PAGE, error), api, is_last_attempt=True) == [API] * 30


@pytest.mark.parametrize("error", [BreakerOpenError("zhihu_search"), DatabaseLostError("?")])
@pytest.mark.parametrize("is_last_attempt", [False, True])
async def test_what_was_never_asked_is_waited_for(error: AnswerLensError, *, is_last_attempt: bool) -> None:
    api = Source(API, 30)
    with pytest.raises(type(error)):
        await search(Source(PAGE, error), api, is_last_attempt=is_last_attempt)
    assert api.known == []


async def test_a_second_source_that_is_put_off_spends_the_attempt_of_the_first() -> None:
    """Otherwise the first would be asked without end."""
    put_off = BreakerOpenError("zhihu_api")
    with pytest.raises(SourceBusyError) as raised:
        await search(Source(PAGE, CaptchaError("?")), Source(API, put_off))
    assert not isinstance(raised.value, PutOffError)
    sources = Source(PAGE, CaptchaError("?")), Source(API, put_off), Source(MODEL, 30)
    assert await search(*sources, is_last_attempt=True) == [MODEL] * 30


async def test_a_source_that_knows_nothing_is_told_from_one_that_failed() -> None:
    def counted(outcome: str) -> float:
        labels = {"origin": PAGE.value, "outcome": outcome}
        return REGISTRY.get_sample_value("answerlens_source_searches_total", labels) or 0

    before = counted("empty"), counted("failed"), counted("answered")
    await search(Source(PAGE, EmptyResultError("耳机")), Source(API, 30))
    await search(Source(PAGE, CaptchaError("?")), Source(API, 30))
    await search(Source(PAGE, 30))
    assert (counted("empty"), counted("failed"), counted("answered")) == tuple(number + 1 for number in before)


async def test_when_all_have_failed_it_is_told_why_the_first_did() -> None:
    with pytest.raises(CaptchaError):
        await search(Source(PAGE, CaptchaError("?")), Source(API, EmptyResultError("耳机")), Source(MODEL, 0))
    with pytest.raises(EmptyResultError):
        await search(Source(API, 0))


async def test_the_model_proposes_nothing_where_there_is_a_bank_of_what_people_asked() -> None:
    model = Source(MODEL, 30)
    with pytest.raises(CaptchaError):
        await search(Source(PAGE, CaptchaError("?")), model, has_bank=True)
    assert await search(Source(PAGE, 3), model, has_bank=True) == [PAGE] * 3
    assert model.known == []


@pytest.mark.parametrize("listed", [0, 1, 23])
async def test_a_captcha_and_a_short_list_do_not_replace_a_bank(listed: int) -> None:
    with pytest.raises(CaptchaError):
        await search(Source(PAGE, CaptchaError("?")), Source(LIST, listed), has_bank=True)
    assert await search(Source(PAGE, CaptchaError("?")), Source(LIST, 24), has_bank=True) == [LIST] * 24
    assert await search(Source(PAGE, EmptyResultError("耳机")), Source(LIST, 3), has_bank=True) == [LIST] * 3


async def test_a_list_that_comes_first_spends_no_attempt() -> None:
    put_off = BreakerOpenError("zhihu_search")
    with pytest.raises(BreakerOpenError):
        await search(Source(LIST, 3), Source(PAGE, put_off), is_last_attempt=True)
