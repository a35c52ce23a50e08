"""Wenxin's double: events that each carry a piece of one component of the page."""

from answerlens_sandbox.answer import Answer
from answerlens_sandbox.doubles.site import Double
from answerlens_sandbox.streaming import frame, pieces

_SHARE = 5  # sources a piece


def _piece(component: str, state: str = "generating-resp", **data: object) -> str:
    meta = {"state": state, "endTurn": state == "generate-complete"}
    content = {"generator": {"component": component, "data": data, "antiFlag": 0, "isSafe": 1}}
    return frame({"status": 0, "data": {"message": {"metaData": meta, "content": content}}}, "message")


def _answered(answer: Answer, *key: object) -> bytes:
    out = [frame({"status": 0, "isUserLogin": 1, "lid": "1"}, "basedata"), frame({}, "ping")]
    out.append(_piece("input", "waiting-resp"))
    out += [_piece("thinkingSteps", reasoningContentArr=[token]) for token in pieces(answer.thinking, *key, "think")]
    pages = [
        {"url": source.url, "title": source.title, "abstract": source.snippet, "source": source.site}
        for source in answer.sources
    ]
    out += [_piece("thinkingSteps", referenceList=pages[at : at + _SHARE]) for at in range(0, len(pages), _SHARE)]
    out += [_piece("markdown-yiyan", value=token) for token in pieces(answer.text, *key)]
    out.append(_piece("questionClosely", items=list(answer.suggestions)))
    return "".join([*out, _piece("markdown-yiyan", "generate-complete", value="")]).encode()


def _refused(words: str) -> bytes:
    content = {"hints": {"parts": [{"type": "text", "text": words}]}}
    return frame({"status": 1, "data": {"message": {"content": content}}}, "message").encode()


SITE = Double("wenxin", "/aichat/api/conversation", _answered, _refused)
