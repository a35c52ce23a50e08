"""Streams of our own words, shaped as the sites' are."""

import json


def frame(data: object, event: str = "", end: str = "\n") -> bytes:
    """One event; `data` as JSON."""
    name = f"event: {event}{end}" if event else ""
    return f"{name}data: {json.dumps(data, ensure_ascii=False)}{end}{end}".encode()


def source(index: int | None, host: str) -> dict[str, object]:
    """A search result as DeepSeek writes it."""
    return {
        "url": f"https://{host}/a/{index}",
        "title": f"第{index}篇：蓝牙耳机怎么挑",
        "snippet": "一段摘要",
        "cite_index": index,
        "published_at": 1766500000.0,
        "site_name": host.split(".", maxsplit=1)[0],
        "site_icon": "",
        "query_indexes": [0],
    }


READY = frame({"request_message_id": 1, "response_message_id": 2}, "ready")
END = (
    frame({"p": "response/status", "o": "SET", "v": "FINISHED"})
    + frame({}, "finish")
    + frame({"content": "蓝牙耳机选购"}, "title")
    + frame({"click_behavior": "none", "auto_resume": False}, "close")
)

OLD_GENERATION = (
    READY
    + frame({"v": {"response": {"message_id": 2, "role": "ASSISTANT", "content": "", "status": "WIP"}}})
    + frame({"p": "response/search_status", "v": "SEARCHING"})
    + frame({"p": "response/search_results", "v": [source(1, "pinglun.cn"), source(None, "shuma.cn")]})
    + frame({"p": "response/search_results", "o": "BATCH", "v": [{"p": "1/cite_index", "v": 2}]})
    + frame({"p": "response/search_status", "v": "FINISHED"})
    + frame({"p": "response/thinking_content", "o": "APPEND", "v": "用户想买"})
    + frame({"v": "耳机"})
    + frame({"p": "response/content", "o": "APPEND", "v": "可以看看索尼"})
    + frame({"v": " [cita"})
    + frame({"v": "tion:2]。"})
    + frame({"v": "也可以看漫步者[citation:2]。"})
    + frame({"p": "response", "o": "BATCH", "v": [{"p": "accumulated_token_usage", "v": 88}]})
    + END
)

NEW_GENERATION = (
    READY
    + frame({"updated_at": 1.5}, "update_session")
    + frame(
        {
            "v": {
                "response": {
                    "message_id": 2,
                    "status": "WIP",
                    "fragments": [{"id": 1, "type": "THINK", "content": "先"}],
                }
            }
        }
    )
    + frame({"p": "response/fragments/-1/content", "o": "APPEND", "v": "想一想"})
    + frame(
        {
            "p": "response/fragments",
            "o": "APPEND",
            "v": [{"id": 2, "type": "SEARCH", "queries": [{"query": "蓝牙耳机 推荐"}]}],
        }
    )
    + frame({"p": "response/fragments/-1/results", "o": "SET", "v": [source(1, "pinglun.cn"), source(2, "shuma.cn")]})
    + frame(
        {
            "p": "response",
            "o": "BATCH",
            "v": [
                {"p": "fragments", "o": "APPEND", "v": [{"id": 3, "type": "RESPONSE", "content": "可"}]},
                {"p": "accumulated_token_usage", "v": 12},
            ],
        }
    )
    + frame({"p": "response/fragments/-1/content", "o": "APPEND", "v": "以看看索尼 [citation:2]"})
    + frame({"v": "。也可以看漫步者[citation:2]。"})
    + frame({"p": "response", "o": "BATCH", "v": [{"p": "quasi_status", "v": "FINISHED"}]})
    + END
)

TOOL_SEARCH = (
    READY
    + frame({"v": {"response": {"status": "WIP", "fragments": [{"id": 1, "type": "THINK", "content": "先搜"}]}}})
    + frame(
        {
            "p": "response/fragments",
            "o": "APPEND",
            "v": [{"id": 2, "type": "TOOL_SEARCH", "status": "WIP", "content": None, "queries": [], "results": []}],
        }
    )
    + frame({"p": "response/fragments/-1/queries", "o": "SET", "v": [{"query": "降噪耳机 新款"}]})
    + frame(
        {
            "p": "response/fragments/-1/results",
            "o": "SET",
            "v": [source(None, "pinglun.cn"), source(None, "shuma.cn"), source(None, "erji.cn")],
        }
    )
    + frame(
        {
            "p": "response/fragments",
            "o": "APPEND",
            "v": [
                {"id": 3, "type": "TOOL_OPEN", "result": source(None, "shuma.cn")},
                {"id": 4, "type": "TOOL_OPEN", "result": source(None, "xinpin.cn")},
            ],
        }
    )
    + frame(
        {
            "p": "response/fragments",
            "o": "APPEND",
            "v": [
                {
                    "id": 5,
                    "type": "RESPONSE",
                    "content": "推荐",
                    "references": [{"id": 3, "type": "TOOL_OPEN"}, {"id": 4, "type": "TOOL_OPEN"}],
                }
            ],
        }
    )
    + frame({"p": "response/fragments/-1/content", "o": "APPEND", "v": "索尼的新款 [refer"})
    + frame({"v": "ence:0]。"})
    + frame({"p": "response", "o": "BATCH", "v": [{"p": "quasi_status", "v": "FINISHED"}]})
    + END
)

NO_SEARCH = (
    READY
    # with thinking off, the snapshot holds the first characters of the answer
    + frame({"v": {"response": {"status": "WIP", "fragments": [{"id": 1, "type": "RESPONSE", "content": "蓝"}]}}})
    + frame({"p": "response/fragments/-1/content", "o": "APPEND", "v": "牙是一种"})
    + frame({"v": "无线技术。"})
    + END
)


def block(kind: int, content: dict[str, object], name: str = "b1", parent: str = "") -> dict[str, object]:
    """A content block as Doubao writes it."""
    return {
        "block_type": kind,
        "block_id": name,
        "parent_id": parent,
        "patch_type": 1,
        "content": content,
        "is_finish": False,
    }


def words(text: str, name: str = "b1", parent: str = "") -> dict[str, object]:
    """A block of text."""
    return block(10000, {"text_block": {"text": text}}, name, parent)


def chunk(*blocks: dict[str, object], spoken: str = "") -> bytes:
    """A STREAM_CHUNK with content blocks, and with the spoken copy of the text."""
    patches: list[dict[str, object]] = [
        {"patch_object": 1, "patch_type": 1, "patch_value": {"content_block": list(blocks)}}
    ]
    if spoken:
        patches.append({"patch_object": 111, "patch_type": 1, "patch_value": {"tts_content": spoken}})
    return frame({"message_id": "m1", "patch_op": patches}, "STREAM_CHUNK")


def card(index: int, host: str) -> dict[str, object]:
    """A search result as Doubao writes it."""
    return {
        "text_card": {
            "id": str(index),
            "title": f"第{index}篇：蓝牙耳机怎么挑",
            "summary": "一段摘要",
            "sitename": host.split(".", maxsplit=1)[0],
            "url": f"https://{host}/a/{index}",
            "publish_time_second": "2026-10-01T08:00:00+08:00",
            "index": index,
        }
    }


SEARCH: dict[str, object] = {
    "search_query_result_block": {
        "summary": "搜索 2 个关键词，参考 3 篇资料",
        "queries": ["蓝牙耳机 推荐", "蓝牙耳机 口碑"],
        "results": [
            card(1, "pinglun.cn"),
            card(2, "shuma.cn"),
            {"video_card": {"video_url": "https://shipin.cn/3", "title": "评测视频", "platform": "视频站", "index": 3}},
        ],
    }
}
BEGIN = frame({}, "SSE_HEARTBEAT") + frame({"ack_client_meta": {"conversation_id": "71"}}, "SSE_ACK")
FINISH = (
    frame({"end_type": 1, "msg_finish_attr": {"brief": "可以看看索尼，也"}}, "SSE_REPLY_END")
    + frame({"end_type": 2, "answer_finish_attr": {"has_suggest": True}}, "SSE_REPLY_END")
    + frame(
        {"message_id": "m2", "patch_op": [{"patch_object": 50, "patch_value": {"ext": {"sp_v2": "还想问"}}}]},
        "STREAM_CHUNK",
    )
    + frame({"end_type": 3}, "SSE_REPLY_END")
)

NAMED_EVENTS = (
    BEGIN
    + frame({"message": {"content_block": [words("蓝牙耳机哪个好")]}}, "FULL_MSG_NOTIFY")
    + chunk(block(10040, {"thinking_block": {"finish_title": "已完成思考"}}, "t1"))
    + chunk(words("用户想买", "t2", "t1"))
    + chunk(words("耳机", "t2", "t1"))
    + chunk(block(10101, {"loading_block": {"text": "正在搜索"}}, "l1"))
    + frame({"meta": {"message_id": "m1"}, "content": {"content_block": [words("可以")]}}, "STREAM_MSG_NOTIFY")
    + chunk(words("看看索尼"), spoken="看看索尼")
    + frame({"text": "，也可以"}, "CHUNK_DELTA")
    + frame({"text": "看漫步者。"}, "CHUNK_DELTA")
    + chunk(block(10025, SEARCH, "s1"))
    + FINISH
)
