import pytest

from answerlens_collector.decoders.complaints import failure_said, words_of


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("操作过于频繁，请完成验证后再试", "captcha"),
        ("Just a moment...", "captcha"),
        ("你发送消息的频率过快，请稍后再发", "rate_limited"),
        ("Too many requests", "rate_limited"),
        ("You've reached our limit of messages per hour. Please try again later.", "rate_limited"),
        ("今日提问次数已达上限", "rate_limited"),
        ("unauthenticated", "login_required"),
        ("登录状态已失效，请重新登录", "login_required"),
        ("content_filter", "refused"),
        ("Server is temporarily unavailable.", "unavailable"),
        ("我们的服务器繁忙，请稍后再试", "unavailable"),
        ("服务器繁忙，暂时无法回答，请稍后再试", "unavailable"),
        ("这个问题我暂时无法回答", "refused"),
        ("error assigning a worker", "failed"),
        ("boom", "failed"),
        ("", "failed"),
    ],
)
def test_words_say_which_failure_it_is(words: str, failure: str) -> None:
    assert failure_said(words) == failure


def test_all_that_an_object_says_is_read_in_order() -> None:
    assert words_of({"a": {"code": 7, "ok": True}, "b": ["x", None, {"c": "y"}], "d": "z"}) == "7 x y z"
    assert words_of({}) == ""
    assert len(words_of({"a": "很" * 10_000})) == 500
