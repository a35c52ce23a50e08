"""Kimi's double: Connect frames."""

import json

from answerlens_sandbox.answer import Answer
from answerlens_sandbox.doubles.site import Double, marked
from answerlens_sandbox.sources import Source
from answerlens_sandbox.streaming import pieces

_LAST = 2


def _frame(data: dict[str, object], flags: int = 0) -> bytes:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return bytes([flags]) + len(body).to_bytes(4, "big") + body


def _block(op: str, mask: str, name: str, **part: object) -> bytes:
    return _frame({"op": op, "mask": mask, "block": {"id": name, "parentId": "", **part}})


def _mark(cites: tuple[int, ...]) -> str:
    return "\ue3a0cite" + "".join(f"\ue3a3web_search:1#{index - 1}" for index in cites) + "\ue3a8"


def _result(source: Source) -> dict[str, object]:
    base = {"title": source.title, "url": source.url, "siteName": source.site, "iconUrl": "", "snippet": source.snippet}
    return {"searchResult": {"id": str(source.index), "base": base, "refIndex": f"web_search:1#{source.index - 1}"}}


def _searched(answer: Answer) -> list[bytes]:
    arguments = json.dumps({"queries": list(answer.queries)}, ensure_ascii=False)
    half = len(arguments) // 2
    tool = {"toolCallId": "web_search:1", "name": "web_search", "args": arguments[:half], "status": "STATUS_PENDING"}
    found = {"contents": [_result(source) for source in answer.sources], "status": "STATUS_DONE"}
    return [
        _block("set", "block.tool", "1", tool=tool),
        _block("append", "block.tool.args", "1", tool={"args": arguments[half:]}),
        _block("set", "block.tool.contents,block.tool.status", "1", tool=found),
    ]


def _answered(answer: Answer, *key: object) -> bytes:
    user = {"id": "m1", "role": "user", "status": "MESSAGE_STATUS_COMPLETED"}
    reply = {"id": "m2", "parentId": "m1", "role": "assistant", "status": "MESSAGE_STATUS_GENERATING"}
    out = [_frame({"op": "set", "mask": "message", "message": each}) for each in (user, reply)]
    if answer.sources:
        out += _searched(answer)
    for nth, token in enumerate(pieces(marked(answer, _mark), *key)):
        op, mask = ("append", "block.text.content") if nth else ("set", "block.text")
        out.append(_block(op, mask, "2", text={"content": token}))
    out.append(_frame({"op": "set", "mask": "message.status", "message": {"status": "MESSAGE_STATUS_COMPLETED"}}))
    return b"".join([*out, _frame({"done": {}}), _frame({}, _LAST)])


def _refused(words: str) -> bytes:
    return _frame({"error": {"code": "failed_precondition", "message": words}}, _LAST)


SITE = Double(
    "kimi", "/apiv2/kimi.gateway.chat.v1.ChatService/Chat", _answered, _refused, media_type="application/connect+json"
)
