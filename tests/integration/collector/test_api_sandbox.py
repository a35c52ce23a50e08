"""The sandbox's provider, asked by its file: what it says is what is planted, and its faults have their names."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from answerlens_collection.answers.answer import Link
from answerlens_collector.engines.api import ApiEngine, ApiProfile
from answerlens_collector.engines.api.failures import UnreadableReplyError
from answerlens_collector.engines.api.profile import Limits
from answerlens_collector.engines.engine import Question
from answerlens_collector.site_errors import AnswerTimeoutError, BrokenStreamError, SiteUnavailableError
from answerlens_common.contracts.engines import load_engines
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_sandbox.answer import answer
from answerlens_sandbox.provider import SERVED
from answerlens_sandbox.world import World
from tests.integration.collector.conftest import KEYWORD, ROOT
from tests.support.sandbox import Sandbox

ASKED = Question("蓝牙耳机怎么选才不踩坑？", dt.date(2026, 6, 1), 2, KEYWORD)


@pytest.fixture
async def engine(sandbox: Sandbox) -> AsyncIterator[ApiEngine]:
    environment = {"ANSWERLENS_SANDBOX_URL": sandbox.url}
    (file,) = (one for one in load_engines(ROOT / "tests/e2e/engines", environment) if one.kind == "api")
    async with ApiEngine(ApiProfile.of(file).model_copy(update={"limits": Limits(seconds=5)})) as opened:
        yield opened


async def test_what_the_provider_says_is_what_is_planted(engine: ApiEngine) -> None:
    async with engine.place(urgent=False) as ask:
        given = await ask(ASKED)
    world = World(1)
    world.learn(KEYWORD)
    planted = answer(world, "api-a", ASKED.text, "2026-06-01/2", KEYWORD)
    assert (given.status, given.text, given.reasoning) == (AnswerStatus.OK, planted.text.strip(), planted.thinking)
    assert given.links == tuple(Link(one.url, one.title, one.site, cited=one.cited) for one in planted.sources)
    assert any(link.cited for link in given.links)
    assert (given.citations_known, given.search_ran, given.queries) == (True, True, planted.queries)
    assert (given.requested_model, given.served_model) == ("sandbox-search", SERVED)
    assert given.cost is not None
    assert given.cost > 0.01


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("login", AnswerStatus.LOGIN_REQUIRED),
        ("refusal", AnswerStatus.REFUSED),
        ("empty", AnswerStatus.EMPTY),
        ("429", AnswerStatus.OK),
    ],
)
async def test_faults_that_are_outcomes(engine: ApiEngine, sandbox: Sandbox, fault: str, status: AnswerStatus) -> None:
    sandbox.order_fault("api-a", fault)
    async with engine.place(urgent=False) as ask:
        assert (await ask(ASKED)).status is status


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("500", SiteUnavailableError),
        ("cut_stream", BrokenStreamError),
        ("bad_json", UnreadableReplyError),
        ("changed_page", BrokenStreamError),
        ("hang", AnswerTimeoutError),
    ],
)
async def test_faults_that_may_pass(engine: ApiEngine, sandbox: Sandbox, fault: str, failure: type[Exception]) -> None:
    sandbox.order_fault("api-a", fault)
    async with engine.place(urgent=False) as ask:
        with pytest.raises(failure):
            await ask(ASKED)
