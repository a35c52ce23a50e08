import io

import pytest

from answerlens_common.contracts.imports import FileFormat
from answerlens_orders.imports import decoding
from answerlens_orders.imports.decoding import GB18030, UTF_8, encoding_of
from answerlens_orders.imports.raw import ImportFileError, RawRow
from answerlens_orders.imports.reading import read

HEAD = b"question,answer,engine\n"
FIRST = "怎么选？,先看预算。,chat-x\n".encode()


def rows(content: bytes) -> list[RawRow]:
    return list(read(io.BytesIO(content), FileFormat.CSV).rows)


def test_a_row_with_a_bad_byte_is_refused_and_the_others_stay_what_they_are() -> None:
    found = rows(HEAD + FIRST + b"q,\xff,chat-x\n" + FIRST)
    good = {"question": "怎么选？", "answer": "先看预算。", "engine": "chat-x"}
    assert found == [RawRow(2, good), RawRow(3, None, "the row is not UTF-8"), RawRow(4, good)]


def test_a_file_that_ends_inside_a_character_is_not_taken_for_another_encoding() -> None:
    content = HEAD + FIRST + "贵吗？,怎么选".encode()[:-1]
    found = rows(content)
    assert [(row.line, row.reason) for row in found] == [(2, ""), (3, "the row is not UTF-8")]
    assert isinstance(found[0].content, dict)
    assert found[0].content["answer"] == "先看预算。"


def test_a_damaged_file_that_is_valid_gb18030_by_chance_is_still_utf8() -> None:
    content = b"question,answer,engine\nq,\xe6\x80\x8e\xe4\xb9\x88\xe9\x80,chat-x\n"
    assert content.decode("gb18030"), "or it would show nothing"
    assert rows(content) == [RawRow(2, None, "the row is not UTF-8")]


def test_damaged_latin_text_is_not_taken_for_chinese() -> None:
    content = ("é" * 40).encode() + b"\xe9t"
    assert content.decode("gb18030"), "or it would show nothing"
    assert encoding_of(io.BytesIO(content)) == UTF_8


@pytest.mark.parametrize("piece", [1, 7, 1024])
def test_an_encoding_is_that_of_the_whole_file(monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    monkeypatch.setattr(decoding, "_PIECE", piece)
    text = "通勤时降噪和续航都重要，先看预算，再看佩戴是否舒服。模拟" * 20
    for content, encoding in (
        (b"", UTF_8),
        (b"plain", UTF_8),
        (text.encode(), UTF_8),
        (text.encode("utf-8-sig") + b"\xff", UTF_8),
        (text.encode() + b"\xff", UTF_8),
        (text.encode()[:-1], UTF_8),
        (text.encode("gb18030"), GB18030),
        ((text + "𠮷").encode("gb18030"), GB18030),
        (text.encode("gb18030")[:-1], UTF_8),
    ):
        file = io.BytesIO(content)
        assert encoding_of(file) == encoding, content
        assert file.tell() == 0


def test_a_first_line_that_is_no_text_is_told() -> None:
    with pytest.raises(ImportFileError, match="the first line is not UTF-8"):
        rows("question,answer,engine\nq,a,chat-x\n".encode("utf-16"))
