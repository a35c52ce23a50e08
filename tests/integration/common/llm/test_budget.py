"""Money: counted by what it was spent on, never more than the day's budget, and admins are told once."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
import structlog
from prometheus_client import REGISTRY
from pydantic import BaseModel

from answerlens_common.contracts.notices import BudgetNearlySpent, BudgetSpent, read_notice
from answerlens_common.db import Database
from answerlens_common.errors import PutOffError
from answerlens_common.llm import BudgetSpentError, LanguageModel, LlmSettings
from answerlens_common.llm.budget import Budget
from tests.support.chat_endpoint import ChatEndpoint, Response, saying

Replicas = tuple[Database, Database]
# a request of the endpoint's 100 prompt and 50 completion tokens costs 0.0002 + 0.0004
PRICES: dict[str, Any] = {"prompt_price": Decimal(2), "completion_price": Decimal(8)}
COST = Decimal("0.0006")


class Reply(BaseModel):
    total: int


@pytest.fixture
async def admins(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO users (name, role, key_sha256, revoked) VALUES"
            " ('a', 'admin', 'a', false), ('c', 'client', 'c', false), ('gone', 'admin', 'g', true)"
        )


def settings(budget: str | None, **more: Any) -> LlmSettings:
    values = {**PRICES, "base_url": "http://llm.test/v1", "api_key": "k", "model": "m", "reserved_tokens": 50, **more}
    return LlmSettings(**values, daily_budget=Decimal(budget) if budget else None)


@contextmanager
def working(**bound: str) -> Iterator[None]:
    with structlog.contextvars.bound_contextvars(**bound):
        yield


async def spent(db: Database) -> Decimal:
    return Decimal(await db.value("SELECT COALESCE(sum(spent), 0) FROM llm_day"))


async def test_requests_are_counted_by_stage_task_keyword_and_order(database: Database, endpoint: ChatEndpoint) -> None:
    endpoint.answer = lambda _: saying('{"total": 1}')
    async with LanguageModel(endpoint.settings(**PRICES), database) as llm:
        with working(stage="score", keyword="手机"):
            await asyncio.gather(*(llm.ask("count", "", {"n": n}, Reply) for n in range(3)))
        with working(stage="analyse", keyword="手机", order="00000000-0000-4000-8000-000000000000"):
            await llm.ask("feel", "", {}, Reply)
    rows = await database.rows("SELECT * FROM llm_usage ORDER BY task")
    assert [
        (row["stage"], row["task"], row["keyword"], row["order_id"], row["requests"], row["cost"]) for row in rows
    ] == [
        ("score", "count", "手机", "", 3, 3 * COST),
        ("analyse", "feel", "手机", "00000000-0000-4000-8000-000000000000", 1, COST),
    ]
    assert (rows[0]["prompt_tokens"], rows[0]["completion_tokens"]) == (300, 150)
    assert await spent(database) == 4 * COST


async def test_replicas_side_by_side_never_reserve_more_than_there_is(replicas: Replicas) -> None:
    budgets = [Budget(db, settings("0.003")) for db in replicas]
    # with 100 characters of prompt each puts 0.0006 aside: five fit
    results = await asyncio.gather(*(budgets[n % 2].reserve("t", 100) for n in range(20)), return_exceptions=True)
    reserved = [each for each in results if not isinstance(each, BaseException)]
    assert len(reserved) == 5
    assert all(isinstance(each, BudgetSpentError) for each in results if isinstance(each, BaseException))
    await asyncio.gather(*(budgets[1].settle(each, 100, 25) for each in reserved))
    assert await spent(replicas[0]) == 5 * Decimal("0.0004")
    # what was not needed is there again
    results = await asyncio.gather(*(budgets[n % 2].reserve("t", 100) for n in range(5)), return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in results) == 1


async def test_what_a_killed_process_put_aside_comes_back(database: Database) -> None:
    budget = Budget(database, settings("0.0006", timeout_seconds=0.1))
    reservation = await budget.reserve("t", 100)
    with pytest.raises(BudgetSpentError):
        await budget.reserve("t", 100)
    seconds = await database.value(
        "SELECT EXTRACT(EPOCH FROM expires_at - clock_timestamp())::float FROM llm_reservation"
    )
    assert 0.1 < seconds <= 31
    async with database.transaction() as tx:
        await tx.execute("UPDATE llm_reservation SET expires_at = clock_timestamp()")
    assert (await budget.reserve("t", 100)).id != reservation.id


@pytest.mark.usefixtures("admins")
async def test_admins_are_told_once_when_much_is_spent_and_once_when_all_is(database: Database) -> None:
    budget = Budget(database, settings("0.0030", budget_alert_share=0.7))
    for _ in range(5):
        await budget.settle(await budget.reserve("t", 100), 100, 50)
    for _ in range(2):
        with pytest.raises(BudgetSpentError) as error:
            await budget.reserve("t", 100)
    assert isinstance(error.value, PutOffError)
    told = await database.rows(
        "SELECT name, severity, kind, params FROM notification JOIN users u ON u.id = user_id ORDER BY notification.id"
    )
    assert [(row["name"], row["severity"]) for row in told] == [("a", "warning"), ("a", "warning")]
    nearly, all_of_it = (read_notice(row["kind"], row["params"]) for row in told)
    assert nearly == BudgetNearlySpent(spent=Decimal("0.0024"), budget=Decimal("0.0030"))
    assert isinstance(all_of_it, BudgetSpent)
    await budget.measure()
    assert REGISTRY.get_sample_value("answerlens_llm_budget_used_ratio") == 1
    assert REGISTRY.get_sample_value("answerlens_llm_budget_alert_ratio") == 0.7


async def test_the_next_day_and_a_raised_budget_let_work_go_on(database: Database) -> None:
    poor = Budget(database, settings("0.0006"))
    await poor.settle(await poor.reserve("t", 100), 100, 50)
    with pytest.raises(BudgetSpentError):
        await poor.reserve("t", 100)
    await Budget(database, settings("0.0012")).reserve("t", 100)
    async with database.transaction() as tx:
        await tx.execute("UPDATE llm_day SET date = date - 1")
        await tx.execute("UPDATE llm_reservation SET date = date - 1")
    await poor.reserve("t", 100)


async def test_an_error_costs_nothing_and_an_answer_that_does_not_tell_costs_what_was_put_aside(
    database: Database, endpoint: ChatEndpoint
) -> None:
    more = {**PRICES, "daily_budget": Decimal(1)}
    async with LanguageModel(endpoint.settings(**more), database) as llm:
        endpoint.answer = lambda _: Response(status=500)
        with pytest.raises(Exception, match="unavailable"):
            await llm.ask("t", "", {}, Reply)
        assert await spent(database) == 0
        endpoint.answer = lambda _: Response(b'{"choices": [{"message": {"content": "{\\"total\\": 1}"}}]}')
        await llm.ask("t", "", {}, Reply)
    assert await spent(database) > Decimal("0.016"), "2000 tokens of an answer, and the prompt"
    assert await database.value("SELECT count(*) FROM llm_reservation") == 0


async def test_a_model_whose_budget_is_spent_is_not_asked(database: Database, endpoint: ChatEndpoint) -> None:
    more = {**PRICES, "daily_budget": Decimal("0.001")}
    async with LanguageModel(endpoint.settings(**more), database) as llm:
        with pytest.raises(BudgetSpentError):
            await llm.ask("t", "", {}, Reply)
    assert not endpoint.asked
    assert await database.value("SELECT count(*) FROM llm_reply") == 0, "whoever comes later need not wait for us"
