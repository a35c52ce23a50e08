import pytest

from answerlens_common.text.links import classify, group_key, is_domain, read_link, registrable_domain


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


@pytest.mark.case("l1")
@pytest.mark.parametrize(
    "address",
    [
        "https://www.sony.com.cn，索尼官网",
        "http://www.sony.com.cn%EF%BC%89…",
        "https://www.sony.com.cn%EF%BC%8C索尼官网",
        "https://www.sony.com.cn。更多请看",
        "https://www.sony.com.cn：官方网站",
        "https://www.sony.com.cn（官网）",
        "https://www.sony.com.cn）",
        "https://www.sony.com.cn、https://www.bose.cn",
        "https://www.sony.com.cn；",
        "https://www.sony.com.cn！",
        "https://www.sony.com.cn”",
        "https://www.sony.com.cn》",
        "https://www.sony.com.cn】官网",
        "https://www.sony.com.cn,official",
        "https://www.sony.com.cn)",
        "https://www.sony.com.cn*",
        "https://www.sony.com.cn`",
        "https://www.sony.com.cn<br>",
        "https://www.sony.com.cn官网",
        "www.sony.com.cn，官网",
        "https://www.sony.com.cn/，官网",
        "https://www.sony.com.cn/tv）。",
        "https://www.sony.com.cn:443，官网",
    ],
)
def test_a_host_ends_at_the_first_character_that_no_host_has(address: str) -> None:
    assert classify(address, ["sony.com.cn"]) == "own"
    assert group_key(address).removesuffix("/tv") == "sony.com.cn"


@pytest.mark.case("l1")
def test_punctuation_behind_an_address_is_not_of_its_page() -> None:
    for behind in ("，详情", "。", "）", "%EF%BC%89", "】", ").", "；", "”"):
        assert group_key(f"https://example.com/a/b{behind}") == "example.com/a/b", behind
    assert group_key("https://baike.example.com/item/索尼（公司）").endswith("%EF%BC%89")
    assert classify("https://索尼.中国，官网", ["索尼.中国"]) == "own"
    assert classify("https://not.example.com，https://www.sony.com.cn", ["sony.com.cn"]) == "other"


@pytest.mark.case("l2")
@pytest.mark.parametrize(
    "address",
    [
        "https://link.zhihu.com/?target=https%3A//www.sony.com.cn/",
        "https://link.zhihu.com/?target=https%253A%252F%252Fwww.sony.com.cn%252F",
        "http://link.zhihu.com/?utm_source=x&target=http://www.sony.com.cn/tv?a=1",
        "https://link.csdn.net/?target=https%3A%2F%2Fwww.sony.com.cn%2F",
        "https://link.juejin.cn?target=https%3A%2F%2Fwww.sony.com.cn",
        "https://gitee.com/link?target=https%3A%2F%2Fwww.sony.com.cn",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fwww.sony.com.cn%2F&usg=x",
        "https://www.youtube.com/redirect?event=video&q=https%3A%2F%2Fwww.sony.com.cn",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.sony.com.cn%2F&h=x",
        "https://www.jianshu.com/go-wild?ac=2&url=https%3A%2F%2Fwww.sony.com.cn",
        "https://c.pc.qq.com/middlem.html?pfurl=https%3A%2F%2Fwww.sony.com.cn",
        "https://www.oschina.net/action/GoToLink?url=https%3A%2F%2Fwww.sony.com.cn",
        "https://blog.51cto.com/transfer?https://www.sony.com.cn/",
        "https://www.douban.com/link2/?url=https%3A%2F%2Fwww.sony.com.cn",
        # a redirect to a redirect
        "https://link.zhihu.com/?target=https%3A//link.csdn.net/%3Ftarget%3Dhttps%253A%252F%252Fwww.sony.com.cn",
    ],
)
def test_a_redirect_that_names_its_target_leads_there(address: str) -> None:
    assert classify(address, ["sony.com.cn"]) == "own"
    assert registrable_domain(address) == "sony.com.cn"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.baidu.com/link?url=Ab3dE_f",
        "https://link.zhihu.com/?target=www",
        "https://service.weibo.com/share/share.php?url=https%3A%2F%2Fwww.sony.com.cn",
        "https://passport.example.com/login?url=https%3A%2F%2Fwww.sony.com.cn",
        "https://evil.cn/?u=https://sony.com.cn",
        "https://blog.example.com/how-to-link?page=2",
    ],
)
def test_a_page_that_only_carries_an_address_is_no_redirect(address: str) -> None:
    assert classify(address, ["sony.com.cn"]) == "other"
    assert registrable_domain(address) != "sony.com.cn"


@pytest.mark.case("l3")
@pytest.mark.parametrize(
    ("own", "address"),
    [
        ("mp.weixin.qq.com/s?__biz=ABC", "https://mp.weixin.qq.com/s?__biz=ABC&mid=1&chksm=2"),
        ("https://mp.weixin.qq.com/s?__biz=MzA5==", "http://mp.weixin.qq.com/s?mid=1&__biz=MzA5==&idx=1#rd"),
        ("https://shop.example.com/list?seller=7", "https://shop.example.com/list?page=2&seller=7&sort=price"),
    ],
)
def test_an_account_on_a_shared_host_covers_its_pages(own: str, address: str) -> None:
    assert classify(address, [own]) == "own"
    assert classify(address.replace("ABC", "XYZ").replace("MzA5", "MzB6").replace("=7", "=8"), [own]) == "other"


@pytest.mark.case("l4")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a?src=101", "/a?src=102"),
        ("/index.php?/news/1", "/index.php?/news/2"),
        ("/?20240101", "/?20240102"),
        ("/convert?from=usd", "/convert?from=eur"),
        ("/list?source=12", "/list?source=13"),
        ("/doc?ref=v1.2", "/doc?ref=v1.3"),
        ("/a?id=", "/a?no="),
    ],
)
def test_pages_that_differ_in_what_selects_them_are_two(one: str, other: str) -> None:
    assert group_key(f"https://example.com{one}") != group_key(f"https://example.com{other}")


@pytest.mark.case("l4")
@pytest.mark.parametrize(
    "parameter",
    ["chksm=ab", "scene=27", "wfr=spider", "wid=12", "xsec_token=A%3D", "xsec_source=pc", "spm_id_from=333.1"],
)
def test_what_only_tracks_makes_no_page(parameter: str) -> None:
    assert group_key(f"https://example.com/a?id=1&{parameter}") == "example.com/a?id=1"


@pytest.mark.parametrize("parameter", ["from=singlemessage", "source=chatgpt.com", "ref=newsletter", "src=qrcode"])
def test_a_channel_by_its_name_makes_no_page(parameter: str) -> None:
    assert group_key(f"https://example.com/a?id=1&{parameter}") == "example.com/a?id=1"
