"""What a client reads of a failure: a sentence that says what to do, and a code, wherever it looks; no class name."""

import json
from typing import Any

import pytest

from answerlens_common.db import Database
from answerlens_common.events import StageFailed
from answerlens_order_api.handlers import Handlers
from tests.integration.order_api.analysed import analysed
from tests.integration.order_api.conftest import Clients

# how a stage may fail: what an error says of itself, and the code that is sent with it
FAILURES = [
    ("search", "CaptchaError: a captcha", "source_captcha"),
    ("search", "EmptyResultError: no question found about 蓝牙耳机", "no_questions"),
    ("bank", "QuestionsMissingError: cluster 0 lacks 25 of 25 questions", "questions_not_written"),
    ("bank", "RequestRefusedError: language model refused write (status 401)", "model_refused"),
    ("plan", "no collector runs chat-a: it was disabled, or the collector is older than it", "engine_disabled"),
    (
        "collect",
        "too few answers from chat-a: 12 questions not answered within the run's time limit",
        "too_few_answers",
    ),
    ("score", "TooManyUnscoredError: the language model scored all but 40 of 200 answers", "scores_missing"),
    ("analyse", "internal error (KeyError)", "internal"),
    ("stalled", "nothing has moved for 3600 s, entered again 3 times", "stalled"),
]


def failed(order: dict[str, Any], stage: str, error: str, code: str | None, engine: str | None = None) -> StageFailed:
    told = {"stage": stage, "keyword": order["keyword"], "date": order["first_date"], "engine": engine, "error": error}
    return StageFailed.model_validate(told | ({} if code is None else {"code": code}))


async def read(clients: Clients, order: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Every place where a client is told how an order ended."""
    path = f"/api/orders/{order['id']}"
    one = (await clients.acme.get(path)).json()
    page = (await clients.acme.get("/api/orders")).json()
    series = (await clients.acme.get(f"{path}/measurements")).json()
    report = (await clients.acme.get(f"{path}/report")).json()
    stream = (await clients.acme.get(f"{path}/events")).text.splitlines()
    events = [json.loads(line.removeprefix("data:")) for line in stream if line.startswith("data:")]
    return {
        "order": [one],
        "list": page["items"],
        "measurements": [*one["measurements"], *series["items"]],
        "engines": list(report["engines"].values()),
        "events": events,
    }


@pytest.mark.case("o8")
@pytest.mark.parametrize(("stage", "error", "code"), FAILURES)
async def test_whoever_reads_of_a_failure_reads_a_sentence_and_a_code(
    clients: Clients, handlers: Handlers, stage: str, error: str, code: str
) -> None:
    order = await clients.place()
    await handlers.on_stage_failed(failed(order, stage, error, code), "1")
    found = await read(clients, order)
    for place, views in found.items():
        assert views, place
        for view in views:
            assert error.split(":", maxsplit=1)[0] not in view["last_error"], place
            assert "。" in view["last_error"], place
            assert view.get("error_code") == code, place
    (note,) = (await clients.acme.get("/api/notifications")).json()["items"]
    assert "测量失败：chat-a、chat-b：" in note["message"]
    report = (await clients.acme.get(f"/api/orders/{order['id']}/report")).json()
    for text in (note["message"], *report["notes"]):
        assert error.split(":", maxsplit=1)[0] not in text
        assert "Error" not in text


@pytest.mark.case("o8")
async def test_a_message_from_before_codes_is_told_by_its_stage(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place()
    await handlers.on_stage_failed(failed(order, "bank", "QuestionsMissingError: cluster 0 lacks 25", None), "1")
    found = (await clients.acme.get(f"/api/orders/{order['id']}")).json()
    assert "QuestionsMissing" not in found["last_error"]
    assert found.get("error_code") == "questions_not_written"


async def test_a_code_of_a_newer_version_is_an_internal_error(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place()
    await handlers.on_stage_failed(failed(order, "bank", "it broke", "moon_phase"), "1")
    assert (await clients.acme.get(f"/api/orders/{order['id']}")).json()["error_code"] == "internal"


@pytest.mark.case("o8")
async def test_engines_that_fail_for_different_reasons_say_each_its_own(clients: Clients, handlers: Handlers) -> None:
    order = await clients.place()
    await handlers.on_stage_failed(failed(order, "plan", "no collector runs it", "engine_disabled", "chat-b"), "1")
    await handlers.on_stage_failed(failed(order, "collect", "too few", "too_few_answers", "chat-a"), "2")
    found = (await clients.acme.get(f"/api/orders/{order['id']}")).json()
    first, second = found["last_error"].split("chat-b：")
    assert first.startswith("chat-a：这个引擎可用的答案过少")
    assert second.startswith("这个引擎已停用")
    assert found["error_code"] == "several"


async def test_what_ends_well_has_no_code(db: Database, clients: Clients, handlers: Handlers) -> None:
    """Also an engine that failed first and was analysed after all; until then operators find what the error said."""
    order = await clients.place(engines=["chat-a"])
    await handlers.on_stage_failed(failed(order, "score", "E: it broke", "scores_missing"), "1")
    stored = await db.row("SELECT last_error, error_code, error_stage FROM measurement_engine")
    assert stored is not None
    assert dict(stored) == {"last_error": "score: E: it broke", "error_code": "scores_missing", "error_stage": "score"}
    async with db.transaction() as tx:
        await tx.execute("UPDATE measurement SET status = 'running', completed_at = NULL")
        await tx.execute("UPDATE orders SET status = 'running'")
    await handlers.on_order_analysed(await analysed(db, order, "chat-a"), "2")
    found = (await clients.acme.get(f"/api/orders/{order['id']}")).json()
    assert (found["status"], found["last_error"], found["error_code"]) == ("completed", None, None)
