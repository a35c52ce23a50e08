"""Qianwen's double: each event a snapshot of all messages so far. How sources travel is not known: they do not."""

from answerlens_sandbox.answer import Answer
from answerlens_sandbox.doubles.site import Double
from answerlens_sandbox.draw import unit
from answerlens_sandbox.streaming import frame

_SNAPSHOTS = 12
_OLDER_SHARE = 0.5


def _event(count: int, messages: list[dict[str, object]], **data: object) -> str:
    communication = {"reqid": "1", "resid": str(count), "sessionid": "1"}
    body = {"messages": messages, "status": "processing", **data}
    return frame({"communication": communication, "data": body, "success": True}, "message")


def _thoughts(answer: Answer) -> dict[str, object]:
    step = {"title": "思考", "body": answer.thinking, "status": "complete"}
    return {"mime_type": "bar/workflow", "meta_data": {"multi_load": [{"type": "bar_thinking", "content": step}]}}


def _message(text: str, *, older: bool) -> dict[str, object]:
    """The answer as it stands, in one of the two forms that were seen."""
    loads = [] if older else [{"type": "text", "content": text}]
    content = text if older else ""
    return {"mime_type": "multi_load/iframe", "content": content, "meta_data": {"multi_load": loads}}


def _answered(answer: Answer, *key: object) -> bytes:
    older = unit(*key, "older") < _OLDER_SHARE
    first = [_thoughts(answer)] if answer.thinking else []
    size = max(len(answer.text) // _SNAPSHOTS, 1)
    texts = [answer.text[:end] for end in range(size, len(answer.text), size)] + [answer.text]
    out = [_event(1, [{"mime_type": "signal/post", "content": "", "meta_data": {}}]), _event(2, first)]
    out += [_event(nth, [*first, _message(text, older=older)]) for nth, text in enumerate(texts, start=3)]
    if len(texts) > 1:
        # one that comes too late
        out.append(_event(3, [*first, _message(texts[0], older=older)]))
    out.append(_event(len(texts) + 3, [{"mime_type": "signal/post"}], status="complete", sse_end="1"))
    return "".join([*out, frame("true", "complete")]).encode()


def _refused(words: str) -> bytes:
    return frame({"success": False, "error_code": 1, "error_msg": words}, "message").encode()


SITE = Double("qianwen", "/api/v2/chat", _answered, _refused)
