import pytest

from answerlens_order_api.rest.language import preferred
from answerlens_orders.notices.words import Language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("en-GB,zh;q=0.5", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr, en;q=0.1", "en"),
        ("zh;q=0.2, EN;q=0.9", "en"),
        ("fr", "zh"),
        ("en;q=x", "zh"),
        ("en;q=0", "zh"),
        ("en;q=nan", "zh"),
        (";,;;q", "zh"),
    ],
)
def test_messages_are_in_the_language_that_a_client_prefers(accepted: str | None, language: str) -> None:
    assert preferred(accepted) == Language(language)
