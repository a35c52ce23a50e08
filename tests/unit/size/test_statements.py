import datetime as dt
import importlib
import json
from contextlib import suppress
from decimal import Decimal
from functools import reduce
from uuid import UUID

import pytest

from tests.size.bounds import EXCUSED, UNHEARD
from tests.size.planning import literal
from tests.size.statements import Statement, places, shape, unheard
from tests.size.substitutes import Substitutes

ORDER = UUID(int=1)
DAY = dt.date(2026, 5, 1)
NOW = dt.datetime(2026, 5, 2, tzinfo=dt.UTC)
PATH = "libs/orders/src/answerlens_orders/orders/store.py"


def test_what_was_recorded_is_read_as_it_was() -> None:
    values = {"order": ORDER, "dates": [DAY, None], "moment": NOW, "sum": Decimal("1.50"), "name": "声朗", "no": None}
    one = Statement(PATH, 7, "page", "SELECT :order", values)
    assert Statement.read(json.dumps(one.as_json())) == one
    assert one.name == "orders.orders.store.page"


def test_null_empty_and_yes_make_another_shape() -> None:
    shapes = [shape({"x": value}) for value in (None, "", "a", "b", [], ["a"], True, False, 1)]
    assert len(set(shapes)) == 5
    assert shape({"x": "a"}) == shape({"x": "b"})


def test_places_are_found_and_those_that_were_recorded_are_heard() -> None:
    found = [place for place in places() if place.path == PATH]
    assert {"find", "page", "has_measurements", "recent_measurements"} <= {place.function for place in found}
    heard = [Statement(PATH, place.last, place.function, "", {}) for place in found]
    assert not [place for place in unheard(heard) if place.path == PATH]
    assert found == [place for place in unheard(heard[:0]) if place.path == PATH]


def test_who_is_said_to_be_unheard_is_there() -> None:
    assert UNHEARD.keys() <= {f"{place.path}::{place.function}" for place in places()}


def test_values_are_written_as_their_place_would_read_them() -> None:
    assert [literal(value) for value in (None, True, 3, 0.5, DAY, "it's")] == [
        "NULL",
        "TRUE",
        "3",
        "0.5",
        "'2026-05-01'",
        "'it''s'",
    ]
    assert literal(['a"b', None, "c'd"]) == """'{"a\\"b",NULL,"c''d"}'"""


def test_values_are_put_into_the_words_of_the_filled_database() -> None:
    there = Substitutes(DAY, DAY, NOW, (UUID(int=7), UUID(int=8)), (UUID(int=9),), ("kw1", "kw2"), ("5-0-1",))
    assert there.of(
        {
            "date": dt.date(2026, 1, 8),
            "oldest": dt.date(2026, 1, 1),
            "user_id": ORDER,
            "order": ORDER,
            "holder": ORDER,
            "keywords": ["耳机", "手机", "平板"],
            "engines": ["chat-a", "chat-b", "chat-c"],
            "engine": "overall",
            "items": ["1-1-1#2"],
            "limit": 21,
            "before": None,
        }
    ) == {
        "date": DAY,
        "oldest": DAY - dt.timedelta(days=7),
        "user_id": UUID(int=7),
        "order": UUID(int=9),
        "holder": ORDER,
        "keywords": ["kw1", "kw2", "kw1"],
        "engines": ["chat-a", "chat-b", "chat-a"],
        "engine": "overall",
        "items": ["5-0-1#1"],
        "limit": 21,
        "before": None,
    }


@pytest.mark.parametrize("name", EXCUSED)
def test_what_is_excused_is_there(name: str) -> None:
    *parts, function = f"answerlens_{name}".split(".")
    found: object = None
    for end in range(len(parts), 0, -1):
        with suppress(ModuleNotFoundError):
            found = reduce(getattr, parts[end:], importlib.import_module(".".join(parts[:end])))
            break
    assert callable(getattr(found, function, None))
