"""The nightly refresh, fired for a date."""

import datetime as dt
import os
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.e2e.client import ENDED, PATIENCE_SECONDS, Client

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

KEYWORD = "空气净化器"


def measured(client: Client, order: str, date: str) -> str:
    """The status of an order's measurement of a date, once it has ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    status = "none"
    while time.monotonic() < deadline and status not in ENDED:
        found = client.call("GET", f"/api/orders/{order}").json()["measurements"]
        status = next((each["status"] for each in found if each["date"] == date), "none")
        time.sleep(0.2)
    return status


def test_every_live_order_is_measured_again_for_any_date(small: Client) -> None:
    brands = small.brands(KEYWORD)[:2]
    orders = [small.order(KEYWORD, brand, engines=["chat-a"])["id"] for brand in brands]
    once = small.order(KEYWORD, brands[0], engines=["chat-a"], track_days=0)["id"]
    for order in (*orders, once):
        assert small.ended(order)["status"] == "completed"
    first_date = small.call("GET", f"/api/orders/{orders[0]}").json()["first_date"]
    date = (dt.date.fromisoformat(first_date) + dt.timedelta(days=3)).isoformat()

    environment = {
        **os.environ,
        "ANSWERLENS_API_URL": small.details.api_url,
        "ANSWERLENS_API_KEY": small.details.admin_key,
    }
    command = [sys.executable, "-m", "answerlens_cli", "refresh", "--date", date]
    subprocess.run(command, check=True, env=environment, capture_output=True, timeout=60)

    assert [measured(small, order, date) for order in orders] == ["completed", "completed"]
    assert small.report(orders[0], date=date)["date"] == date
    assert date not in {each["date"] for each in small.call("GET", f"/api/orders/{once}").json()["measurements"]}
    asked = Counter(row["question"] for row in small.journal("ask") if KEYWORD in row["question"])
    assert set(asked.values()) == {2}
    assert sum(row.get("question") == KEYWORD for row in small.journal("search")) == 1
