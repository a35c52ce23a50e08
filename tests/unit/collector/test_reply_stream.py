from hypothesis import given
from hypothesis import strategies as st

from answerlens_collector.reply_stream import WINDOWS_1252, original_bytes

CHARACTERS = {byte: character for character, byte in WINDOWS_1252.items()}


def test_every_byte_has_a_character() -> None:
    assert sorted(CHARACTERS) == list(range(256))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_mangled_body_is_restored(text: str) -> None:
    mangled = "".join(CHARACTERS[byte] for byte in text.encode())
    assert original_bytes(mangled) == text.encode()


@given(st.text(alphabet="蓝牙耳机，abc 12{}\n", min_size=1))
def test_a_body_that_was_decoded_rightly_stays(text: str) -> None:
    assert original_bytes(text) == text.encode()
