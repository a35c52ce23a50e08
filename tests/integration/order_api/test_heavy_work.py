"""Heavy work of one key: bounded by what it costs, in processes of its own, and in nobody else's way."""

import asyncio
import collections
from typing import Any

import httpx
import pytest

from tests.integration.order_api.conftest import Run

PATH = "/api/mentions/preview"
SMALL: dict[str, Any] = {"text": "索尼和华为都不错。", "brand": {"name": "索尼"}}
LONG: dict[str, Any] = {"texts": ["的" * 20_000], "brand": {"name": "的"}}
# each name lies in the next one, so every place of the text is the beginning of many
NESTED: dict[str, Any] = {
    "texts": ["的" * 20_000] * 4,
    "brand": {"name": "的" * 20},
    "competitors": [{"name": "的" * n} for n in range(1, 20)],
}


async def previewed(client: httpx.AsyncClient, form: dict[str, Any]) -> httpx.Response:
    return await client.post(PATH, json=form)


@pytest.mark.case("a1")
async def test_what_is_too_much_for_one_key_is_refused_and_holds_nobody_up(run: Run, keys: dict[str, str]) -> None:
    async with (
        run(LIMIT_WORK_SECONDS_PER_MINUTE="1") as api,
        api.client(keys["acme"]) as acme,
        api.client(keys["rival"]) as rival,
    ):
        assert (await previewed(rival, SMALL)).status_code == 200
        flood = asyncio.gather(*(previewed(acme, LONG) for _ in range(40)))
        calm = [(await rival.get("/api/engines")).status_code for _ in range(20)]
        calm.append((await previewed(rival, SMALL)).status_code)
        assert set(calm) == {200}
        answers = await flood
        statuses = collections.Counter(answer.status_code for answer in answers)
        assert statuses[200] >= 1
        assert statuses[429] >= 10
        assert statuses.keys() <= {200, 429, 503}
        refused = [answer for answer in answers if answer.status_code != 200]
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
        assert {answer.headers["content-type"] for answer in refused} == {"application/problem+json"}
        # what it cost is remembered: the minute's share is spent
        assert (await previewed(acme, SMALL)).status_code == 429
        assert (await previewed(rival, SMALL)).status_code == 200


@pytest.mark.case("a1")
async def test_work_over_its_time_is_ended_and_the_next_is_done(run: Run, keys: dict[str, str]) -> None:
    async with run(SIDE_SECONDS="1", SIDE_PROCESSES="1") as api, api.client(keys["acme"]) as acme:
        assert (await previewed(acme, SMALL)).status_code == 200
        ended = await previewed(acme, NESTED)
        assert (ended.status_code, "longer than 1 s" in ended.text) == (503, True)
        assert int(ended.headers["retry-after"]) >= 1
        found = await previewed(acme, SMALL)
        assert found.json()["results"][0]["mentions"]["索尼"] == [{"start": 0, "end": 2, "text": "索尼"}]


async def test_a_text_that_names_a_brand_without_end_shows_the_first_and_how_many(
    run: Run, keys: dict[str, str]
) -> None:
    async with run() as api, api.client(keys["acme"]) as acme:
        (found,) = (await previewed(acme, {"text": "索尼，" * 1500, "brand": {"name": "索尼"}})).json()["results"]
        assert len(found["mentions"]["索尼"]) == 1000
        assert found["counts"] == {"索尼": 1500}


@pytest.mark.case("o15")
async def test_what_heavy_work_took_is_given_back(run: Run, keys: dict[str, str]) -> None:
    """Its dictionary alone is 60 MB, and there are caches; here they go when there has been no work for a second."""
    async with run(SIDE_IDLE_SECONDS="1") as api, api.client(keys["acme"]) as acme:
        for _ in range(50):
            assert (await acme.get("/api/engines")).status_code == 200
        before = api.memory_mb()
        for n in range(10):
            texts = [f"{chr(0x4E00 + 50 * n + m)}声朗耳机不错，" * 400 for m in range(20)]
            form = {"texts": texts, "brand": {"name": "声朗", "variants": True}}
            assert (await previewed(acme, form)).status_code == 200
        assert before + 60 < api.memory_mb() < before + 400
        for _ in range(100):  # a kill takes its time
            if api.memory_mb() < before + 30:
                break
            await asyncio.sleep(0.2)
        assert api.memory_mb() < before + 30
