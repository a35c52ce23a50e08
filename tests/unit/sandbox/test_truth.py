import httpx
import pytest

from answerlens_sandbox.intents import intents
from answerlens_sandbox.outside import Outside
from answerlens_sandbox.truth import rates
from answerlens_sandbox.world import ENGINES, World


async def test_the_truth_of_a_keyword(client: httpx.AsyncClient) -> None:
    truth = (await client.get("/truth", params={"keyword": "蓝牙耳机"})).json()
    assert (truth["keyword"], truth["seed"]) == ("蓝牙耳机", 7)
    sony = next(brand for brand in truth["brands"] if brand["name"] == "索尼")
    assert sony["aliases"] == ["Sony"]
    assert "sony.com.cn" in sony["domains"]
    assert set(truth["engines"]) == set(ENGINES)
    for engine in truth["engines"].values():
        assert all(set(by_intent) == {intent.id for intent in intents()} for by_intent in engine["mention"].values())
        assert max(engine["mention"]["耐克"].values()) <= 0.02
        assert engine["cited"]["索尼"]["recommend"] < 1


async def test_rates_are_the_means_over_the_questions(client: httpx.AsyncClient) -> None:
    truth = (await client.get("/truth", params={"keyword": "蓝牙耳机"})).json()["engines"]["chat-b"]
    body = {"engine": "chat-b", "brand": "Sony", "questions": ["蓝牙耳机推荐", "蓝牙耳机没声音怎么修", "今天下雨吗"]}
    answer = (await client.post("/truth/rates", json=body)).json()
    for kind in ("mention", "cited", "listed_only"):
        planted = [truth[kind]["索尼"][intent] for intent in ("recommend", "trouble")]
        assert answer[kind] == pytest.approx(sum(planted) / 3)
    assert answer["n"] == 3


def test_cited_probability_follows_from_being_named() -> None:
    for planted in (0.0, 0.5, 1.0):
        world = World(7, {"chat-a": {"蓝牙耳机": {"Bose": planted}}})
        _, cited, _ = rates(world, "chat-a", "Bose", ["蓝牙耳机推荐"])
        hits = [
            any(brand.name == "Bose" for brand in world.draw("chat-a", "蓝牙耳机推荐", nth).cited)
            for nth in range(1, 1500)
        ]
        assert sum(hits) / len(hits) == pytest.approx(cited, abs=0.05)


def test_a_brand_nobody_knows_is_never_named() -> None:
    assert rates(World(7), "chat-a", "不存在", ["蓝牙耳机推荐"]) == (0, 0, 0)


async def test_the_world_can_be_changed(client: httpx.AsyncClient, state: Outside) -> None:
    state.next_answer("chat-a", "蓝牙耳机推荐")
    change = {"seed": 9, "answer_seconds": 1, "propensities": {"chat-a": {"蓝牙耳机": {"Sony": 0.5}}}}
    response = await client.post("/world", json=change)
    assert response.json()["seed"] == 9
    assert state.world.overrides == {"chat-a": {"蓝牙耳机": {"索尼": 0.5}}}
    assert state.answer_seconds == 1
    assert state.next_answer("chat-a", "蓝牙耳机推荐")[1] == 1
    assert (await client.post("/world", json={"answer_seconds": 0.5})).json()["seed"] == 9
    assert state.world.overrides
    await client.post("/world", json={"propensities": {}})
    assert state.world.overrides == {}
    assert (await client.get("/world")).json()["answer_seconds"] == 0.5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"seed": "x"}, "seed"),
        ({"answer_seconds": -1}, "answer_seconds"),
        ({"speed": 1}, "speed"),
        ({"propensities": {"chat-z": {}}}, "propensities.chat-z"),
        ({"propensities": {"chat-a": {"蓝牙耳机": {"无名": 0.1}}}}, "propensities.chat-a.蓝牙耳机.无名"),
        ({"propensities": {"chat-a": {"蓝牙耳机": {"索尼": 1.5}}}}, "propensities.chat-a.蓝牙耳机.索尼"),
        ({"propensities": {"chat-a": {" ": {}}}}, "propensities.chat-a"),
    ],
)
async def test_bad_changes_name_the_field_and_change_nothing(
    client: httpx.AsyncClient, state: Outside, body: object, field: str
) -> None:
    before = state.world
    response = await client.post("/world", json=body)
    assert (response.status_code, response.json()["field"]) == (400, field)
    assert state.world is before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"engine": "chat-z", "brand": "索尼", "questions": ["q"]}, "engine"),
        ({"engine": "chat-a", "brand": "索尼", "questions": []}, "questions"),
        ({"engine": "chat-a", "questions": ["q"]}, "brand"),
    ],
)
async def test_bad_questions_name_the_field(client: httpx.AsyncClient, body: object, field: str) -> None:
    response = await client.post("/truth/rates", json=body)
    assert (response.status_code, response.json()["field"]) == (400, field)


async def test_truth_needs_a_keyword(client: httpx.AsyncClient) -> None:
    assert (await client.get("/truth")).json()["field"] == "keyword"
