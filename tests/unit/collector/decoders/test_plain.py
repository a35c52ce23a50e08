import pytest

from answerlens_collector.decoders.plain import PlainObject


def test_an_object_survives_a_cut_at_any_byte() -> None:
    body = '\n {"code": 7,\n\n"msg": "蓝牙"} '.encode()
    for cut in range(len(body) + 1):
        plain = PlainObject()
        plain.feed(body[:cut])
        plain.feed(body[cut:])
        assert plain.value() == {"code": 7, "msg": "蓝牙"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"a": 1} {"b": 2}', b'data: {"a": 1}\n\n', b"[1]", b'"x"', b"{" * 100_000]
)
def test_anything_else_is_none(body: bytes) -> None:
    plain = PlainObject()
    plain.feed(body)
    assert plain.value() == {}
