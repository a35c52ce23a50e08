"""The second chat site's stream: named events carrying patches of content blocks."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from answerlens_sandbox.answer import Answer
from answerlens_sandbox.draw import digits, hexadecimal, pick, unit
from answerlens_sandbox.sources import Source
from answerlens_sandbox.streaming import frame, pieces

_TEXT = 10000
_THINKING = 10040
_LOADING = 10101
_RESULTS = 10025
_BLOCKS = 1
_STATUS = 3
_EXT = 50
_TTS = 111
_LATE_SHARE = 0.4
_DELTA_SHARE = 0.5
_VIDEO_SHARE = 0.12


@dataclass
class _Script:
    """The events of one reply, numbered as they are added."""

    message: str
    key: tuple[object, ...]
    out: list[str] = field(default_factory=list)

    def add(self, event: str, data: object) -> None:
        self.out.append(frame(data, event, len(self.out)))

    def patch(self, kind: int, value: object) -> None:
        patch = {"patch_object": kind, "patch_type": 1, "patch_value": value}
        self.add("STREAM_CHUNK", {"message_id": self.message, "patch_op": [patch]})

    def block(self, kind: int, name: str, content: dict[str, Any], parent: str = "", **more: object) -> None:
        self.patch(_BLOCKS, {"content_block": [self._block(kind, name, content, parent, **more)]})

    def _block(self, kind: int, name: str, content: dict[str, Any], parent: str, **more: object) -> dict[str, Any]:
        known = {"block_type": kind, "block_id": hexadecimal(16, *self.key, name), "content": content}
        return {**known, "parent_id": hexadecimal(16, *self.key, parent) if parent else "", **more}

    def opening(self, token: str, parent: str, name: str) -> None:
        """The message begins; its first token comes with it."""
        block = self._block(_TEXT, name, {"text_block": {"text": token}}, parent)
        meta = {"message_id": self.message, "user_type": 2, "content_type": 9999}
        self.add("STREAM_MSG_NOTIFY", {"meta": meta, "content": {"content_block": [block]}})


def events(answer: Answer, question: str, conversation: str, *key: object, thinking: bool) -> str:
    """Return the whole stream of one reply as text."""
    script = _Script(digits(17, *key, "message"), key)
    _acknowledge(script, question, conversation)
    thought = answer.thinking if thinking else ""
    late = unit(*key, "late") < _LATE_SHARE
    opened = False
    if thought:
        script.block(_THINKING, "thinking", {"thinking_block": {"title": "正在思考"}})
        first, *rest = pieces(thought, *key, "thought")
        script.opening(first, "thinking", "thought")
        opened = True
        for token in rest:
            script.block(_TEXT, "thought", {"text_block": {"text": token}}, "thinking")
    if answer.sources and not late:
        _search(script, answer)
    _text(script, answer, opened=opened)
    if answer.sources and late:
        _search(script, answer)
    script.patch(_STATUS, {"status": 1})
    script.patch(_EXT, {"ext": {"is_finish": "1", "has_suggest": "1"}})
    _finish(script, answer)
    return "".join(script.out)


def failure(code: int, message: str, decision: dict[str, Any] | None = None) -> str:
    """Return the stream of a request that is refused; a decision asks for a verification."""
    error: dict[str, Any] = {"error_code": code, "error_msg": message, "extra": {}}
    if decision:
        error["extra"] = {"decision": json.dumps(decision, ensure_ascii=False)}
    return frame({}, "SSE_HEARTBEAT", 0) + frame(error, "STREAM_ERROR", 1)


def _acknowledge(script: _Script, question: str, conversation: str) -> None:
    asked = digits(17, *script.key, "asked")
    script.add("SSE_HEARTBEAT", {})
    script.add(
        "SSE_ACK",
        {
            "ack_client_meta": {"conversation_id": conversation, "conversation_type": 3},
            "query_list": [{"question_id": asked}],
            "timeout_conf": {"answer_first_pending_time": 180000},
        },
    )
    block = {"block_type": _TEXT, "block_id": asked, "content": {"text_block": {"text": question}}}
    echo = {"message_id": asked, "user_type": 1, "content_block": [block]}
    script.add("FULL_MSG_NOTIFY", {"message": echo})


def _text(script: _Script, answer: Answer, *, opened: bool) -> None:
    """The answer itself; the reference indexes follow the passage they stand behind."""
    by_delta = unit(*script.key, "delta") < _DELTA_SHARE
    for nth, passage in enumerate(answer.passages):
        text = ("\n" if nth else "") + passage.text
        for token in pieces(text, *script.key, "text", nth):
            content = {"text_block": {"text": token}}
            if not opened:
                script.opening(token, "", "answer")
                opened = True
            elif by_delta and unit(*script.key, "how", nth, len(script.out)) < 0.9:  # noqa: PLR2004 - most, not all
                script.add("CHUNK_DELTA", {"text": token})
            else:
                script.block(_TEXT, "answer", content)
        if passage.cites:
            marks = {"reference_index": json.dumps(passage.cites)}
            script.block(_TEXT, "answer", {"text_block": {"text": ""}}, ext=marks)
        if text.strip():
            script.patch(_TTS, {"tts_content": text})
        if unit(*script.key, "beat", nth) < 0.1:  # noqa: PLR2004 - now and then
            script.add("SSE_HEARTBEAT", {})


def _search(script: _Script, answer: Answer) -> None:
    count = len(answer.sources)
    script.block(_LOADING, "loading", {"loading_block": {"text": "正在搜索"}})
    script.block(_LOADING, "loading", {"loading_block": {"text": f"找到 {count} 篇资料"}})
    results = [_card(source, *script.key, source.index) for source in answer.sources]
    block = {
        "summary": f"搜索 {len(answer.queries)} 个关键词，参考 {count} 篇资料",
        "queries": list(answer.queries),
        "results": results,
        "search_type": 1,
    }
    script.block(_RESULTS, "results", {"search_query_result_block": block}, is_finish=True)


def _card(source: Source, *key: object) -> dict[str, Any]:
    if not source.brand and not source.cited and unit(*key, "video") < _VIDEO_SHARE:
        address = f"https://www.iesdouyin.com/share/video/{digits(19, *key, 'video')}"
        return {"video_card": {"url": address, "title": source.title, "platform": "抖音", "index": source.index}}
    card = {
        "id": digits(19, *key, "card"),
        "title": source.title,
        "summary": source.snippet,
        "sitename": source.site,
        "url": source.url,
        "doc_id": digits(19, *key, "doc"),
        "logo_url": f"https://p3-search.sandbox.example/logo/{hexadecimal(8, *key)}.png",
        "original_doc_rank": source.index - 1,
        "index": source.index,
    }
    if source.published:
        card["publish_time_second"] = datetime.fromtimestamp(source.published, UTC).isoformat()
    return {"text_card": card}


def _finish(script: _Script, answer: Answer) -> None:
    brief = answer.text[:60] + pick(("", "..."), *script.key, "brief")
    script.add("SSE_REPLY_END", {"end_type": 1, "message_id": script.message, "msg_finish_attr": {"brief": brief}})
    script.add("SSE_REPLY_END", {"end_type": 2, "answer_finish_attr": {"has_suggest": bool(answer.suggestions)}})
    for suggestion in answer.suggestions:
        script.patch(_EXT, {"ext": {"sp_v2": json.dumps({"content": suggestion}, ensure_ascii=False)}})
    script.add("SSE_REPLY_END", {"end_type": 3})
