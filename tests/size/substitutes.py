"""Recorded values in the words of the filled database: a statement is to find what it would find there.

A value goes by its type, and where that does not tell by the name that the sources give it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import asyncpg

from tests.size.seeding import ADMIN, ENGINES, HEAVY

_QUESTIONS = ("question_id", "questions", "ids")
# A moment before all others stays so.
_EPOCH = 1970
# Uuids that are no key of a table.
_NO_KEYS = ("holder", "probe", "message")


@dataclass(frozen=True)
class Substitutes:
    """What there is on one date of the filled database."""

    today: dt.date
    date: dt.date
    now: dt.datetime
    users: tuple[UUID, UUID]
    orders: tuple[UUID, ...]
    keywords: tuple[str, ...]
    questions: tuple[str, ...]

    @classmethod
    async def found(cls, connection: asyncpg.Connection, days_ago: int) -> Self:
        """The heavy user's orders, whose keyword comes first, and the questions of that keyword on a date."""
        today, now = await connection.fetchrow("SELECT max(date), now() FROM measurement")
        users = await connection.fetchrow(
            "SELECT (SELECT id FROM users WHERE name = $1), (SELECT id FROM users WHERE name = $2)", HEAVY, ADMIN
        )
        orders = await connection.fetch(
            "SELECT id, keyword FROM orders WHERE user_id = $1 AND live ORDER BY created_at LIMIT 100", users[0]
        )
        questions = await connection.fetch(
            "SELECT question_id FROM question_bank WHERE keyword = $1 ORDER BY id", orders[0]["keyword"]
        )
        return cls(
            today=today,
            date=today - dt.timedelta(days=days_ago),
            now=now,
            users=(users[0], users[1]),
            orders=tuple(row["id"] for row in orders),
            keywords=tuple(row["keyword"] for row in orders),
            questions=tuple(row["question_id"] for row in questions),
        )

    def of(self, values: Mapping[str, object]) -> dict[str, object]:
        """These values, put into the database's words."""
        known = values.get("date") or next((value for value in values.values() if type(value) is dt.date), None)
        anchor = known if isinstance(known, dt.date) else None
        return {name: self._one(name, value, anchor) for name, value in values.items()}

    def _one(self, name: str, value: object, anchor: dt.date | None) -> object:
        if isinstance(value, (list, tuple)):
            # many engines are few; of anything else a batch has as many as it had
            return [self._each(name, each, number, anchor) for number, each in enumerate(value)]
        return self._each(name, value, 0, anchor)

    def _each(self, name: str, value: Any, number: int, anchor: dt.date | None) -> object:
        match value:
            case UUID() if name.startswith("user"):
                return self.users[0]
            case UUID() if name not in _NO_KEYS:
                return self.orders[number % len(self.orders)]
            case dt.datetime() if value.year > _EPOCH:
                return self.now - dt.timedelta(hours=12)
            case dt.date():
                # what is so many days from the statement's own date stays so
                return self.date + (value - anchor if anchor else dt.timedelta())
            case str():
                return self._word(name, value, number)
            case _:
                return value

    def _word(self, name: str, value: str, number: int) -> str:
        if name.startswith("keyword"):
            return self.keywords[number % len(self.keywords)] if value else value
        if name in {"engine", "engines"} and value != "overall":
            return ENGINES[number % len(ENGINES)] if value else value
        if name in _QUESTIONS:
            return self.questions[number % len(self.questions)]
        if name in {"item", "items"} and "#" in value:
            return f"{self.questions[number % len(self.questions)]}#1"
        return value
