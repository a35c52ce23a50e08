"""ChatGPT's double: messages that grow by patches, sources told in one of the two ways that were seen."""

from answerlens_sandbox.answer import Answer
from answerlens_sandbox.doubles.site import Double, marked
from answerlens_sandbox.draw import unit
from answerlens_sandbox.sources import Source
from answerlens_sandbox.streaming import frame, pieces

_METADATA = "/message/metadata/"
_TEXT = "/message/content/parts/0"
_GROUPS_SHARE = 0.5


def _mark(cites: tuple[int, ...]) -> str:
    return "\ue200cite" + "".join(f"\ue202turn0search{index}" for index in cites) + "\ue201"


def _message(number: int, role: str, recipient: str, kind: str, words: str = "") -> str:
    content = {"content_type": kind, "parts": [words]}
    head = {"id": str(number), "author": {"role": role}, "recipient": recipient, "status": "in_progress"}
    snapshot = {"message": {**head, "content": content, "metadata": {}}, "conversation_id": "1"}
    return frame({"p": "", "o": "add", "v": snapshot}, "delta")


def _page(source: Source) -> dict[str, object]:
    joint = "&" if "?" in source.url else "?"
    url, _, fragment = source.url.partition("#")
    tagged = f"{url}{joint}utm_source=chatgpt.com" + (f"#{fragment}" if fragment else "")
    return {"url": tagged, "title": source.title, "snippet": source.snippet, "attribution": source.site}


def _groups(answer: Answer) -> str:
    """All that the search found, by the keys that marks name."""
    groups = []
    for source in answer.sources:
        ref = {"turn_index": 0, "ref_type": "search", "ref_index": source.index}
        entry = {"type": "search_result", **_page(source), "ref_id": ref}
        groups.append({"type": "search_result_group", "domain": source.site, "entries": [entry]})
    return frame({"p": _METADATA + "search_result_groups", "o": "replace", "v": groups}, "delta")


def _references(answer: Answer) -> str:
    """A group of pages for each mark, then all."""
    by_index = {source.index: source for source in answer.sources}
    marks = [[by_index[index] for index in passage.cites] for passage in answer.passages if passage.cites]
    references: list[dict[str, object]] = [
        {"type": "grouped_webpages", "items": [_page(first)], "supporting_websites": [_page(each) for each in rest]}
        for first, *rest in marks
    ]
    references.append({"type": "sources", "sources": [_page(source) for source in answer.sources]})
    return frame({"p": _METADATA + "content_references", "o": "append", "v": references}, "delta")


def _answered(answer: Answer, *key: object) -> bytes:
    out = [frame("v1", "delta_encoding"), _message(1, "user", "all", "text", "问题")]
    if answer.sources:
        out += [_message(2, "assistant", "web.run", "code", "search()"), _message(3, "tool", "all", "text", "结果")]
    out.append(_message(4, "assistant", "all", "text"))
    for nth, token in enumerate(pieces(marked(answer, _mark), *key)):
        out.append(frame({"v": token} if nth else {"p": _TEXT, "o": "append", "v": token}, "delta"))
    if answer.sources:
        grouped = unit(*key, "groups") < _GROUPS_SHARE
        out.append(_groups(answer) if grouped else _references(answer))
    ended = [{"p": "/message/status", "o": "replace", "v": "finished_successfully"}]
    out.append(frame({"p": "", "o": "patch", "v": ended}, "delta"))
    return "".join([*out, frame({"type": "message_stream_complete"}), frame("[DONE]")]).encode()


def _refused(words: str) -> bytes:
    return (frame({"message": None, "error": words}) + frame("[DONE]")).encode()


SITE = Double("chatgpt", "/backend-api/f/conversation", _answered, _refused)
