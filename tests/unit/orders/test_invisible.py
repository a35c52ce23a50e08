import pytest
from pydantic import TypeAdapter, ValidationError

from answerlens_orders.fields import Keyword, Name

KEYWORD = TypeAdapter(Keyword)
NAME = TypeAdapter(Name)


@pytest.mark.case("o10")
@pytest.mark.parametrize(
    "character",
    list("\ufe0f\ufe00\u034f\u180b\u180f\u17b4\u00ad\u061c\u2064\u3164\U000e0100\U000e01ef\U000e0041\U0001d173"),
)
def test_an_invisible_character_makes_no_other_keyword_or_name(character: str) -> None:
    for typed in (f"蓝牙{character}耳机", f"{character}蓝牙耳机", f"蓝牙耳机{character * 3}", f"蓝牙 {character} 耳机"):
        assert KEYWORD.validate_python(typed).replace(" ", "") == "蓝牙耳机"
        assert NAME.validate_python(typed).replace(" ", "") == "蓝牙耳机"
    with pytest.raises(ValidationError, match="must not be empty"):
        KEYWORD.validate_python(character)
