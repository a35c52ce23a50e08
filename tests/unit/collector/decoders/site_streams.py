"""Streams of our own words, shaped as those of six more sites are."""

import json
from collections.abc import Mapping

from tests.unit.collector.decoders.streams import frame

Json = dict[str, object]


def connect(data: Mapping[str, object], flags: int = 0) -> bytes:
    """One frame of Kimi's."""
    body = json.dumps(data, ensure_ascii=False).encode()
    return bytes([flags]) + len(body).to_bytes(4, "big") + body


def block(op: str, mask: str, name: str, **content: object) -> bytes:
    """A frame that sets or appends a part of a block."""
    return connect({"op": op, "mask": mask, "eventOffset": 1, "block": {"id": name, **content}})


def kimi_result(number: int, host: str) -> Json:
    """A search result as Kimi writes it."""
    base = {"title": f"第{number}篇", "url": f"https://{host}/a/{number}", "siteName": host, "snippet": "摘要"}
    return {"searchResult": {"id": str(number), "base": base, "refIndex": f"web_search:1#{number}"}}


KIMI_BEGIN = (
    connect({"op": "set", "mask": "chat", "eventOffset": 0, "chat": {"id": "c1", "name": "未命名"}})
    + connect(
        {"op": "set", "mask": "message", "message": {"id": "m1", "role": "user", "status": "MESSAGE_STATUS_COMPLETED"}}
    )
    + connect({"heartbeat": {}})
    + connect(
        {
            "op": "set",
            "mask": "message",
            "message": {"id": "m2", "role": "assistant", "status": "MESSAGE_STATUS_GENERATING"},
        }
    )
)
KIMI_ANSWER = (
    block("set", "block.think", "1", think={"content": "用户想买"})
    + block("append", "block.think.content", "1", think={"content": "耳机"})
    + block(
        "set",
        "block.tool",
        "2",
        tool={"toolCallId": "web_search:1", "name": "web_search", "args": '{"queries": ["蓝牙'},
    )
    + block("append", "block.tool.args", "2", tool={"args": '耳机 推荐"]}'})
    + block(
        "set",
        "block.tool.contents,block.tool.status",
        "2",
        tool={"contents": [kimi_result(0, "pinglun.cn"), kimi_result(1, "shuma.cn")]},
    )
    + block("set", "block.text", "3", text={"content": "可以看看"})
    + block("append", "block.text.content", "3", text={"content": "索尼\ue3a0ci"})
    + block("append", "block.text.content", "3", text={"content": "te\ue3a3web_search:1#1\ue3a8。"})
    + connect(
        {
            "op": "set",
            "mask": "message.refs.searchChunks",
            "message": {"refs": {"searchChunks": [kimi_result(0, "pinglun.cn")]}},
        }
    )
)
KIMI_END = (
    connect({"op": "set", "mask": "message.status", "message": {"id": "m2", "status": "MESSAGE_STATUS_COMPLETED"}})
    + connect({"eventOffset": 9, "done": {}})
    + connect({}, flags=2)
)
KIMI = KIMI_BEGIN + KIMI_ANSWER + KIMI_END


def qianwen(resid: int, *messages: Mapping[str, object], **data: object) -> bytes:
    """A snapshot of Qianwen's."""
    body = {"messages": list(messages), "status": "processing", **data}
    communication = {"reqid": "r1", "resid": str(resid), "sessionid": "s1"}
    return frame({"communication": communication, "data": body, "success": True}, "message")


def qianwen_answer(text: str) -> Json:
    """The answer as it stands."""
    load = {"type": "text", "content": text}
    return {
        "mime_type": "multi_load/iframe",
        "content": "",
        "status": "processing",
        "meta_data": {"multi_load": [load]},
    }


QIANWEN_THOUGHTS: Json = {
    "mime_type": "bar/workflow",
    "meta_data": {
        "multi_load": [
            {"type": "bar_thinking", "content": {"title": "思考", "body": "用户想买耳机", "status": "complete"}}
        ]
    },
}
QIANWEN_BEGIN = qianwen(1, {"mime_type": "signal/post", "content": "", "meta_data": {}}) + qianwen(2, QIANWEN_THOUGHTS)
QIANWEN_COMPLETE = b"event:complete\ndata:true\n\n"
QIANWEN_END = qianwen(6, {"mime_type": "signal/post"}, status="complete", sse_end="1") + QIANWEN_COMPLETE
QIANWEN = (
    QIANWEN_BEGIN
    + qianwen(3, QIANWEN_THOUGHTS, qianwen_answer("可以"))
    + qianwen(5, QIANWEN_THOUGHTS, qianwen_answer("可以看看索尼。"))
    + qianwen(4, QIANWEN_THOUGHTS, qianwen_answer("可以看"))
    + QIANWEN_END
)


def qwen(phase: str | None, content: str, status: str = "typing", **more: object) -> bytes:
    """A delta of Qwen Chat's."""
    delta = {"role": "assistant", "content": content, "phase": phase, "status": status, **more}
    return frame({"choices": [{"delta": delta}]})


def qwen_result(number: int, host: str) -> Json:
    """A search result as Qwen Chat writes it."""
    return {
        "url": f"https://{host}/a/{number}",
        "title": f"第{number}篇",
        "snippet": "摘要",
        "hostname": host,
        "date": "",
    }


QWEN_BEGIN = (
    frame({"response.created": {"chat_id": "c1", "response_id": "r1"}})
    + qwen("think", "用户想买")
    + qwen("think", "耳机", "finished")
)
QWEN = (
    QWEN_BEGIN
    + qwen("web_search", "", extra={"web_search_info": [qwen_result(1, "pinglun.cn")]})
    + qwen(
        "web_search",
        "",
        "finished",
        extra={"web_search_info": [qwen_result(1, "pinglun.cn"), qwen_result(2, "shuma.cn")]},
    )
    + qwen("answer", "可以看看")
    + qwen(None, "不算")
    + qwen("answer", "索尼。")
    + qwen("answer", "", "finished")
    + b"data: [DONE]\n\n"
)


def document(index: int, host: str, url: str | None = None) -> Json:
    """A source as Yuanbao writes it."""
    address = f"https://{host}/a/{index}" if url is None else url
    return {
        "index": index,
        "docId": str(index),
        "title": f"第{index}篇",
        "url": address,
        "sourceType": "webpage" if address else "plugin",
        "quote": "摘要",
        "web_site_name": host,
        "publish_time": "2026-10-01",
    }


YUANBAO_BEGIN = (
    b"event: speech_type\ndata: status\n\n"
    + frame({"type": "step", "msg": "正在搜索", "scene": "search"})
    + b"event: speech_type\ndata: search_with_text\n\n"
    + frame({"type": "think", "title": "思考中", "content": "用户想买"})
    + frame({"type": "think", "content": "耳机"})
    + b"event: speech_type\ndata: text\n\n"
)
YUANBAO_TEXT = frame({"type": "text", "msg": "可以看看索尼[cita"}) + frame({"type": "text", "msg": "tion:2]。"})
YUANBAO_SOURCES = frame(
    {
        "type": "searchGuid",
        "title": "引用 3 篇资料作为参考",
        "sourceType": "web",
        "docs": [document(1, "pinglun.cn"), document(2, "shuma.cn"), document(3, "地图", "")],
        "citations": [],
    }
)
YUANBAO_END = b"data: [DONE]\n\n"
YUANBAO = YUANBAO_BEGIN + YUANBAO_TEXT + YUANBAO_SOURCES + YUANBAO_END


def delta(value: object, path: str | None = None, operation: str | None = None) -> bytes:
    """A patch of ChatGPT's."""
    patch = {"p": path, "o": operation, "v": value}
    return frame({key: each for key, each in patch.items() if each is not None}, "delta")


def message(number: int, role: str, recipient: str, kind: str, words: str = "") -> bytes:
    """The snapshot that a message begins with."""
    content: Json = {"content_type": kind, "parts": [words]}
    made = {
        "id": f"m{number}",
        "author": {"role": role},
        "recipient": recipient,
        "content": content,
        "status": "in_progress",
        "metadata": {},
    }
    return delta({"message": made, "conversation_id": "c1"}, "", "add")


def chatgpt_mark(*keys: str) -> str:
    """An inline mark."""
    return "\ue200cite" + "".join(f"\ue202{key}" for key in keys) + "\ue201"


def page(host: str, **more: object) -> Json:
    """A page that ChatGPT found."""
    return {"url": f"https://{host}/a?utm_source=chatgpt.com", "title": f"{host}的文章", "snippet": "摘要", **more}


def found(host: str, index: int) -> Json:
    """A group of search results with one entry."""
    ref = {"turn_index": 0, "ref_type": "search", "ref_index": index}
    return {"type": "search_result_group", "domain": host, "entries": [page(host, ref_id=ref)]}


CHATGPT_BEGIN = (
    frame("v1", "delta_encoding")
    + message(1, "system", "all", "text", "系统的话")
    + message(2, "assistant", "web.run", "code", "搜索蓝牙耳机")
    + message(3, "tool", "all", "text", "工具的话")
    + message(4, "assistant", "all", "text")
)
CHATGPT_TEXT = (
    delta("可以看看", "/message/content/parts/0", "append")
    + delta("索尼" + chatgpt_mark("turn0search1")[:4])
    + delta(chatgpt_mark("turn0search1")[4:] + "。")
)
CHATGPT_END = (
    delta([{"p": "/message/status", "o": "replace", "v": "finished_successfully"}], "", "patch")
    + frame({"type": "message_stream_complete", "conversation_id": "c1"})
    + b"data: [DONE]\n\n"
)
CHATGPT = (
    CHATGPT_BEGIN
    + CHATGPT_TEXT
    + delta([found("pinglun.cn", 0), found("shuma.cn", 1)], "/message/metadata/search_result_groups", "replace")
    + CHATGPT_END
)


def wenxin(component: str, state: str = "generating-resp", **data: object) -> bytes:
    """A piece of Wenxin's."""
    meta = {"state": state, "endTurn": state == "generate-complete"}
    content = {"generator": {"component": component, "data": data, "antiFlag": 0, "isSafe": 1}}
    return frame({"status": 0, "data": {"message": {"metaData": meta, "content": content}}}, "message")


def wenxin_page(number: int, host: str) -> Json:
    """A source as Wenxin writes it."""
    return {"url": f"https://{host}/a/{number}", "title": f"第{number}篇", "abstract": "摘要", "source": host}


WENXIN_BEGIN = (
    frame({"status": 0, "isUserLogin": 0, "lid": "1", "kunlun": 0}, "basedata")
    + frame({}, "ping")
    + wenxin("input", "waiting-resp")
    + wenxin("thinkingSteps", reasoningContentArr=["用户想买", "耳机"])
    + wenxin("thinkingSteps", referenceList=[wenxin_page(1, "pinglun.cn"), wenxin_page(2, "shuma.cn")])
)
WENXIN_ANSWER = wenxin("markdown-yiyan", value="可以看看") + wenxin("markdown-yiyan", value="索尼。")
WENXIN = (
    WENXIN_BEGIN
    + WENXIN_ANSWER
    + wenxin("questionClosely", items=["还想问"])
    + wenxin("markdown-yiyan", "generate-complete", value="")
)
