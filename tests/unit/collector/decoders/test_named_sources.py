from answerlens_collector.decoders.named_sources import named
from answerlens_collector.decoders.reply import Source


def source(url: str) -> Source:
    return Source(url, "题", "站", None)


FOUND = [("a#0", source("https://a.cn")), ("", source("https://b.cn")), ("m#0", source("")), ("m#1", source(""))]


def test_sources_are_numbered_as_they_are_listed_and_named_by_their_keys() -> None:
    result = named(FOUND, ["m#0", "a#0", "m#0"])
    assert [(each.url, each.index) for each in result.sources] == [
        ("https://a.cn", 1),
        ("https://b.cn", 2),
        ("", 3),
        ("", 4),
    ]
    assert (result.cited, result.known) == ((3, 1), True)


def test_the_same_page_and_the_same_key_are_listed_once() -> None:
    result = named([*FOUND, ("c#9", source("https://a.cn")), ("m#1", source(""))], ["c#9"])
    assert (len(result.sources), result.cited) == (4, (1,))


def test_a_key_that_is_no_sources_leaves_the_rest() -> None:
    result = named(FOUND, ["a#0", "z#1"])
    assert (result.cited, result.known) == ((1,), False)
    assert named([], []).known
