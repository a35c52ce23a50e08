"""A site that keeps its answers from us must never look like a brand that is invisible."""

from typing import Any

import pytest

from tests.integration.analyzer.conftest import NAMED, QUESTIONS, Tracked, day
from tests.support.answered import Given, analyse, store_day


async def measured(tracked: Tracked, status: str, kept: int) -> dict[str, Any]:
    """A day on which a third of the answers that came name the brand, and `kept` questions got this status instead."""
    answers = {
        f"q{i:03}": Given(text="", status=status) if i < kept else Given(text=NAMED if i % 3 == 0 else "都可以。")
        for i in range(QUESTIONS)
    }
    await tracked.wait_on(1, "chat-a")
    await store_day(tracked.db, "chat-a", day(1), answers)
    await analyse(tracked.db, "chat-a", day(1))
    return await tracked.rates(1)


@pytest.mark.parametrize(
    "status",
    [
        pytest.param("captcha", marks=pytest.mark.fault("F29")),
        pytest.param("empty", marks=pytest.mark.fault("F30")),
        # a page that has changed, a server error and a time-out are a failure once they were met three times
        pytest.param("failed", marks=[pytest.mark.fault("F31"), pytest.mark.fault("F33")]),
        pytest.param("login_required", marks=pytest.mark.fault("F32")),
    ],
)
async def test_what_a_site_kept_from_us_is_in_no_denominator_and_degrades_the_day(
    tracked: Tracked, status: str
) -> None:
    kept = QUESTIONS * 3 // 10
    rates = await measured(tracked, status, kept)
    assert rates["mention_rate"]["n"] == QUESTIONS - kept
    assert rates["mention_rate"]["k"] == sum(i % 3 == 0 for i in range(kept, QUESTIONS))
    assert await tracked.db.value("SELECT bool_and(degraded) FROM mention_percentage")


async def test_a_question_that_was_not_asked_degrades_a_day_and_is_counted(tracked: Tracked) -> None:
    rates = await measured(tracked, "not_asked", 1)
    assert rates["mention_rate"]["n"] == QUESTIONS - 1
    rows = await tracked.db.rows(
        "SELECT engine, degraded, versions -> 'not_asked' AS not_asked FROM mention_percentage"
    )
    assert {row["engine"]: row["not_asked"] for row in rows} == {"chat-a": 1, "overall": {"chat-a": 1}}
    assert all(row["degraded"] for row in rows)


async def test_a_few_failures_do_not_degrade_a_day(tracked: Tracked) -> None:
    rates = await measured(tracked, "captcha", QUESTIONS // 10)
    assert rates["mention_rate"]["n"] == QUESTIONS - QUESTIONS // 10
    assert not await tracked.db.value("SELECT bool_or(degraded) FROM mention_percentage")
