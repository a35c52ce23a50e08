"""Yuanbao's double: unnamed events with a type; sources before or after the text."""

from answerlens_sandbox.answer import Answer
from answerlens_sandbox.doubles.site import Double, marked
from answerlens_sandbox.draw import unit
from answerlens_sandbox.sources import Source
from answerlens_sandbox.streaming import frame, pieces

_LATE_SHARE = 0.5


def _mark(cites: tuple[int, ...]) -> str:
    return "".join(f"[citation:{index}]" for index in cites)


def _document(source: Source) -> dict[str, object]:
    return {
        "index": source.index,
        "docId": str(source.index),
        "title": source.title,
        "url": source.url,
        "sourceType": "webpage",
        "quote": source.snippet,
        "web_site_name": source.site,
        "publish_time": "",
    }


def _sources(answer: Answer) -> str:
    if not answer.sources:
        return ""
    documents = [_document(source) for source in answer.sources]
    title = f"引用 {len(documents)} 篇资料作为参考"
    return frame({"type": "searchGuid", "title": title, "sourceType": "web", "docs": documents, "citations": []})


def _answered(answer: Answer, *key: object) -> bytes:
    late = unit(*key, "late") < _LATE_SHARE
    out = [frame("status", "speech_type"), frame({"type": "step", "msg": "正在分析", "scene": "search"})]
    out += [
        frame({"type": "think", "title": "思考", "content": token}) for token in pieces(answer.thinking, *key, "think")
    ]
    out.append("" if late else _sources(answer))
    out.append(frame("search_with_text" if answer.sources else "text", "speech_type"))
    out += [frame({"type": "text", "msg": token}) for token in pieces(marked(answer, _mark), *key)]
    out.append(_sources(answer) if late else "")
    return "".join([*out, frame("[DONE]")]).encode()


def _refused(words: str) -> bytes:
    return (frame({"type": "error", "msg": words}) + frame("[DONE]")).encode()


SITE = Double("yuanbao", "/api/chat/{conversation}", _answered, _refused)
