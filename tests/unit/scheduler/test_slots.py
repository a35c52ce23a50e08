"""1,000 days in four zones, with a model of the table of slots."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest

from answerlens_scheduler.slots import SUNDAY, Daily, Every

ZONES = ["Asia/Shanghai", "Africa/Cairo", "America/Havana", "Asia/Beirut"]
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
DAYS = 1000
JOBS: dict[str, Daily | Every] = {
    "refresh": Daily(),
    "cleanup": Daily(dt.time(1)),
    "archive": Daily(dt.time(2), SUNDAY),
    "stalled": Every(300),
}


def ticks(seconds: int, jitter: int = 0) -> Iterator[dt.datetime]:
    """The moments at which a leader looks, `seconds` apart; up to `jitter` late."""
    for number in range(DAYS * 86400 // seconds):
        yield START + dt.timedelta(seconds=number * seconds + (number * 7919 % jitter if jitter else 0))


def looks(when: Daily | Every) -> int:
    """How often somebody looks, in seconds: no more often than the case needs, there are many."""
    return 300 if isinstance(when, Every) else 1800


def fired(when: Daily | Every, zone: str, moments: Iterable[dt.datetime]) -> tuple[list[str], list[str]]:
    """What fires, and what is recorded as missed, when somebody looks at these moments."""
    slots: list[str] = []
    missed: list[str] = []
    last: str | None = None
    for moment in moments:
        due = when.due(last, moment.astimezone(ZoneInfo(zone)))
        if due is not None:
            missed += due.missed
            slots.append(due.slot)
            last = due.slot
    return slots, missed


@pytest.mark.fault("F37", "F38")
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", JOBS)
def test_under_a_living_leader_every_slot_of_1000_days_fires_exactly_once(name: str, zone: str) -> None:
    when = JOBS[name]
    slots, missed = fired(when, zone, ticks(looks(when), jitter=290))
    assert missed == []
    assert len(set(slots)) == len(slots)
    moments = [dt.datetime.fromisoformat(slot) for slot in slots]
    if isinstance(when, Every):
        assert len(slots) == 288 * DAYS
        assert {later - earlier for earlier, later in pairwise(moments)} == {dt.timedelta(minutes=5)}
    else:
        step = 1 if when.weekday is None else 7
        assert {(later - earlier).days for earlier, later in pairwise(moments)} == {step}
        assert len(slots) in range(DAYS // step, DAYS // step + 3)


@pytest.mark.fault("F37")
@pytest.mark.parametrize(
    ("zone", "date", "first"),
    [
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"),
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z"),
        ("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z"),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),
        ("Asia/Shanghai", "2026-03-01", "2026-02-28T16:00:00Z"),
    ],
)
def test_a_midnight_that_is_missing_or_double_fires_at_the_dates_first_instant(
    zone: str, date: str, first: str
) -> None:
    at = dt.datetime.fromisoformat(first)
    before = (dt.date.fromisoformat(date) - dt.timedelta(days=1)).isoformat()
    assert Daily().due(before, (at - dt.timedelta(seconds=1)).astimezone(ZoneInfo(zone))) is None
    due = Daily().due(before, at.astimezone(ZoneInfo(zone)))
    assert due is not None
    assert (due.slot, due.missed) == (date, [])
    again = [(at + dt.timedelta(minutes=m)).astimezone(ZoneInfo(zone)) for m in range(1, 23 * 60)]
    assert not any(Daily().due(date, moment) for moment in again)


@pytest.mark.fault("F36")
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", JOBS)
@pytest.mark.parametrize("jump", [dt.timedelta(hours=1), dt.timedelta(hours=-1), dt.timedelta(days=1)])
def test_a_clock_that_jumps_and_comes_back_fires_nothing_twice_and_loses_no_slot(
    name: str, zone: str, jump: dt.timedelta
) -> None:
    when = JOBS[name]
    # for three days in the middle of the month the clock is wrong; then it is set right
    wrong = [START + dt.timedelta(days=day) for day in (12, 15)]
    month = list(takewhile(lambda t: t < START + dt.timedelta(days=30), ticks(looks(when))))
    slots, missed = fired(when, zone, [t + jump if wrong[0] <= t < wrong[1] else t for t in month])
    expected, _ = fired(when, zone, month)
    assert len(set(slots + missed)) == len(slots + missed)
    assert set(slots + missed) == set(expected)
    if isinstance(when, Daily):
        assert missed == []


def test_slots_that_passed_while_nobody_led_are_told_and_the_newest_fires() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    due = Daily(dt.time(2), SUNDAY).due("2026-05-03", dt.datetime(2026, 5, 24, 2, 0, tzinfo=zone))
    assert due is not None
    assert (due.slot, due.missed) == ("2026-05-24", ["2026-05-10", "2026-05-17"])
    every = Every(3600).due("2026-05-01T00:00:00Z", dt.datetime(2026, 5, 4, tzinfo=dt.UTC))
    assert every is not None
    assert (every.slot, len(every.missed)) == ("2026-05-04T00:00:00Z", 48)


def test_a_time_of_day_is_waited_for() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    daily = Daily(dt.time(2))
    assert daily.due("2026-05-01", dt.datetime(2026, 5, 2, 1, 59, 59, tzinfo=zone)) is None
    first = daily.due(None, dt.datetime(2026, 5, 2, 1, 59, 59, tzinfo=zone))
    assert first is not None
    assert first.slot == "2026-05-01"
