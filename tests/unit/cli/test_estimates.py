import json

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_api import ESTIMATE

PATH = "POST /api/orders/estimate"


def test_an_estimate_is_shown_with_what_it_rests_on(run: Run) -> None:
    result, api = run({PATH: ESTIMATE}, "order", "estimate", "蓝牙耳机", "--brand", "索尼", "--engine", "chat-a")
    assert result.exit_code == 0
    assert api.body == {
        "keyword": "蓝牙耳机",
        "brand": {"name": "索尼", "aliases": [], "domains": []},
        "engines": ["chat-a"],
    }
    for words in (
        "200 (assumed)",
        "33.5 (assumed)",
        "not begun",
        "0.25 CNY",
        "250 questions to engines, 25 requests to the language model",
        "no price known  language model",
        "假设。 An assumption.",
    ):
        assert words in result.stdout


def test_an_estimate_is_json_too(run: Run) -> None:
    result, _ = run({PATH: ESTIMATE}, "order", "estimate", "蓝牙耳机", "--brand", "索尼", "--json")
    assert json.loads(result.stdout) == ESTIMATE


def test_an_estimate_of_nothing_is_refused(run: Run) -> None:
    result, api = run({PATH: ESTIMATE}, "order", "estimate", "蓝牙耳机")
    assert result.exit_code == 2
    assert not api.requests
