"""Which encoding a file of text has: UTF-8, or what spreadsheets on a Chinese system write (GB18030)."""

import codecs
import re
from collections.abc import Iterator
from typing import IO, Final

UTF_8: Final = "utf-8-sig"
GB18030: Final = "gb18030"
_PIECE: Final = 1024 * 1024
_SHORT: Final = re.compile("[\0-\u07ff]+")
"""What has one or two bytes in UTF-8."""


def encoding_of(file: IO[bytes]) -> str:
    """The name of a file's encoding; the file is read through, up to three times, and is at its start again.

    It is GB18030 only where all of the file is, and it does not look like UTF-8: a UTF-8 file with a bad byte or an
    end inside a character can be valid GB18030 by chance, and would be other text then.
    """
    try:
        if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 or _is_all(file, "utf-8"):
            return UTF_8
        return GB18030 if _is_all(file, GB18030) and not _is_damaged_utf8(file) else UTF_8
    finally:
        file.seek(0)


def _is_all(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in _pieces(file):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_damaged_utf8(file: IO[bytes]) -> bool:
    """Whether most bytes beyond ASCII are Chinese in UTF-8, three to a character, or nearly all are any text in it.

    Chinese in GB18030 gives characters of two bytes by chance, but hardly any of three.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    beyond_ascii = lost = chinese = 0
    for piece in _pieces(file):
        text = decoder.decode(piece)
        beyond_ascii += len(piece) - len(piece.decode("ascii", "ignore"))
        lost += len(piece) - len(text.encode())
        chinese += len(_SHORT.sub("", text).encode())
    return chinese * 2 > beyond_ascii or lost * 10 <= beyond_ascii


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece
