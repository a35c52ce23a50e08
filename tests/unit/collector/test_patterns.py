import time

import pytest

from answerlens_collector.profile.patterns import checked, fits, is_found


def test_a_pattern_is_found_and_fits() -> None:
    assert is_found(r"/chat/completion(\?|$)", "https://a.cn/chat/completion?x=1")
    assert not is_found(r"/chat/completion(\?|$)", "https://a.cn/chat/completions")
    assert fits("出错了：.*", "出错了：网络\n断了")
    assert not fits("出错了：.*", "它说：出错了：网络")


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", r"(\w+\s?)*!", "(.*)*x", r"(?i)error: .*", "验证|频繁"])
def test_what_would_take_others_for_ever_takes_no_time(pattern: str) -> None:
    assert checked(pattern) == pattern
    begun = time.thread_time()
    is_found(pattern, "a" * 100_000 + "!b")
    assert time.thread_time() - begun < 0.5


@pytest.mark.parametrize("pattern", ["[ab]*a[ab]{900}", "(x|y)*x(x|y){500}(x|y)*y(x|y){300}"])
def test_a_pattern_that_takes_too_long_all_the_same_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"takes \d+ ms on 100 kB, more than 50"):
        checked(pattern)


@pytest.mark.parametrize("pattern", ["(", "a{2000}", r"(a)\1", "(?=a)b", "(?<!a)b", "[z-a]"])
def test_what_is_none_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="is no regular expression"):
        checked(pattern)
