"""The brands of an order as it keeps them: read once, however often the order is shown."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from answerlens_orders.brands.form import Brand
from answerlens_orders.brands.ordinary_names import warnings_for
from answerlens_orders.brands.views import NameWarning

# Two pages of orders, bounded in number and in length: they take 60 MB at most.
MOST_AT_HAND: Final = 256
MOST_CHARACTERS_AT_HAND: Final = 32_000


@dataclass(frozen=True)
class KeptBrands:
    """An order's brands, and the warnings of their names. All callers share them and must not change them."""

    brand: Brand
    competitors: Sequence[Brand]
    warnings: Sequence[NameWarning]


def kept_brands(keyword: str, brand: str, competitors: str) -> KeptBrands:
    """What an order of a keyword keeps.

    Args:
        keyword: that of the order.
        brand: JSON, as the form of the order gave it and it was checked.
        competitors: the same, of several.
    """
    if len(brand) + len(competitors) > MOST_CHARACTERS_AT_HAND:
        return _read(keyword, brand, competitors)
    return _at_hand(keyword, brand, competitors)


def _read(keyword: str, brand: str, competitors: str) -> KeptBrands:
    own = Brand.model_construct(**json.loads(brand))
    rivals = [Brand.model_construct(**competitor) for competitor in json.loads(competitors)]
    return KeptBrands(own, rivals, warnings_for(keyword, own, rivals))


_at_hand = lru_cache(MOST_AT_HAND)(_read)
