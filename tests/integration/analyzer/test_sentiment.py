"""What answers think of a brand is added to the rates that are there, and is asked once for each answer and brand."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel, SecretStr

from answerlens_analyzer.sentiment.handlers import SentimentHandlers
from answerlens_common.db import Database
from answerlens_common.errors import TransientError
from answerlens_common.events import CollectionAnalysed
from answerlens_common.llm import LanguageModel, LlmSettings, RateLimitedError
from answerlens_common.work.claims import ClaimKey, Lease, acquire
from answerlens_sandbox.answer import answer
from answerlens_sandbox.world import World
from tests.integration.analyzer.conftest import QUESTIONS, Tracked, day, versions
from tests.support.answered import KEYWORD, Given, analyse, scored, store_day
from tests.support.collected import as_today
from tests.support.sandbox import Sandbox, running_sandbox

Reply = TypeVar("Reply", bound=BaseModel)


class Judge(LanguageModel):
    """Calls what says 好 positive and the rest negative; fails while it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails_on = ""

    async def ask(
        self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **_: object
    ) -> Reply:
        assert instructions
        shown: list[dict[str, str]] = data["answers"]  # type: ignore[assignment]
        if self.fails_on and any(self.fails_on in each["answer"] for each in shown):
            raise RateLimitedError(task, None)
        self.asked += [each["answer"] for each in shown]
        labels = {True: "positive", False: "negative"}
        return reply.model_validate(
            {"sentiments": [{"id": e["id"], "sentiment": labels["好" in e["answer"]]} for e in shown]}
        )


async def judge_day(db: Database, llm: LanguageModel, n: int, engine: str = "chat-a", model: str = "judge-1") -> None:
    """Run the sentiment stage for a day, as its runner does."""
    handlers = SentimentHandlers(db, llm, model)
    event = CollectionAnalysed.following(await as_today(db, scored(engine, day(n))))
    if await handlers.cached(event) is not None:
        return
    lease = await acquire(db, ClaimKey.of("sentiment", event, date=day(n)), f"{engine} {n}", event.lane, 60)
    assert isinstance(lease, Lease)
    try:
        assert await handlers.on_collection_analysed(event, lease) == [], "no report was made without it"
    finally:
        await lease.hand_back()


def named(n: int) -> str:
    """The n-th answer that names the brand; every fourth speaks ill of it."""
    return f"第{n}款：索尼" + ("坏。" if n % 4 == 0 else "好。")


async def measured(tracked: Tracked, n: int = 1, engine: str = "chat-a", count: int = 40) -> list[Any]:
    """A day on which the first `count` answers name the brand; the events that follow."""
    answers = {f"q{i:03}": Given(text=named(i) if i < count else "都可以。") for i in range(QUESTIONS)}
    await tracked.wait_on(n, engine)
    await store_day(tracked.db, engine, day(n), answers)
    return await analyse(tracked.db, engine, day(n))


def counts(rates: Mapping[str, Any]) -> tuple[int, int, int]:
    positive, negative = rates["positive_share"], rates["negative_share"]
    assert positive["n"] == negative["n"]
    return positive["k"], negative["k"], positive["n"]


async def test_sentiment_is_added_to_rates_that_did_not_wait_for_it(tracked: Tracked) -> None:
    order, keyword = await measured(tracked)
    assert (type(order).__name__, type(keyword).__name__) == ("OrderAnalysed", "CollectionAnalysed")
    before = await tracked.rates(1)
    assert (before["mention_rate"]["k"], before["positive_share"]["rate"]) == (40, None)
    judge = Judge()
    await judge_day(tracked.db, judge, 1)
    after = await tracked.rates(1)
    assert counts(after) == (30, 10, 40)
    assert {name: rate for name, rate in after.items() if "_share" not in name} == {
        name: rate for name, rate in before.items() if "_share" not in name
    }
    assert len(judge.asked) == 40, "only the answers that name the brand"
    stored = await tracked.db.value("SELECT outcomes -> 'sentiment' FROM measurement_outcome")
    assert [stored.count(label) for label in (1, -1, None)] == [30, 10, QUESTIONS - 40]
    assert await analyse(tracked.db, "chat-a", day(1)) == [], "nothing more to judge"


async def test_all_engines_together_are_of_what_was_judged(tracked: Tracked) -> None:
    await tracked.wait_on(1, "chat-a", "chat-b")
    await measured(tracked)
    await measured(tracked, engine="chat-b", count=20)
    await judge_day(tracked.db, Judge(), 1)
    assert counts(await tracked.rates(1, "overall")) == (30, 10, 40)
    await judge_day(tracked.db, Judge(), 1, "chat-b")
    overall = await tracked.rates(1, "overall")
    assert counts(overall) == (45, 15, 60)
    assert overall["mention_rate"]["n"] == 2 * QUESTIONS


@pytest.mark.case("c9")
async def test_a_share_over_all_engines_names_those_that_were_judged(tracked: Tracked) -> None:
    await tracked.wait_on(1, "chat-a", "chat-b")
    await measured(tracked)
    await measured(tracked, engine="chat-b", count=20)
    assert (await tracked.rates(1, "overall"))["positive_share"].get("engines") == []
    await judge_day(tracked.db, Judge(), 1, "chat-b")
    overall = await tracked.rates(1, "overall")
    assert overall["positive_share"].get("engines") == ["chat-b"]
    assert overall["mention_rate"]["engines"] == ["chat-a", "chat-b"]
    await judge_day(tracked.db, Judge(), 1)
    assert (await tracked.rates(1, "overall"))["negative_share"]["engines"] == ["chat-a", "chat-b"]


async def test_the_models_that_judged_are_told(tracked: Tracked) -> None:
    """Another model from the second day on; where it judges part of a day, both are named."""
    await measured(tracked, 1, count=20)
    await judge_day(tracked.db, Judge(), 1)
    await measured(tracked, 2)
    assert await versions(tracked, 2, "sentiment_models") == [["judge-1"], ["judge-1"]], "of those known already"
    await judge_day(tracked.db, Judge(), 2, model="judge-2")
    assert await versions(tracked, 1, "sentiment_models") == [["judge-1"], ["judge-1"]]
    assert await versions(tracked, 2, "sentiment_models") == [["judge-1", "judge-2"]] * 2


async def test_an_answer_is_paid_for_once_a_brand_also_after_its_aliases_changed(tracked: Tracked) -> None:
    await measured(tracked)
    judge = Judge()
    await judge_day(tracked.db, judge, 1)
    await tracked.rename({"name": "索尼", "aliases": ["第40款"]})
    async with tracked.db.transaction() as tx:
        await tx.execute("DELETE FROM mention_percentage")
        await tx.execute(
            "UPDATE ai_answer SET answer_text = '第40款也好。', folded_text = '第40款也好。' WHERE question_id = 'q040'"
        )
    await tracked.wait_on(1, "chat-a")
    await analyse(tracked.db, "chat-a", day(1))
    assert counts(await tracked.rates(1)) == (30, 10, 40), "what is known is there at once"
    await judge_day(tracked.db, judge, 1)
    assert counts(await tracked.rates(1)) == (31, 10, 41)
    assert len(judge.asked) == 41
    # the same texts on another engine
    assert len(await measured(tracked, engine="chat-b")) == 1
    assert counts(await tracked.rates(1, "chat-b")) == (30, 10, 40)


async def test_what_another_client_calls_the_brand_changes_no_label(tracked: Tracked) -> None:
    """Both mean a brand of one name, one of them with an ordinary word as its alias, which 30 of the answers have."""
    await measured(tracked)
    judge = Judge()
    await judge_day(tracked.db, judge, 1)
    await tracked.rename({"name": "索尼", "aliases": ["好"]})
    async with tracked.db.transaction() as tx:
        await tx.execute("DELETE FROM mention_percentage")
    await tracked.wait_on(1, "chat-a")
    await analyse(tracked.db, "chat-a", day(1))
    await judge_day(tracked.db, judge, 1)
    assert len(judge.asked) == 40 + 30
    assert counts(await tracked.rates(1)) == (30, 10, 40)


async def test_a_model_that_fails_takes_no_rate_along_and_what_it_said_is_kept(tracked: Tracked) -> None:
    await measured(tracked)
    judge = Judge()
    judge.fails_on = named(7)
    with pytest.raises(TransientError):
        await judge_day(tracked.db, judge, 1)
    rates = await tracked.rates(1)
    assert (rates["mention_rate"]["k"], rates["positive_share"]["rate"]) == (40, None)
    judge.fails_on = ""
    await judge_day(tracked.db, judge, 1)
    assert counts(await tracked.rates(1)) == (30, 10, 40)
    assert len(judge.asked) == len(set(judge.asked)) == 40


async def test_names_that_change_meanwhile_are_left_to_the_next_analysis(tracked: Tracked) -> None:
    await measured(tracked)
    judging = asyncio.Event()
    renamed = asyncio.Event()

    class Slow(Judge):
        async def ask(
            self, task: str, instructions: str, data: Mapping[str, object], reply: type[Reply], **more: object
        ) -> Reply:
            judging.set()
            await renamed.wait()
            return await super().ask(task, instructions, data, reply, **more)

    work = asyncio.create_task(judge_day(tracked.db, Slow(), 1))
    await judging.wait()
    await tracked.rename({"name": "Bose"})
    renamed.set()
    await work
    assert (await tracked.rates(1))["positive_share"]["rate"] is None
    assert await tracked.db.value("SELECT judged FROM measurement_outcome") is False


async def test_answers_that_were_dropped_are_not_judged(tracked: Tracked) -> None:
    await measured(tracked)
    async with tracked.db.transaction() as tx:
        await tx.execute("DELETE FROM ai_answer")
    judge = Judge()
    await judge_day(tracked.db, judge, 1)
    assert not judge.asked
    assert (await tracked.rates(1))["positive_share"]["rate"] is None


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(answer_seconds=0, seed=7) as sandbox:
        yield sandbox


async def test_the_shares_are_those_the_sandbox_planted(tracked: Tracked, sandbox: Sandbox) -> None:
    world = World(seed=7)
    about = world.learn(KEYWORD)
    brand = max(
        about.brands,
        key=lambda each: sum(each in world.draw("chat-a", f"{KEYWORD}推荐哪款 {n}？", 1).named for n in range(60)),
    )
    questions = [f"{KEYWORD}推荐哪款 {n}？" for n in range(QUESTIONS)]
    drawn = [world.draw("chat-a", question, 1) for question in questions]
    texts = [answer(world, "chat-a", question, 1).text for question in questions]
    await tracked.rename({"name": brand.name, "aliases": list(brand.aliases)})
    await tracked.wait_on(1, "chat-a")
    await store_day(tracked.db, "chat-a", day(1), {f"q{n:03}": Given(text=text) for n, text in enumerate(texts)})
    await analyse(tracked.db, "chat-a", day(1))
    settings = LlmSettings(
        base_url=f"{sandbox.url}/v1", api_key=SecretStr("sandbox"), model="sandbox-chat", rate_limit=6000
    )
    async with LanguageModel(settings, tracked.db) as llm:
        await judge_day(tracked.db, llm, 1)
    planted = [
        sum(brand in each for each in kind)
        for kind in zip(*((d.praised, d.blamed, d.named) for d in drawn), strict=True)
    ]
    rates = await tracked.rates(1)
    assert counts(rates) == tuple(planted)
    assert planted[2] > 15
    well, ill = world.attitude("chat-a", about, brand)
    assert rates["positive_share"]["low"] <= well <= rates["positive_share"]["high"]
    assert rates["negative_share"]["low"] <= ill <= rates["negative_share"]["high"]
