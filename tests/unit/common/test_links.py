import pytest

from answerlens_common.links import classify, group_key, is_domain, read_link, registrable_domain


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.sony.com.cn/headphones", "sony.com.cn"),
        ("SONY.co.jp", "sony.co.jp"),
        ("//a.b.example.com:8443/x", "example.com"),
        ("https://shop.github.io/", "shop.github.io"),
        ("https://例子.中国/页", "xn--fsqu00a.xn--fiqs8s"),
        ("com.cn", None),
        ("node.js", None),
        ("http://10.0.0.1/", None),
        ("http://[::1", None),
        ("mailto:a@sony.com", None),
        ("", None),
    ],
)
def test_the_registrable_domain_follows_the_public_suffix_list(address: str, domain: str | None) -> None:
    assert registrable_domain(address) == domain


def test_a_host_without_a_public_suffix_is_no_domain() -> None:
    assert is_domain("sony.com")
    assert not is_domain("readme.txt")


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("https://sony.com/a", "own"),
        ("https://store.sony.com/a", "own"),
        ("https://m.sony.com/a", "own"),
        ("https://SONY.com.:443/a", "own"),
        ("https://notsony.com/", "other"),
        ("https://sony.com.evil.cn/", "other"),
        ("https://sony.com@evil.cn/", "other"),
        ("https://evil.cn/sony.com", "other"),
        ("https://evil.cn/?u=https://sony.com", "other"),
        ("https://www.bose.cn/qc", "competitor"),
        ("not a link", "other"),
    ],
)
def test_a_domain_covers_itself_and_its_subdomains_only(address: str, owner: str) -> None:
    assert classify(address, ["sony.com"], ["bose.cn"]) == owner


def test_a_shop_on_a_platform_does_not_own_the_platform() -> None:
    assert classify("https://sony.tmall.com/p", ["sony.tmall.com"]) == "own"
    assert classify("https://bose.tmall.com/p", ["sony.tmall.com"]) == "other"
    assert classify("https://sony.tmall.com/p", ["sony.tmall.com"], ["tmall.com"]) == "own"
    assert classify("https://detail.tmall.com/p", ["sony.tmall.com"], ["tmall.com"]) == "competitor"


def test_a_link_of_the_order_covers_the_pages_below_it() -> None:
    own = ["https://www.zhihu.com/org/sony/"]
    assert classify("https://zhihu.com/org/sony/posts?utm_source=x", own) == "own"
    assert classify("https://zhihu.com/org/sony-fans", own) == "other"
    assert classify("https://zhihu.com/", own) == "other"
    assert classify("https://v.example.com/watch?v=2", ["https://v.example.com/watch?v=1"]) == "other"


def test_a_public_suffix_owns_nothing() -> None:
    assert classify("https://sony.com.cn/", ["com.cn", "cn", ""]) == "other"


@pytest.mark.parametrize(
    "address",
    [
        "http://www.example.com/a/",
        "https://m.example.com/a?utm_source=kimi&spm=1.2",
        "https://example.com:443/a#comments",
        "HTTPS://Example.com/%61",
    ],
)
def test_variants_of_a_page_are_grouped(address: str) -> None:
    assert group_key(address) == "example.com/a"


def test_what_makes_a_page_stays_in_its_group_key() -> None:
    assert group_key("https://example.com/a?id=2&b=1") == "example.com/a?b=1&id=2"
    assert group_key("https://example.com/#/p/1") != group_key("https://example.com/#/p/2")
    assert group_key("https://example.com:8080/a") == "example.com:8080/a"
    assert group_key("https://m.com/a") == "m.com/a"
    assert group_key("https://example.com/页") == group_key("https://example.com/%E9%A1%B5")
    assert group_key("  see attachment ") == "see attachment"


def test_an_address_without_a_host_is_not_read() -> None:
    assert read_link("https:///path") is None
    assert read_link("https://a.com:port/") is None
