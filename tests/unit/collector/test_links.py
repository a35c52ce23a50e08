import pytest

from answerlens_collection.answers.answer import Link
from answerlens_collector.decoders import Reply, Source
from answerlens_collector.links import Listed, cited_on_page, page_links, stream_links, stream_listed
from answerlens_collector.page_snapshot import PageLink, PageSnapshot


def look(
    *, cited: tuple[PageLink, ...] = (), listed: tuple[PageLink, ...] = (), marks: tuple[str, ...] = ()
) -> PageSnapshot:
    return PageSnapshot(answered=True, text="", busy=False, done=True, cited=cited, listed=listed, marks=marks)


def chips(*labels: str) -> tuple[PageLink, ...]:
    return tuple(PageLink("", label, label) for label in labels)


def page_of(*titles: str) -> tuple[PageLink, ...]:
    return tuple(PageLink(f"https://www.s{place}.cn/", title, title) for place, title in enumerate(titles, start=1))


def test_listed_and_cited_are_kept_apart() -> None:
    sources = (
        Source("https://a.cn/1", "甲", "a", 1),
        Source("", "地图", "b", 2),
        Source("https://c.cn", "丙", "c", None),
    )
    reply = Reply("", "", sources, (2, 7), (), search_ran=True, finished=True, finish_reason=None, failure=None)
    assert stream_links(reply) == (
        Link("https://a.cn/1", "甲", "a", cited=False),
        Link("", "地图", "b", cited=True),
        Link("https://c.cn", "丙", "c", cited=False),
    )


def test_what_the_page_links_to_is_cited_however_a_browser_spells_it() -> None:
    links = [
        Link("https://a.cn", "甲", "a", cited=False),
        Link("http://b.cn/耳机?q=索尼#top", "乙", "b", cited=False),
        Link("https://c.cn/1", "丙", "c", cited=False),
        Link("", "地图", "d", cited=False),
    ]
    on_page = (
        PageLink("https://a.cn/", "1"),
        PageLink("http://b.cn/%E8%80%B3%E6%9C%BA?q=%E7%B4%A2%E5%B0%BC#top", "2"),
        PageLink("https://new.cn/x", "新"),
    )
    citations = cited_on_page([Listed(link, None) for link in links], look(cited=on_page))
    found = citations.links
    assert citations.known
    assert [(link.site, link.cited) for link in found] == [
        ("a", True),
        ("b", True),
        ("c", False),
        ("d", False),
        ("", True),
    ]
    assert found[-1].url == "https://new.cn/x"


def test_links_of_the_page_alone_come_as_listed() -> None:
    listed = (PageLink("https://a.cn/", "甲"), PageLink("https://b.cn/", "乙"), PageLink("https://a.cn/", "甲又"))
    assert page_links(look(listed=listed, cited=(PageLink("https://b.cn/", "[1]"),))).links == (
        Link("https://a.cn/", "甲", "", cited=False),
        Link("https://b.cn/", "乙", "", cited=True),
    )


@pytest.mark.case("p2", not_before="the module could only be asked about links with addresses")
@pytest.mark.parametrize(
    ("labels", "cited"),
    [
        (["1"], [1]),
        (["[2]", "来源3"], [2, 3]),
        (["1, 3"], [1, 3]),
        (["1-3"], [1, 2, 3]),
        (["S2.cn"], [2]),
        (["丙"], [3]),
        ([], []),
    ],
)
def test_a_chip_names_a_source_by_number_title_or_host(labels: list[str], cited: list[int]) -> None:
    found = page_links(look(listed=page_of("甲", "乙", "丙"), cited=chips(*labels)))
    assert found.known
    assert [place for place, link in enumerate(found.links, start=1) if link.cited] == cited
    as_marks = page_links(look(listed=page_of("甲", "乙", "丙"), marks=tuple(labels)))
    assert as_marks == found


@pytest.mark.case("p2", not_before="the module could only be asked about links with addresses")
@pytest.mark.parametrize("labels", [["4"], ["1", "0"], ["1, 9"], ["1-9"], ["丁"], ["丙 +2"], ["+2"], [""], ["甲乙"]])
def test_a_chip_that_names_none_leaves_all_unknown(labels: list[str]) -> None:
    cited = (PageLink("https://www.s1.cn/", "甲", "甲"), PageLink("https://beside.cn/", "旁", "旁"), *chips(*labels))
    found = page_links(look(listed=page_of("甲", "乙", "丙"), cited=cited))
    assert not found.known
    assert [(link.url, link.cited) for link in found.links] == [
        ("https://www.s1.cn/", False),
        ("https://www.s2.cn/", False),
        ("https://www.s3.cn/", False),
        ("https://beside.cn/", False),
    ]


def test_a_list_may_bear_its_own_numbers() -> None:
    listed = page_of("[3] 甲", "[7] 乙", "[1] 丙")
    assert [link.cited for link in page_links(look(listed=listed, cited=chips("7"))).links] == [False, True, False]
    assert not page_links(look(listed=listed, cited=chips("2"))).known
    # two that bear none: places count
    assert page_links(look(listed=page_of("7 款耳机", "乙"), cited=chips("2"))).links[1].cited


def test_a_chip_may_name_a_source_without_an_address_by_the_streams_number() -> None:
    sources = (Source("https://a.cn/1", "甲", "a", 5), Source("", "地图", "b", 6))
    reply = Reply("", "", sources, (), (), search_ran=True, finished=True, finish_reason=None, failure=None)
    found = cited_on_page(stream_listed(reply), look(cited=chips("6")))
    assert found.known
    assert [link.cited for link in found.links] == [False, True]
