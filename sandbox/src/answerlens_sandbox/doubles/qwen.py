"""Qwen Chat's double: deltas like OpenAI's, each in a phase."""

from answerlens_sandbox.answer import Answer
from answerlens_sandbox.doubles.site import Double
from answerlens_sandbox.sources import Source
from answerlens_sandbox.streaming import frame, pieces


def _delta(phase: str, content: str, status: str = "typing", **more: object) -> str:
    delta = {"role": "assistant", "content": content, "phase": phase, "status": status, **more}
    return frame({"choices": [{"delta": delta}], "response_id": "1"})


def _result(source: Source) -> dict[str, object]:
    return {
        "url": source.url,
        "title": source.title,
        "snippet": source.snippet,
        "hostname": source.site,
        "date": "",
    }


def _answered(answer: Answer, *key: object) -> bytes:
    out = [frame({"response.created": {"chat_id": "1", "response_id": "1"}})]
    out += [_delta("think", token) for token in pieces(answer.thinking, *key, "think")]
    out.append(_delta("think", "", "finished"))
    # each time all that were found so far
    for end in range(1, len(answer.sources) + 1):
        found = [_result(source) for source in answer.sources[:end]]
        out.append(_delta("web_search", "", extra={"web_search_info": found}))
    out += [_delta("answer", token) for token in pieces(answer.text, *key)]
    return "".join([*out, _delta("answer", "", "finished"), frame("[DONE]")]).encode()


def _refused(words: str) -> bytes:
    return frame({"error": {"code": "Bad_Request", "details": words}}).encode()


SITE = Double("qwen", "/api/v2/chat/completions", _answered, _refused)
