import json

import pytest

from answerlens_collector.decoders.doubao import DoubaoDecoder
from answerlens_collector.decoders.reply import Reply
from tests.unit.collector.decoders.streams import BEGIN, FINISH, NAMED_EVENTS, SEARCH, block, chunk, frame, words


def decode(stream: bytes) -> Reply:
    decoder = DoubaoDecoder()
    decoder.feed(stream)
    return decoder.reply()


def test_text_reasoning_and_sources_are_told_apart() -> None:
    reply = decode(NAMED_EVENTS)
    assert reply.text == "可以看看索尼，也可以看漫步者。"
    assert reply.reasoning == "用户想买耳机"
    assert [(source.index, source.url, source.site) for source in reply.sources] == [
        (1, "https://pinglun.cn/a/1", "pinglun"),
        (2, "https://shuma.cn/a/2", "shuma"),
        (3, "https://shipin.cn/3", "视频站"),
    ]
    assert reply.cited == ()
    assert reply.queries == ("蓝牙耳机 推荐", "蓝牙耳机 口碑")
    assert reply.search_ran is True
    assert (reply.finished, reply.finish_reason, reply.failure) == (True, "end_type 1", None)


def test_text_deep_inside_a_thinking_container_is_reasoning() -> None:
    inner = block(10024, {}, "t2", "t1")
    stream = chunk(words("深", "t3", "t2")) + chunk(inner) + chunk(block(10040, {}, "t1")) + chunk(words("答"))
    assert (decode(stream).text, decode(stream).reasoning) == ("答", "深")


def test_blocks_that_hold_one_another_do_not_hang() -> None:
    assert decode(chunk(words("一", "x", "y"), words("二", "y", "x"))).text == "一二"


def test_parts_that_are_serialised_twice_are_opened() -> None:
    content = json.dumps({"content_block": [words("你好")]}, ensure_ascii=False)
    assert decode(frame({"content": content}, "STREAM_MSG_NOTIFY")).text == "你好"


def test_an_answer_without_search_says_so_when_it_is_finished() -> None:
    stream = BEGIN + chunk(words("蓝牙是一种无线技术。"))
    assert decode(stream).search_ran is None
    assert (decode(stream + FINISH).search_ran, decode(stream + FINISH).sources) == (False, ())


def test_a_search_block_that_comes_again_emptied_keeps_its_sources() -> None:
    again = block(10025, {"search_query_result_block": {"summary": "参考 3 篇资料", "results": []}}, "s1")
    assert len(decode(chunk(block(10025, SEARCH, "s1")) + chunk(again)).sources) == 3


def test_a_stream_that_dies_is_unfinished() -> None:
    reply = decode(NAMED_EVENTS[: NAMED_EVENTS.index(b"event: SSE_REPLY_END")])
    assert reply.text == "可以看看索尼，也可以看漫步者。"
    assert (reply.finished, reply.finish_reason) == (False, None)


DECISION = {"from": "shark_admin", "type": "verify", "verify_scene": "doubao_message_web"}


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (
            {"error_code": 710022004, "error_msg": "rate limited", "extra": {"decision": json.dumps(DECISION)}},
            "captcha",
        ),
        ({"error_code": 710022004, "error_msg": "rate limited", "extra": {"decision": DECISION}}, "captcha"),
        ({"error_code": 710022004, "error_msg": "rate limited"}, "rate_limited"),
        ({"error_code": 500, "error_msg": "internal"}, "failed"),
        ({"error_code": 710012001, "error_msg": "x"}, "login_required"),
        ({"error_code": 1, "error_msg": "请登录后继续使用"}, "login_required"),
        ({"error_code": 1, "error_msg": "当前服务繁忙，请稍后重试"}, "unavailable"),
        pytest.param({"error_code": 710022002, "error_msg": "x"}, "rate_limited", marks=pytest.mark.case("s7")),
        pytest.param({"error_code": "710022002"}, "rate_limited", marks=pytest.mark.case("s7")),
        pytest.param({"code": 710022002, "message": "x"}, "rate_limited", marks=pytest.mark.case("s7")),
        pytest.param(
            {"error_code": 710022002, "extra": {"decision": json.dumps(DECISION)}},
            "captcha",
            marks=pytest.mark.case("s7", not_before="it was right already"),
        ),
    ],
)
def test_errors_in_the_stream(error: dict[str, object], failure: str) -> None:
    reply = decode(BEGIN + frame(error, "STREAM_ERROR"))
    assert (reply.failure, reply.finished) == (failure, False)


def test_an_answer_that_is_moderated_loses_its_words() -> None:
    error = {"error_code": 710020001, "error_msg": "内容涉及敏感信息"}
    reply = decode(BEGIN + chunk(words("可以看看")) + frame(error, "STREAM_ERROR"))
    assert (reply.failure, reply.text, reply.is_whole) == ("refused", "", True)


def test_an_object_in_place_of_a_stream_is_an_error() -> None:
    assert decode('{"code": 710012001, "msg": "未登录"}'.encode()).failure == "login_required"


@pytest.mark.case("s3")
def test_a_delta_goes_on_where_the_text_stood_last() -> None:
    delta = frame({"text": "森海的就算了"}, "CHUNK_DELTA")
    thoughts = chunk(block(10040, {"thinking_block": {}}, "t1")) + chunk(words("想要降噪，", "t2", "t1")) + delta
    answer = chunk(words("看看索尼", "a1")) + frame({"text": "的新款。"}, "CHUNK_DELTA")
    reply = decode(BEGIN + thoughts + answer + FINISH)
    assert (reply.text, reply.reasoning) == ("看看索尼的新款。", "想要降噪，森海的就算了")
    # also where the container is told of after its text, and where it holds others
    late = chunk(words("想要降噪，", "t3", "t2")) + delta + chunk(block(10024, {}, "t2", "t1"), block(10040, {}, "t1"))
    assert decode(BEGIN + late + answer + FINISH).text == "看看索尼的新款。"


@pytest.mark.parametrize("closing", ["t1", "t2"])
def test_a_delta_after_thoughts_that_have_ended_is_the_answer(closing: str) -> None:
    done = block(10040, {}, "t1") if closing == "t1" else words("", "t2", "t1")
    thoughts = chunk(block(10040, {}, "t1")) + chunk(words("想", "t2", "t1")) + chunk({**done, "is_finish": True})
    reply = decode(BEGIN + thoughts + frame({"text": "看看索尼。"}, "CHUNK_DELTA") + FINISH)
    assert (reply.text, reply.reasoning) == ("看看索尼。", "想")


@pytest.mark.parametrize(
    "junk",
    [
        b"event: STREAM_CHUNK\ndata: soon\n\n",
        b"event: STREAM_CHUNK\ndata: [[]]\n\n",
        frame({"patch_op": [1, {"patch_object": 1, "patch_value": 5}, {"patch_object": 3}]}, "STREAM_CHUNK"),
        frame({"patch_op": "{"}, "STREAM_CHUNK"),
        chunk(block(10052, {"attachment_block": {}}, "z")),
        frame({"text": None}, "CHUNK_DELTA"),
        frame({"end_type": 9}, "SSE_REPLY_END"),
        frame({"text": "不算"}, "AN_EVENT_OF_TOMORROW"),
        frame({"text": "不算"}),
    ],
)
def test_malformed_and_unknown_frames_change_nothing(junk: bytes) -> None:
    assert decode(BEGIN + junk + NAMED_EVENTS + junk) == decode(NAMED_EVENTS)


def test_a_frame_that_is_cut_off_is_counted() -> None:
    reply = decode(NAMED_EVENTS + b'event: CHUNK_DELTA\ndata: {"text":"lost\n\n')
    assert (reply.text, reply.finished, reply.broken_frames) == (decode(NAMED_EVENTS).text, True, 1)
    assert not reply.is_whole
