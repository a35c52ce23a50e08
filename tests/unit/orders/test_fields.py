import datetime as dt

import pytest
from pydantic import TypeAdapter, ValidationError

from answerlens_orders.fields import Date, Keyword, Name, Site, UserName, clean, host_name

KEYWORD = TypeAdapter(Keyword)
NAME = TypeAdapter(Name)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("蓝牙耳机", "蓝牙耳机"),
        ("  蓝牙　 耳机 ", "蓝牙 耳机"),
        ("ＡＮＣ耳机", "ANC耳机"),
        ("ｱｲｳ", "アイウ"),
        ("蓝牙\u200b耳机\ufeff", "蓝牙耳机"),
        ("e\u0301toile", "étoile"),
        ("C++", "C++"),
        ("x" * 255, "x" * 255),
    ],
)
def test_a_keyword_has_one_form(typed: str, stored: str) -> None:
    assert KEYWORD.validate_python(typed) == stored
    assert KEYWORD.validate_python(stored) == stored


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "must not be empty"),
        (" \u3000", "must not be empty"),
        ("\u200b\u200d\ufeff", "must not be empty"),
        ("\u3164\u2800", "must not be empty"),
        ("！？", "letter or a digit"),
        ("蓝牙\n耳机", "control characters"),
        ("蓝牙耳机\n", "control characters"),
        ("蓝牙\x00耳机", "control characters"),
        ("蓝牙\x7f耳机", "control characters"),
        ("蓝牙\u2028耳机", "control characters"),
        ("x" * 256, "at most 255 characters, has 256"),
        # one character that NFKC makes eighteen of
        ("\ufdfa" * 15, "at most 255 characters, has"),
        ("蓝牙\ud800", "control characters"),
    ],
)
def test_a_keyword_that_cannot_be_stored_is_refused(typed: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        KEYWORD.validate_python(typed)


def test_a_name_keeps_its_letters() -> None:
    assert NAME.validate_python(" Ｓｏｎｙ ") == "Ｓｏｎｙ"
    assert NAME.validate_python("x" * 100) == "x" * 100
    with pytest.raises(ValidationError, match="at most 100"):
        NAME.validate_python("x" * 101)


def test_length_is_measured_in_the_stored_form() -> None:
    assert clean("e\u0301" * 100, "NFC", 100) == "é" * 100


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("sony.com.cn", "sony.com.cn"),
        (" Sony.COM.cn. ", "sony.com.cn"),
        ("索尼.中国", "xn--8ft987e.xn--fiqs8s"),
        ("索尼。中国", "xn--8ft987e.xn--fiqs8s"),
        ("xn--8ft987e.xn--fiqs8s", "xn--8ft987e.xn--fiqs8s"),
        ("a-b.example", "a-b.example"),
    ],
)
def test_a_host_name_has_one_form(typed: str, stored: str) -> None:
    assert host_name(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        ".",
        "https://sony.com.cn",
        "sony.com.cn/tv",
        "sony.com.cn:443",
        "user@sony.com.cn",
        "*.sony.com.cn",
        "localhost",
        "127.0.0.1",
        "-sony.com",
        "so_ny.com",
        "sony..com",
        "a" * 64 + ".com",
        "a." * 130 + "com",
        "sony.com\x00",
        "sony\ud800.com",
    ],
)
def test_what_is_no_host_name_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"host name|registered domain|control characters"):
        host_name(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("www.Sony.com.cn", "www.sony.com.cn"),
        ("sony.com.cn/", "sony.com.cn"),
        ("www.zhihu.com/org/sony/", "zhihu.com/org/sony"),
        ("mp.weixin.qq.com/s?__biz=MzA5==&chksm=1", "mp.weixin.qq.com/s?__biz=MzA5%3D%3D"),
        ("索尼.中国/产品", "xn--8ft987e.xn--fiqs8s/%E4%BA%A7%E5%93%81"),
    ],
)
def test_a_site_is_a_domain_or_a_part_of_a_shared_host(typed: str, stored: str) -> None:
    site = TypeAdapter(Site)
    assert site.validate_python(typed) == stored
    assert site.validate_python(stored) == stored


def test_user_names_fit_into_a_path() -> None:
    users = TypeAdapter(UserName)
    assert users.validate_python("客户-1@acme.cn") == "客户-1@acme.cn"
    for name in ("", "a/b", "a b", ".a", "a\n", "x" * 101):
        with pytest.raises(ValidationError):
            users.validate_python(name)


def test_a_date_is_told_from_what_is_none() -> None:
    date = TypeAdapter(Date)
    assert date.validate_python("2026-01-31") == dt.date(2026, 1, 31)
    for wrong in ("2026-02-31", "tomorrow", "", 20260131, None):
        with pytest.raises(ValidationError, match="is not a date, such as 2026-01-31"):
            date.validate_python(wrong)
