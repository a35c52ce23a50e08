"""What the warnings of ordinary names cost: every page of orders shows them."""

import pytest

from answerlens_orders.brands import ordinary_names
from answerlens_orders.brands.form import Brand

WORDS = ("统一", "完美", "老板", "方便", "选择", "舒适")


@pytest.mark.fault("F54")
def test_an_order_is_looked_at_once_however_many_of_its_names_are_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a hundred orders with twenty such brands each held everybody up for a tenth of a second."""
    asked = {"is_ordinary_word": 0, "nouns_in": 0}
    for name in asked:
        plain = getattr(ordinary_names, name)

        def counted(text: str, name: str = name, plain: object = plain) -> object:
            asked[name] += 1
            assert callable(plain)
            return plain(text)

        monkeypatch.setattr(ordinary_names, name, counted)
    brands = [Brand(name=f"牌子{n}", aliases=list(WORDS)) for n in range(20)]
    found = ordinary_names.warnings_for("蓝牙耳机", Brand(name="统一"), brands)
    assert len(found) == ordinary_names.MOST_WARNINGS
    assert found[0].context == ["蓝牙耳机", "耳机", *(brand.name for brand in brands[:8])]
    assert brands[0].name not in found[1].context
    assert asked == {"is_ordinary_word": len(brands) * len(WORDS) + 2 * len(brands) + 2, "nouns_in": 1}
