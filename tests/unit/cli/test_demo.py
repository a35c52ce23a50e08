import io
from pathlib import Path

import httpx
import pytest
import typer
from rich.console import Console

from answerlens_cli import api, demo
from answerlens_cli.stack.state import Details


def details(sandbox: str | None) -> Details:
    return Details(
        api_url="http://api",
        admin_key="a",
        client_key="c",
        sandbox_url=sandbox,
        sandbox_journal=None,
        engines=["chat-a"],
        postgres_url="postgresql://x",
        rabbitmq_url="amqp://x",
        rabbitmq_metrics=None,
        chromium_path=Path("/usr/bin/chromium"),
        zhihu_state=None,
        services={},
        pids=Path("pids.json"),
        logs=Path("logs"),
        run_dir=Path("run"),
    )


class FakeApi:
    """Takes three orders; each ends at the first look, with the given status."""

    def __init__(self, status: str) -> None:
        self.status = status
        self.placed: list[api.Json] = []
        self.keys: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.placed.append(httpx.Response(200, content=request.content).json())
            self.keys.append(request.headers["Idempotency-Key"])
            return httpx.Response(202, json={"id": str(len(self.placed) - 1)})
        number = int(request.url.path.split("/")[3])
        brand = self.placed[number]["brand"]
        if request.url.path.endswith("/report"):
            rate = {"k": 62, "n": 200, "rate": 0.31, "low": 0.25, "high": 0.38}
            engine = {"rates": {"mention_rate": rate}, "degraded": False}
            body = {"keyword": "蓝牙耳机", "brand": brand["name"], "engines": {"chat-a": engine}, "overall": engine}
            return httpx.Response(200, json=body)
        order = {"id": str(number), "brand": brand, "status": self.status, "progress": 100, "last_error": "captcha [1]"}
        return httpx.Response(200, json=order)


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=120)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def connect(monkeypatch: pytest.MonkeyPatch, fake: FakeApi) -> None:
    monkeypatch.setattr(demo, "Api", lambda url, key: api.Api(url, key, httpx.MockTransport(fake)))


def test_three_brands_are_ordered_each_against_the_others(monkeypatch: pytest.MonkeyPatch, console: Console) -> None:
    fake = FakeApi("completed")
    connect(monkeypatch, fake)
    demo.run(details("http://sandbox"), console)
    assert [order["brand"]["name"] for order in fake.placed] == ["索尼", "Bose", "耐克"]
    for order in fake.placed:
        names = {order["brand"]["name"], *(rival["name"] for rival in order["competitors"])}
        assert names == {"索尼", "Bose", "耐克"}
        assert (order["keyword"], order["engines"]) == ("蓝牙耳机", ["chat-a"])
    assert len(set(fake.keys)) == 3


def test_ends_with_the_table_and_says_where_the_answers_came_from(
    monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    connect(monkeypatch, FakeApi("completed"))
    reports = demo.run(details("http://sandbox"), console)
    assert [report["brand"] for report in reports] == ["索尼", "Bose", "耐克"]
    for words in ("索尼", "Bose", "耐克", "31.0 % (25.0–38.0)", "chat-a", "came from the sandbox", "make down"):
        assert words in shown(console)
    assert "http://sandbox/journal" in shown(console)


def test_says_nothing_of_a_sandbox_when_the_world_is_real(monkeypatch: pytest.MonkeyPatch, console: Console) -> None:
    connect(monkeypatch, FakeApi("completed"))
    demo.run(details(None), console)
    assert "sandbox" not in shown(console)


def test_an_order_that_failed_ends_the_demo_with_its_error(monkeypatch: pytest.MonkeyPatch, console: Console) -> None:
    connect(monkeypatch, FakeApi("failed"))
    with pytest.raises(typer.Exit) as ended:
        demo.run(details("http://sandbox"), console)
    assert ended.value.exit_code == 1
    assert "索尼 failed: captcha [1]" in shown(console)
    assert "answerlens logs" in shown(console)
