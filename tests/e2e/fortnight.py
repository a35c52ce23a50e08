"""Fourteen days of the sandbox's world in which one brand becomes better known to one engine on day 8."""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.e2e.client import ENDED, Client

ENGINES = ("chat-a", "chat-b")
PLANTED_ENGINE = ENGINES[0]
DAYS = 14
# The first day on which the change is there; with banks fresh for 7 days it is also the first of a new bank.
PLANTED_DAY = 8
DAILY, WINDOW = "daily", "window"
MOVED = {"up", "down"}
PATIENCE_SECONDS = 3600.0


@dataclass(frozen=True)
class Verdict:
    """What one comparison said.

    Attributes:
        day: Of the fourteen, from 1.
        brand: Whose.
        engine: On which.
        rate: Which rate.
        kind: DAILY, a day against one before it, or WINDOW, recent days against those before them.
        says: "up", "down", "within_noise" or "too_few".
        delta: How far it moved, if that is known.
        n: The questions compared.
        p: The chance of as much where nothing moved, not corrected for the others of its family.
    """

    day: int
    brand: str
    engine: str
    rate: str
    kind: str
    says: str
    delta: float | None
    n: int
    p: float | None


@dataclass(frozen=True)
class Fortnight:
    """A fortnight that was measured.

    Attributes:
        planted: The brand whose propensity was changed.
        banks: The versions of the question bank, by day.
        verdicts: Everything that was said of changes.
    """

    planted: str
    banks: Sequence[int]
    verdicts: Sequence[Verdict]

    def of_planted(self) -> list[Verdict]:
        """What was said where something changed."""
        return [each for each in self.verdicts if (each.brand, each.engine) == (self.planted, PLANTED_ENGINE)]

    def elsewhere(self) -> list[Verdict]:
        """What was said where nothing changed: of other brands and on the other engine."""
        return [each for each in self.verdicts if (each.brand, each.engine) != (self.planted, PLANTED_ENGINE)]


def measure(client: Client, keyword: str, brands: int, before: float, after: float) -> Fortnight:
    """Order brands of a keyword, measure fourteen days, and change the first brand's propensity on day 8.

    Args:
        client: A stack with the sandbox, in which the keyword was never asked about.
        keyword: What is ordered.
        brands: How many of the sandbox's brands of it.
        before: The planted brand's probability of being named on the engine until day 7.
        after: The same from day 8 on.
    """
    ordered = client.brands(keyword)[:brands]
    planted = ordered[0]["name"]
    client.world(propensities={PLANTED_ENGINE: {keyword: {planted: before}}})
    orders = {
        brand["name"]: client.order(keyword, brand, engines=list(ENGINES), track_days=DAYS)["id"] for brand in ordered
    }
    first = dt.date.fromisoformat(min(client.ended(order)["first_date"] for order in orders.values()))
    dates = [first + dt.timedelta(days=n) for n in range(DAYS)]
    for day, date in enumerate(dates[1:], 2):
        if day == PLANTED_DAY:
            client.world(propensities={PLANTED_ENGINE: {keyword: {planted: after}}})
        answer = client.call("POST", "/api/refresh", key=client.details.admin_key, json={"date": date.isoformat()})
        assert answer.status_code == 202, answer.text
        for order in orders.values():
            _completed(client, order, date)
    client.world(propensities={})
    verdicts: list[Verdict] = []
    banks: list[int] = []
    for brand, order in orders.items():
        reports = [client.report(order, date=date.isoformat()) for date in dates]
        banks = [report["engines"][PLANTED_ENGINE]["versions"]["bank_version"] for report in reports]
        verdicts += [
            verdict
            for day, report in enumerate(reports, 1)
            for engine in ENGINES
            for verdict in _verdicts(day, brand, engine, report["engines"][engine]["rates"])
        ]
    return Fortnight(planted, banks, verdicts)


def _completed(client: Client, order: str, date: dt.date) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    status = "none"
    while status not in ENDED and time.monotonic() < deadline:
        found = client.call("GET", f"/api/orders/{order}").json()["measurements"]
        status = next((each["status"] for each in found if each["date"] == date.isoformat()), "none")
        time.sleep(0.2)
    assert status == "completed", f"{date}: {status}"


def _verdicts(day: int, brand: str, engine: str, rates: dict[str, Any]) -> Iterator[Verdict]:
    for name, rate in rates.items():
        if "change" in rate:
            change = rate["change"]
            says = rate["verdict"] or "too_few"
            yield Verdict(day, brand, engine, name, DAILY, says, change["delta"], change["n"], change["p_value"])
        if "pooled_change" in rate:
            change = rate["pooled_change"]
            yield Verdict(
                day, brand, engine, name, WINDOW, change["verdict"], change["delta"], change["n"], change["p_value"]
            )
