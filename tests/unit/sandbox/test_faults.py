import httpx
import pytest

from answerlens_sandbox.faults import Faults, Order
from answerlens_sandbox.outside import Outside


def test_a_fault_happens_as_often_as_ordered_and_to_whom() -> None:
    faults = Faults([Order(target="chat-a", fault="429", times=2, match="耳机")])
    assert faults.take("chat-b", "蓝牙耳机") is None
    assert faults.take("chat-a", "跑步鞋") is None
    assert [faults.take("chat-a", "蓝牙耳机") for _ in range(3)] == ["429", "429", None]


def test_faults_come_in_the_order_they_were_ordered() -> None:
    faults = Faults([Order(target="llm", fault="500"), Order(target="llm", fault="429")])
    assert [faults.take("llm", "") for _ in range(2)] == ["500", "429"]


def test_a_place_takes_only_what_can_happen_there() -> None:
    faults = Faults([Order(target="chat-a", fault="500"), Order(target="chat-a", fault="changed_page")])
    assert faults.take("chat-a", "", ("changed_page",)) == "changed_page"


async def test_orders_are_listed_and_cleared(client: httpx.AsyncClient, state: Outside) -> None:
    response = await client.post("/control", json={"target": "zhihu", "fault": "captcha", "times": 3})
    assert response.status_code == 201
    listed = (await client.get("/control")).json()
    assert listed == [{"target": "zhihu", "fault": "captcha", "times": 3, "match": ""}]
    assert (await client.delete("/control")).status_code == 204
    assert state.faults.pending == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"target": "chat-z", "fault": "429"}, "target"),
        ({"target": "chat-a", "fault": "explode"}, "fault"),
        ({"target": "llm", "fault": "captcha"}, "fault"),
        ({"target": "chat-a", "fault": "429", "times": 0}, "times"),
        ({"target": "chat-a", "fault": "429", "often": 2}, "often"),
        ({"fault": "429"}, "target"),
        ([], "body"),
    ],
)
async def test_bad_orders_name_the_field(client: httpx.AsyncClient, body: object, field: str) -> None:
    response = await client.post("/control", json=body)
    assert (response.status_code, response.json()["field"]) == (400, field)


async def test_no_json_at_all(client: httpx.AsyncClient) -> None:
    response = await client.post("/control", content=b"{")
    assert (response.status_code, response.json()["field"]) == (400, "body")
