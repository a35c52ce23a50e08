"""After a change of rules: an order's newest kept day analysed once more, by the rules of today.

What was delivered of that day stays as it is. Its outcomes by the new rules stand beside it, and the like-for-like
series goes on over them as over a new bank (`chain`): it moves with the answers and not with the rules.
"""

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from answerlens_analyzer import history, store
from answerlens_analyzer.analyse import names_version, outcomes_of
from answerlens_analyzer.keyword_day import KeywordDay
from answerlens_analyzer.rules import rules_of
from answerlens_common.db import Database
from answerlens_common.work.claims import Lease


@dataclass
class Relinking:
    """The days before one that is analysed; its orders mostly have the same, whose answers are read once."""

    db: Database
    day: KeywordDay
    measured: store.Measured
    _answers: dict[dt.date, Sequence[store.StoredAnswer]] = field(default_factory=dict)

    async def analyse_again(self, lease: Lease, order: store.Order) -> None:
        """Keep what the newest earlier day is worth by today's rules, if it has others and its answers are there."""
        rules = rules_of(self.measured.versions)
        before = history.Before(order.order_id, self.day.date, self.day.engine, self.measured.surface)
        date = await history.day_of_other_rules(self.db, before, names_version(order), rules)
        if date is None:
            return
        answers = await self._kept(date)
        if not answers:
            return
        analysed = await asyncio.to_thread(outcomes_of, answers, [order], self.measured.surface, self.day.keyword)
        columns = analysed[order.order_id].outcomes.columns()
        async with lease.write() as tx:
            await history.store_again(tx, order.order_id, date, self.day.engine, rules, columns)

    async def _kept(self, date: dt.date) -> Sequence[store.StoredAnswer]:
        if date not in self._answers:
            self._answers[date] = await store.load_answers(self.db, replace(self.day, date=date))
        return self._answers[date]
