"""A chat site that no code knows, added by one YAML profile."""

import pytest

from tests.e2e.client import Client

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

KEYWORD = "跑步鞋"


def test_a_site_is_added_by_a_profile_alone(small: Client) -> None:
    order = small.order(KEYWORD, {"name": "耐克", "aliases": ["Nike"], "domains": ["nike.com"]}, engines=["chat-c"])
    assert small.ended(order["id"])["status"] == "completed"
    report = small.report(order["id"])
    assert report["engines"]["chat-c"]["rates"]["mention_rate"]["n"] == 24
    asked = [row for row in small.journal("ask") if row["engine"] == "chat-c" and KEYWORD in row["question"]]
    assert len(asked) == 24
    assert all("Chrome/" in row["user_agent"] for row in asked)
