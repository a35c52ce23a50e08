"""Which rates a report leads with, and what it says where that is not the mention rate.

The analyzer decides it for each day (`mention_percentage.headline`); rows from before it did lead with the mention
rate.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from answerlens_orders.reports.day import RatesRow
from answerlens_rates.definitions import BRANDED_RATE, MENTION_RATE


@dataclass(frozen=True)
class Headline:
    """What a day's rates are to be read by.

    Attributes:
        rates: the names of those to lead with.
        keyword_names_brand: whether the keyword itself names the brand.
        keyword_names_competitors: the competitors that it names.
        unbranded_questions: how many questions name none of the order's brands.
    """

    rates: tuple[str, ...] = (MENTION_RATE,)
    keyword_names_brand: bool = False
    keyword_names_competitors: tuple[str, ...] = ()
    unbranded_questions: int = 0

    @classmethod
    def stored(cls, rows: Iterable[RatesRow]) -> Self:
        """That of the first row that has one: the rows of a day are of the same questions."""
        for row in rows:
            if found := row.headline:
                return cls(
                    tuple(found["rates"]),
                    found["keyword_names_brand"],
                    tuple(found["keyword_names_competitors"]),
                    found["unbranded_questions"],
                )
        return cls()

    def notes(self, keyword: str, brand: str) -> Iterator[str]:
        """What to know before reading the rates."""
        if self.keyword_names_brand:
            yield (
                f"关键词“{keyword}”本身含有品牌“{brand}”（keyword_names_brand），几乎每个答案都会提到它，"
                "因此不对提及率下可见度结论；请先看首位提及率、声量份额，以及答案对它的评价。"
                f" The keyword names {brand} itself, and so will nearly every answer: no verdict is given on the"
                " mention rate. Read first who is named first, the share of voice and what is said of it."
            )
        if self.keyword_names_competitors:
            rivals = "、".join(self.keyword_names_competitors)
            yield (
                f"关键词“{keyword}”本身含有竞品“{rivals}”，几乎每个答案都会提到它，"
                "首位提及率、前三率、平均位次和声量份额因此对它有利，不宜据此判断强弱。"
                f" The keyword names the competitor {rivals}: first mentions, positions and the share of voice"
                " favour it."
            )
        if self.rates == (BRANDED_RATE,):
            yield (
                f"不点名本品牌及竞品的问题只有 {self.unbranded_questions} 个（少于 30 个），"
                "因此以点名问题的提及率为主（mention_rate[branded]）。"
                f" Only {self.unbranded_questions} questions name none of the order's brands, fewer than 30:"
                " the rate to read is that of the questions that name one."
            )
