import pytest

from answerlens_common.text.links import Page, owners
from answerlens_orders.keywords.sources import MOST_PAGES, Link, sources_of

OWN = ["sony.com.cn", "sony.tmall.com"]
RIVALS = ["bose.com"]


def test_links_are_grouped_by_registered_domain_the_most_cited_first() -> None:
    links = [
        Link(1, "https://www.zhihu.com/question/1?utm_source=x", "问答", cited=False),
        Link(1, "https://zhuanlan.zhihu.com/p/2", "专栏", cited=False),
        Link(2, "https://www.zhihu.com/question/1", "", cited=True),
        Link(2, "https://store.sony.com.cn/wh", "商城", cited=True),
        Link(3, "https://www.bose.com/", "", cited=True),
        Link(3, "https://www.bose.com/qc", "", cited=True),
    ]
    sources = sources_of(links, OWN, RIVALS)
    assert [(s.domain, s.cited, s.listed, s.answers) for s in sources] == [
        ("bose.com", 2, 2, 1),
        ("zhihu.com", 1, 3, 2),
        ("sony.com.cn", 1, 1, 1),
    ]
    assert [s.owners for s in sources] == [
        {"own": 0, "competitor": 2, "other": 0},
        {"own": 0, "competitor": 0, "other": 3},
        {"own": 1, "competitor": 0, "other": 0},
    ]
    assert [(page.page, page.title, page.cited, page.listed) for page in sources[1].pages] == [
        ("zhihu.com/question/1", "问答", 1, 2),
        ("zhuanlan.zhihu.com/p/2", "专栏", 0, 1),
    ]


def test_a_shop_on_a_platform_is_told_apart_from_the_platform() -> None:
    links = [
        Link(1, "https://sony.tmall.com/p", "", cited=True),
        Link(1, "https://www.tmall.com/q", "", cited=False),
        Link(2, "https://mysony.com.cn.example.com/", "", cited=False),
    ]
    tmall, impostor = sources_of(links, OWN, RIVALS)
    assert (tmall.domain, tmall.owners) == ("tmall.com", {"own": 1, "competitor": 0, "other": 1})
    assert [page.owner for page in tmall.pages] == ["own", "other"]
    assert (impostor.domain, impostor.owners["other"]) == ("example.com", 1)


def test_what_has_no_registered_domain_is_kept_apart() -> None:
    links = [Link(1, "http://192.0.2.7/a", "", cited=True), Link(1, "mailto:x@y", "", cited=False)]
    assert [source.domain for source in sources_of(links, [], [])] == ["192.0.2.7", None]
    assert sources_of([], OWN, RIVALS) == []


def test_a_domain_shows_its_first_pages_only() -> None:
    links = [Link(n, f"https://example.com/{n}", "", cited=True) for n in range(MOST_PAGES + 3)]
    (source,) = sources_of(links, [], [])
    assert (source.listed, len(source.pages)) == (MOST_PAGES + 3, MOST_PAGES)


@pytest.mark.fault("F54")
def test_the_domains_of_an_order_are_looked_at_once_and_not_for_each_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order may have 420: 5,000 links took 1.7 s of a processor, and a page of evidence held everybody up."""
    looked_at = []
    entry = owners._entry

    def noted(each: str) -> Page | None:
        looked_at.append(each)
        return entry(each)

    monkeypatch.setattr(owners, "_entry", noted)
    rivals = [f"rival{n}.com" for n in range(400)]
    links = [Link(n, f"https://www.site{n}.com/", "", cited=True) for n in range(50)]
    sources = sources_of([*links, Link(50, "https://shop.rival399.com/", "", cited=True)], OWN, rivals)
    assert sum(source.owners["competitor"] for source in sources) == 1
    assert len(looked_at) == len(OWN) + len(rivals)
