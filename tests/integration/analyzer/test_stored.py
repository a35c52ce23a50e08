"""What is stored beside an order's rates, and which rows are read for them."""

import pytest

from answerlens_analyzer.relinking import Relinking
from answerlens_analyzer.store import Order
from answerlens_common.work.claims import Lease
from answerlens_orders.reports.day import engines
from tests.integration.analyzer.conftest import QUESTIONS, Tracked, day, versions
from tests.support.answered import Given, analyse, store_day

OWN = ("https://www.sony.com.cn/a", True)


@pytest.mark.case("c9")
async def test_an_engine_that_does_not_tell_its_citations_has_no_rate_of_them(tracked: Tracked) -> None:
    await tracked.rename({"name": "索尼", "domains": ["sony.com.cn"]})
    await tracked.wait_on(1, "chat-a", "chat-b")
    for engine, told in (("chat-a", True), ("chat-b", False)):
        link = OWN if told else (OWN[0], False)
        answers = {f"q{i:03}": Given(links=[link] if i < 15 else [], told=told) for i in range(QUESTIONS)}
        await store_day(tracked.db, engine, day(1), answers)
        await analyse(tracked.db, engine, day(1))
    silent, overall = await tracked.rates(1, "chat-b"), await tracked.rates(1, "overall")
    for name in ("link_mention_rate", "link_share"):
        assert (silent[name]["rate"], silent[name]["method"]) == (None, "none")
    assert (silent["link_listed_rate"]["k"], silent["link_listed_rate"]["n"]) == (15, QUESTIONS)
    assert (overall["link_mention_rate"]["k"], overall["link_mention_rate"]["n"]) == (15, QUESTIONS)
    assert [overall[name].get("engines") for name in ("link_mention_rate", "mention_rate")] == [
        ["chat-a"],
        ["chat-a", "chat-b"],
    ]


async def test_the_profile_of_every_engine_is_told(tracked: Tracked) -> None:
    await tracked.measure(1, named=1)
    await tracked.measure(1, named=1, engine="chat-b")
    rows = await tracked.db.rows(
        "SELECT engine, versions -> 'engine_profile' AS profile FROM mention_percentage ORDER BY engine"
    )
    assert [(row["engine"], row["profile"]) for row in rows] == [
        ("chat-a", "profile of chat-a"),
        ("chat-b", "profile of chat-b"),
        ("overall", {"chat-a": "profile of chat-a", "chat-b": "profile of chat-b"}),
    ]


async def test_a_day_is_of_the_surface_it_was_measured_on(tracked: Tracked) -> None:
    """An engine whose profile now names another surface, or none at all: what it has measured stays where it was."""
    first = await tracked.measure(1, named=15)
    async with tracked.db.transaction() as tx:
        await tx.execute("UPDATE engine SET surface = 'api' WHERE name = 'chat-a'")
    await tracked.measure(1, named=45, engine="chat-b")
    overall = (await tracked.rates(1, "overall"))["mention_rate"]
    assert (first["mention_rate"]["k"], overall["k"], overall["n"]) == (15, 60, 2 * QUESTIONS)
    async with tracked.db.transaction() as tx:
        await tx.execute("DELETE FROM engine WHERE name = 'chat-a'")
    second = (await tracked.measure(2, named=15))["mention_rate"]
    assert second["change"]["against"] == day(1).isoformat()


async def test_the_models_and_rubrics_behind_the_scores_are_told(tracked: Tracked) -> None:
    await tracked.measure(1, named=1)
    await tracked.measure(2, named=1)
    async with tracked.db.transaction() as tx:
        await tx.execute("UPDATE question_score SET model = 'judge-1'")
        await tx.execute(
            "UPDATE question_score SET model = 'judge-2', rubric_version = '2'"
            " WHERE answer_date = :date AND question_id > 'q040'",
            date=day(2),
        )
        await tx.execute("DELETE FROM mention_percentage")
    for n in (1, 2):
        await tracked.wait_on(n, "chat-a")
        await analyse(tracked.db, "chat-a", day(n))
    assert await versions(tracked, 1, "scoring_models") == [["judge-1"]] * 2
    assert await versions(tracked, 2, "scoring_models") == [["judge-1", "judge-2"]] * 2
    assert await versions(tracked, 1, "rubrics") == [["1"]] * 2
    assert await versions(tracked, 2, "rubrics") == [["1", "2"]] * 2


async def test_a_measurement_that_is_withdrawn_meanwhile_gets_no_rates(
    tracked: Tracked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that was given up may be analysed late, while an admin takes the day out of every figure."""

    async def withdraw(*_: object) -> None:
        async with tracked.db.transaction() as tx:
            for table in ("measurement", "measurement_engine"):
                await tx.execute(f"UPDATE {table} SET status = 'withdrawn'")  # noqa: S608 - two constants

    # between the answers are read and the rates stored
    monkeypatch.setattr(Relinking, "analyse_again", withdraw)
    assert await tracked.measure(1, named=15) == {}
    assert await tracked.db.value("SELECT count(*) FROM measurement_outcome") == 0


async def test_why_an_order_failed_alone_is_in_the_task_log(tracked: Tracked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its client is told that the cause is there; the run's own entry says that it is done."""
    async with tracked.db.transaction() as tx:
        other = await tx.value(
            "INSERT INTO orders (user_id, keyword, brand_name, brand, engines, first_date)"
            " SELECT user_id, keyword, brand_name, brand, engines, first_date FROM orders RETURNING id"
        )
    await Tracked(tracked.db, other).wait_on(1, "chat-a")
    real = Relinking.analyse_again

    async def fail_for_one(self: Relinking, lease: Lease, order: Order) -> None:
        if order.order_id == other:
            message = "a name that cannot be looked for"
            raise ValueError(message)
        await real(self, lease, order)

    monkeypatch.setattr(Relinking, "analyse_again", fail_for_one)
    assert await tracked.measure(1, named=15)
    (row,) = await tracked.db.rows("SELECT * FROM task_log WHERE task_type = 'analyse' AND status = 'failed'")
    assert (row["order_id"], row["engine"], row["date"]) == (other, "chat-a", day(1))
    assert row["error_message"] == "ValueError: a name that cannot be looked for"
    assert row["completed_at"] is not None


async def test_the_models_that_have_answered_are_told_and_their_change_is_marked(tracked: Tracked) -> None:
    """Of answers that count, and against the newest earlier day that tells; a chat page names none."""
    models = {1: "m-1", 2: "m-1", 3: None, 4: "m-2", 5: "m-3"}
    for n in models:
        await tracked.measure(n, named=1, ok=QUESTIONS - 1)
        await tracked.measure(n, named=1, engine="chat-b")
    async with tracked.db.transaction() as tx:
        for n, model in models.items():
            await tx.execute(
                "UPDATE ai_answer SET served_model = CASE WHEN status = 'ok' THEN CAST(:model AS text) ELSE 'no' END"
                " WHERE answer_date = :date AND engine = 'chat-a'",
                model=model,
                date=day(n),
            )
        await tx.execute(
            "UPDATE ai_answer SET served_model = 'm-2' WHERE answer_date = :date AND engine = 'chat-a'"
            " AND status = 'ok' AND question_id < 'q002'",
            date=day(5),
        )
        await tx.execute("DELETE FROM mention_percentage")
    for n in models:
        await tracked.wait_on(n, "chat-a", "chat-b")
        await analyse(tracked.db, "chat-a", day(n))
        await analyse(tracked.db, "chat-b", day(n))
    assert await versions(tracked, 1, "served_models") == [["m-1"], None, {"chat-a": ["m-1"]}]
    assert await versions(tracked, 3, "served_models") == [None, None, None]
    assert await versions(tracked, 5, "served_models") == [["m-2", "m-3"], None, {"chat-a": ["m-2", "m-3"]}]
    changes = {}
    async with tracked.db.transaction() as tx:
        for n in models:
            api, page = await engines(tx, tracked.order_id, day(n))
            changes[n] = api.model_change
            assert page.model_change is None
    assert changes == {
        1: None,
        2: None,
        3: None,
        4: {"was": ["m-1"], "is": ["m-2"], "was_on": day(2).isoformat()},
        5: {"was": ["m-2"], "is": ["m-2", "m-3"], "was_on": day(4).isoformat()},
    }
