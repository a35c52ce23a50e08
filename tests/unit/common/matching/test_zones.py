import pytest

from answerlens_common.text.matching import fold_text
from answerlens_common.text.matching.zones import find_zones


def hidden(text: str) -> bool:
    before, name, after = text.split("|")
    return find_zones(fold_text(before + name + after)).hide(len(before), len(before) + len(name))


@pytest.mark.parametrize(
    "text",
    [
        "https://www.|sony|.com.cn/headphones",
        "https://baike.example.com/item/|索尼|",
        "https://example.com/s?q=|索尼|",
        "https://example.com/s?kw=a&x=|sony|,",
        "www.|sony|.com.cn",
        "service@|sony|.com",
        "|sony|.com/tv",
        "[官网](https://example.com/|索尼|评测)",
        '[官网](https://example.com/a "|索尼|官网")',
        "![图](https://img.example.com/a_(|索尼|).png)",
        '<a href="x.html" title="|索尼|">',
        "[官网](/|索尼|)",
        "|huawei|.cloud",
        "51.|sony|.com",
        "www.global.|canon|",
        "<!-- |索尼| -->",
        "|wilson|.com+1amazon.com+1",
        "wilson.com+1|amazon|.com+1",
        "|sony|.pdf",
        "manual_|sony|.docx",
    ],
)
def test_a_name_in_an_address_is_not_shown(text: str) -> None:
    assert hidden(text)


@pytest.mark.parametrize(
    "text",
    [
        "[|索尼|官网](https://example.com)",
        "https://www.example.com |索尼|",
        "https://www.example.com,|索尼|",
        "https://www.mi.com|小米|商城",
        "|booking.com|",
        "|node|.js",
        "|sony|-wh1000.5",
        "[1]（|索尼|音质均衡）",
        "<|索尼|>",
        "3 < 5 |索尼| >",
        "1.|索尼|",
        "1.|sony| wh-1000xm5",
        "TOP1.|Apple|：",
        "1．|Samsung|/三星",
        "Bose.|Sony|更贵",
        "|Bose|.Sony更贵",
        "2.|MG|",
        "https://www.sony.com/tv，|Sony|的电视不错",
        "https://www.sony.com/？|索尼|的产品",
        "https://www.sony.com：|Sony|",
        "sony.com/tv？|sony|",
        "延迟<a级，|小米|很好，功耗>5W",
        "JBL<b，但|Sony|贵>2000",
        "|Amazon|+1",
        "|booking.com|+1",
        "I like |Sony|.It is good",
        "|next|.js",
    ],
)
def test_a_name_in_the_text_of_a_link_or_beside_an_address_is_shown(text: str) -> None:
    assert not hidden(text)
