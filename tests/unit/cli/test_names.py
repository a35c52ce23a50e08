import json
from typing import Any

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_api import ORDER

ID = ORDER["id"]
WARNING: dict[str, Any] = {
    "field": "brand.name",
    "name": "统一",
    "message": "统一 is an ordinary word too",
    "context": ["方便面", "[康师傅]"],
    "preview": {"answers": 200, "naming": 33, "with_context": 12, "examples": ["把插座[统一]起来"]},
}
PATH = f"GET /api/orders/{ID}/names"


def test_an_order_with_an_ordinary_name_says_what_the_name_finds(run: Run) -> None:
    warned = ORDER | {"warnings": [{"field": "brand.name"}]}
    answers = {"POST /api/orders": warned, PATH: {"warnings": [WARNING]}}
    result, _ = run(answers, "order", "add", "方便面", "--brand", "统一")
    assert result.exit_code == 0
    for words in (
        "brand.name: 统一 is an ordinary word too.",
        "--context 方便面 --context [康师傅]",
        "33 of 200 stored answers name it, 12 with these words",
        "…把插座[统一]起来…",
    ):
        assert words in result.stdout


def test_names_can_be_looked_at_later(run: Run) -> None:
    result, _ = run({PATH: {"warnings": [WARNING | {"preview": None}]}}, "order", "names", ID)
    assert "no answers are stored yet" in result.stdout
    result, _ = run({PATH: {"warnings": []}}, "order", "names", ID)
    assert "No name of this order is an ordinary word" in result.stdout
    result, _ = run({PATH: {"warnings": [WARNING]}}, "order", "names", ID, "--json")
    assert json.loads(result.stdout) == {"warnings": [WARNING]}
