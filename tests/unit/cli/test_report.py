"""What a report says of its figures: why one is missing, how many days it is of, which engines it rests on."""

from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_api import ORDER

ID = ORDER["id"]
RATE = {"k": 61, "n": 200, "rate": 0.305, "low": 0.2454, "high": 0.3722}
REPORT = {
    "order": ORDER,
    "keyword": "蓝牙耳机",
    "brand": "索尼",
    "competitors": ["Bose"],
    "date": "2026-01-02",
    "version": 1,
    "created_at": "2026-01-02T03:04:05.678Z",
    "complete_at": "2026-01-02T03:04:05.678Z",
    "surface": "browser",
    "source_note": "答案取自网页。 From web pages.",
    "notes": [],
}


def shown(run: Run, **report: Any) -> str:
    """The text of a report."""
    result, _ = run({f"GET /api/orders/{ID}/report": REPORT | report}, "order", "report", ID)
    assert result.exit_code == 0, result.output
    return str(result.stdout)


@pytest.mark.case("o5")
def test_a_row_over_several_days_says_so_for_each_engine(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")

    def part(days: int, k: int, n: int) -> dict[str, Any]:
        named = [f"2026-01-{day:02}" for day in range(1, days + 1)]
        pooled = RATE | {"k": k, "n": n, "verdict": None, "days": named}
        change = {"verdict": "up", "days": named[: days // 2], "against": named[days // 2 :]}
        day = RATE | {"k": 17, "n": 25, "verdict": "too_few", "pooled": pooled, "pooled_change": change}
        return {"rates": {"mention_rate": RATE, "mention_rate[cluster=2]": day}, "degraded": False}

    today = {"rates": {"mention_rate[cluster=2]": RATE | {"k": 8, "n": 25, "verdict": "too_few"}}, "degraded": False}
    engines = {"chat-a": part(3, 50, 69), "chat-b": part(7, 90, 175), "chat-c": today}
    text = shown(run, engines=engines, overall=part(2, 99, 100), intents={"2": "价格"})
    lines = text.splitlines()
    (row,) = [number for number, line in enumerate(lines) if "提及率 价格" in line]
    said = [words.strip() for words in lines[row + 1].split("over ")[1:]]
    assert said == ["3 days, 50/69", "7 days, 90/175", "1 day, 8/25", "2 days, 99/100"]
    assert "chat-a 1 day against the 2 before" in text
    assert "chat-b 3 days against the 4 before" in text


@pytest.mark.case("o5")
def test_the_day_that_a_change_is_against_is_named(run: Run) -> None:
    change = RATE | {"verdict": "up", "change": {"against": "2025-12-29"}}
    part = {"rates": {"mention_rate": change}, "degraded": False}
    assert "对比: 2025-12-29." in shown(run, engines={"chat-a": part}, overall=part)


@pytest.mark.case("o4")
def test_what_has_no_value_says_why_in_its_place_and_below(run: Run) -> None:
    none = RATE | {"k": None, "n": None, "rate": None, "low": None, "high": None, "verdict": None}
    rates = {
        "mention_rate": RATE,
        "first_mention_rate": none | {"reason": "no_competitors"},
        "share_of_voice": none | {"reason": "no_competitors"},
        "positive_share": none | {"reason": "not_judged"},
        "link_share": none | {"reason": "a reason of tomorrow"},
    }
    part = {"rates": rates, "degraded": False}
    text = shown(run, engines={"chat-a": part}, overall=None, competitors=[])
    cells = {line.split()[0]: line.split()[-1] for line in text.splitlines()[4:10] if line.strip()}
    assert (cells["首位"], cells["声量份额"], cells["正面"], cells["链接份额"]) == ("无竞品", "无竞品", "尚未判定", "–")
    assert text.count("无竞品 no competitors: ") == 1
    assert "among nobody there is no first mention" in text
    assert "Among 对比品牌" not in text


@pytest.mark.case("o4")
def test_the_competitors_are_printed_as_they_were_counted(run: Run) -> None:
    part = {"rates": {"share_of_voice": RATE | {"among": ["Bose", "漫步者"]}}, "degraded": False}
    assert "Among 对比品牌: Bose, 漫步者." in shown(run, engines={"chat-a": part}, overall=None, competitors=["Bose"])


@pytest.mark.case("c9")
def test_a_figure_over_all_engines_says_which_it_rests_on(run: Run) -> None:
    both, one = {"engines": ["chat-a", "chat-b"]}, {"engines": ["chat-b"]}
    engine = {"rates": {"mention_rate": RATE, "positive_share": RATE}, "degraded": False}
    rates = {"mention_rate": RATE | both, "positive_share": RATE | one, "negative_share": RATE | both}
    pending = {"chat-a": engine | {"sentiment_pending": True}, "chat-b": engine}
    text = shown(run, engines=pending, overall={"rates": rates, "degraded": False})
    rows = {line.split()[0]: line.rstrip() for line in text.splitlines() if "(24.5–37.2)" in line}
    assert rows["正面"].endswith("仅 only chat-b")
    assert rows["正面"].split("(24.5–37.2)")[1].startswith(" 部分 partly"), "chat-a's own, of which some are judged"
    assert rows["负面"].endswith("chat-a 部分 partly")
    assert rows["提及率"].endswith(")")
    (heading,) = [line for line in text.splitlines() if "all engines" in line]
    assert "only" not in heading


@pytest.mark.case("c9")
def test_an_engine_without_any_part_in_the_figures_is_missing_from_their_heading(run: Run) -> None:
    engine = {"rates": {"mention_rate": RATE}, "degraded": False}
    rates = {name: RATE | {"engines": ["chat-a"]} for name in ("mention_rate", "link_share")}
    failed = {"rates": {}, "degraded": False}
    text = shown(run, engines={"chat-a": engine, "chat-b": failed}, overall={"rates": rates, "degraded": False})
    assert text.count("仅 only chat-a") == 1
    assert "全部引擎 all engines 仅 only chat-a" in " ".join(text.split())
