import io
from typing import Any

import pytest
from rich.console import Console

from answerlens_cli.api import Json
from answerlens_cli.rates import format_rate, table


def rate(value: float | None, low: float | None = None, high: float | None = None, **more: Any) -> Json:
    return {"k": 1, "n": 200, "rate": value, "low": low, "high": high, "verdict": None} | more


def report(brand: str, mentioned: Json, *, degraded: bool = False) -> Json:
    rates = {"mention_rate": mentioned, "mention_rate[cluster=0]": rate(0.5), "novel_rate": rate(0.25)}
    return {
        "keyword": "蓝牙耳机",
        "brand": brand,
        "engines": {"chat-a": {"rates": rates, "degraded": degraded}},
        "overall": {"rates": rates},
    }


def rendered(*reports: Json) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(table(reports))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("mention_rate", rate(0.31, 0.2505, 0.3764), "31.0 % (25.1–37.6)"),
        ("mention_rate", rate(0.0, 0.0, 0.0188), "0.0 % (0.0–1.9)"),
        ("share_of_voice", rate(0.31), "31.0 %"),
        ("mean_position", rate(2.25, 1.9, 2.6), "2.2 (1.9–2.6)"),
        ("share_of_voice", rate(None), "–"),
        ("share_of_voice", None, "–"),
        ("mention_rate", rate(0.31, 0.1, 0.5, verdict="too_few"), "– (10.0–50.0)"),
    ],
)
def test_a_rate_with_its_interval(name: str, value: Json | None, text: str) -> None:
    assert format_rate(name, value) == text


@pytest.mark.case("o4")
def test_a_rate_that_is_null_shows_its_reason() -> None:
    assert format_rate("share_of_voice", rate(None, reason="no_competitors")) == "无竞品"


@pytest.mark.case("c9")
def test_a_brand_whose_figure_rests_on_one_engine_says_so() -> None:
    def brand(name: str, *behind: str) -> Json:
        rates = {
            "mention_rate": rate(0.3, engines=["chat-a", "chat-b"]),
            "positive_share": rate(0.4, engines=list(behind)),
        }
        engine = {"rates": {"mention_rate": rate(0.3)}, "degraded": False}
        engines = {"chat-a": engine, "chat-b": engine}
        return {"keyword": "蓝牙耳机", "brand": name, "engines": engines, "overall": {"rates": rates}}

    text = rendered(brand("索尼", "chat-b"), brand("Bose", "chat-a", "chat-b"))
    (row,) = [line for line in text.splitlines() if "正面" in line]
    assert row.count("仅 only") == 1
    assert "40.0 % 仅 only chat-b" in row


def test_brands_stand_side_by_side_for_each_engine_and_overall() -> None:
    text = rendered(report("索尼", rate(0.31, 0.25, 0.38)), report("Bose", rate(0.12, 0.08, 0.17)))
    assert "蓝牙耳机" in text
    heading, *_ = [line for line in text.splitlines() if "Bose" in line]
    assert heading.index("索尼") < heading.index("Bose")
    rows = [line for line in text.splitlines() if "提及率" in line]
    assert [("31.0 % (25.0–38.0)" in row, "12.0 % (8.0–17.0)" in row) for row in rows] == [(True, True)] * 2
    assert text.index("chat-a") < text.index("all engines")
    assert "n = 200" in text


def test_a_rate_without_a_label_is_shown_by_its_name_and_a_breakdown_is_not_shown() -> None:
    text = rendered(report("索尼", rate(0.31)))
    assert "novel_rate" in text
    assert "cluster" not in text


def test_an_order_of_which_every_engine_failed_has_an_empty_section() -> None:
    assert "all engines" in rendered(report("索尼", rate(0.31)) | {"overall": None})


def test_a_degraded_engine_is_marked() -> None:
    assert "降级 degraded" in rendered(report("索尼", rate(0.31), degraded=True))
    assert "degraded" not in rendered(report("索尼", rate(0.31)))
