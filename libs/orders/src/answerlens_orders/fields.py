"""What people type, brought into the one form that is stored and compared.

Keywords are in NFKC, so that 蓝牙耳机 is shared however wide its letters were typed; names keep their letters (NFC).
Both lose invisible characters and surplus white space. Control characters are refused.
"""

import datetime as dt
import re
import unicodedata
from typing import Annotated, Literal

import idna
from pydantic import AfterValidator, BeforeValidator, Field

from answerlens_common.dates import read_date
from answerlens_common.text.folding import without_invisible
from answerlens_common.text.links import group_key, is_domain

# controls, halves of characters, line and paragraph breaks
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})
MAX_HOST_CHARACTERS = 253
MAX_SITE_CHARACTERS = 500


def clean(value: str, form: Literal["NFC", "NFKC"], longest: int) -> str:
    """The text in its stored form.

    Raises:
        ValueError: control characters, nothing to read, or too long.
    """
    # checked before white space is: a line break or a tab is white space and a control character
    _refuse_controls(value)
    text = " ".join(unicodedata.normalize(form, without_invisible(value)).split())
    if not text:
        message = "must not be empty"
        raise ValueError(message)
    if not any(character.isalnum() for character in text):
        message = "must contain a letter or a digit"
        raise ValueError(message)
    if len(text) > longest:
        message = f"must have at most {longest} characters, has {len(text)}"
        raise ValueError(message)
    return text


def host_name(value: str) -> str:
    """A domain in lower case and IDNA: 索尼.中国 is xn--8ft987e.xn--fiqs8s.

    Raises:
        ValueError: an address, a port, a path, or no host name at all.
    """
    _refuse_controls(value)
    host = value.strip().rstrip(".")
    if not host or len(value) > MAX_HOST_CHARACTERS:
        message = f"must be a host name of 1 to {MAX_HOST_CHARACTERS} characters"
        raise ValueError(message)
    if any(character in "/:@?#* " for character in host):
        message = "must be a host name alone, such as sony.com.cn: no scheme, port, path or wildcard"
        raise ValueError(message)
    try:
        name = idna.encode(host, uts46=True, std3_rules=True).decode().lower()
    except idna.IDNAError as error:
        message = f"is not a host name: {error}"
        raise ValueError(message) from error
    labels = name.split(".")
    if len(labels) == 1 or labels[-1].isdigit():
        message = "must be a registered domain, such as sony.com.cn"
        raise ValueError(message)
    return name


def site(value: str) -> str:
    """What an order owns of the web: a domain, or an account or folder on a shared host (zhihu.com/org/sony).

    Raises:
        ValueError: no host name, one with a scheme or port, or one below which others register (com.cn, github.io).
    """
    host, *paths = re.split("(?=[/?])", value.strip(), maxsplit=1)
    path = "".join(paths)
    name = host_name(host)
    if not is_domain(name):
        message = (
            f"{name} is registered by nobody who could own it, such as com.cn or github.io: give a domain below it"
        )
        raise ValueError(message)
    if len(value) > MAX_SITE_CHARACTERS or (path and any(character.isspace() for character in path)):
        message = f"must have at most {MAX_SITE_CHARACTERS} characters and no white space"
        raise ValueError(message)
    return group_key(name + path) if path.strip("/?") else name


def date(value: object) -> dt.date:
    """A date as it is written everywhere here: 2026-01-31.

    Raises:
        ValueError: anything else.
    """
    if isinstance(value, str):
        return read_date(value)
    message = f"{str(value)[:40]!r} is not a date, such as 2026-01-31"
    raise ValueError(message)


def wanted(value: str) -> str:
    """A filter as what it is compared with is stored, however wide it was typed.

    Raises:
        ValueError: control characters.
    """
    _refuse_controls(value)
    return unicodedata.normalize("NFKC", value)


def _refuse_controls(value: str) -> None:
    if any(unicodedata.category(character) in _REFUSED for character in value):
        message = "must not contain control characters or line breaks"
        raise ValueError(message)


def _keyword(value: str) -> str:
    return clean(value, "NFKC", 255)


def _name(value: str) -> str:
    return clean(value, "NFC", 100)


Keyword = Annotated[str, AfterValidator(_keyword), Field(description="1–255 characters, no control characters")]
Name = Annotated[str, AfterValidator(_name), Field(description="1–100 characters, no control characters")]
Date = Annotated[dt.date, BeforeValidator(date)]
Site = Annotated[
    str,
    AfterValidator(site),
    Field(
        description="a domain (sony.com.cn), or an account or folder on a shared host (zhihu.com/org/sony); no scheme"
    ),
]
Filter = Annotated[str, Field(max_length=255), AfterValidator(wanted)]
UserName = Annotated[str, Field(pattern=r"^\w[\w.@-]{0,99}$", description="letters, digits and . _ @ -")]
