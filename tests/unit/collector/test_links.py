from answerlens_collection.answers.answer import Link
from answerlens_collector.decoders import Reply, Source
from answerlens_collector.links import cited_on_page, page_links, stream_links
from answerlens_collector.page_snapshot import PageLink, PageSnapshot


def look(*, cited: tuple[PageLink, ...] = (), listed: tuple[PageLink, ...] = ()) -> PageSnapshot:
    return PageSnapshot(answered=True, text="", busy=False, done=True, cited=cited, listed=listed, failures=())


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
    on_page = [
        PageLink("https://a.cn/", "1"),
        PageLink("http://b.cn/%E8%80%B3%E6%9C%BA?q=%E7%B4%A2%E5%B0%BC#top", "2"),
        PageLink("https://new.cn/x", "新"),
    ]
    found = cited_on_page(links, on_page)
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
    assert page_links(look(listed=listed, cited=(PageLink("https://b.cn/", "[1]"),))) == (
        Link("https://a.cn/", "甲", "", cited=False),
        Link("https://b.cn/", "乙", "", cited=True),
    )
