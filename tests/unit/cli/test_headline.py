"""Which rates a report leads with."""

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.test_orders import ID, RATE, REPORT


@pytest.mark.parametrize(
    ("headline", "first"),
    [
        (["mention_rate"], "提及率 mentioned"),
        (["first_mention_rate", "share_of_voice"], "首位 first"),
        (["mention_rate[branded]"], "提及率，点名的问题 branded"),
    ],
)
def test_a_report_begins_with_the_rates_to_read_first(run: Run, headline: list[str], first: str) -> None:
    told = dict.fromkeys(("mention_rate", "first_mention_rate", "share_of_voice", "mention_rate[branded]"), RATE)
    note = "关键词本身含有品牌。"
    report = REPORT | {
        "engines": {"chat-a": {"rates": told, "degraded": False}},
        "overall": None,
        "headline": headline,
        "keyword_names_brand": len(headline) == 2,
        "notes": [note],
    }
    result, _ = run({f"GET /api/orders/{ID}/report": report}, "order", "report", ID)
    rows = [line.strip() for line in result.stdout.splitlines() if "37.2)" in line]
    assert rows[0].startswith(first)
    assert len(rows) == 4
    assert ("Read first" in result.stdout) == (headline != ["mention_rate"])
    assert ("keyword_names_brand" in result.stdout) == (len(headline) == 2)
    assert note in result.stdout
