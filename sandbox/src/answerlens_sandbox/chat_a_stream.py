"""The first chat site's stream: JSON patches of the newer generation, fragments told apart by their type.

Its search has two forms: one SEARCH fragment, whose results have the numbers that the text's marks name; or a tool that
searches, one that opens a page for each that is cited, and marks that name those by their place in `references`.
"""

from typing import Any

from answerlens_sandbox.answer import Answer
from answerlens_sandbox.draw import digits, pick, unit
from answerlens_sandbox.sources import Source
from answerlens_sandbox.streaming import frame, pieces

_CONTENT = "response/fragments/-1/content"
_STARTED = 1_795_000_000
_NESTED_SHARE = 0.5
_KEEP_ALIVE_SHARE = 0.04
_UNNUMBERED_SHARE = 0.25
_SEARCHES = ("SEARCH", "TOOL_SEARCH")
_OPENED = 100  # the number of the fragment that opened a page is its source's, and this


def events(answer: Answer, title: str, *key: object, thinking: bool, tools: bool = False) -> str:
    """Return the whole stream of one answer as text; with `tools`, its search in the form of tools."""
    kinds = [("THINK", answer.thinking)] if thinking and answer.thinking else []
    kinds += [("TOOL_SEARCH" if tools else "SEARCH", "")] if answer.sources else []
    kinds += [("RESPONSE", referring(answer) if tools else marked(answer))]
    out = [frame({"request_message_id": 1, "response_message_id": 2, "model_type": "default"}, "ready")]
    out.append(frame({"updated_at": _STARTED + 0.25}, "update_session"))
    out.append(frame({"v": {"response": _snapshot(kinds[0], answer, *key, thinking=thinking)}}))
    for nth, (kind, text) in enumerate(kinds):
        if nth:
            out.append(_opened(nth + 1, kind, text, *key, references=_references(answer) if tools else []))
        out += _searched(answer, *key, tools=tools) if kind in _SEARCHES else _content(text, *key, kind)
    tokens = len(answer.text) * 2 // 3
    final = [{"p": "accumulated_token_usage", "v": tokens}, {"p": "quasi_status", "v": "FINISHED"}]
    if unit(*key, "status") < 0.5:  # noqa: PLR2004 - both forms are seen
        final.append({"p": "status", "v": "FINISHED"})
        out.append(frame({"p": "response", "o": "BATCH", "v": final}))
    else:
        out.append(frame({"p": "response", "o": "BATCH", "v": final}))
        out.append(frame({"p": "response/status", "o": "SET", "v": "FINISHED"}))
    out += [
        frame({}, "finish"),
        frame({"updated_at": _STARTED + 9.5}, "update_session"),
        frame({"content": title}, "title"),
        frame({"click_behavior": "none", "auto_resume": False}, "close"),
    ]
    return "".join(out)


def marked(answer: Answer) -> str:
    """Return the text with the site's reference marks."""
    lines = (each.text + "".join(f"[citation:{index}]" for index in each.cites) for each in answer.passages)
    return "\n".join(lines)


def referring(answer: Answer) -> str:
    """Return the text with the marks that name opened pages by their places."""
    places = {source.index: place for place, source in enumerate(source for source in answer.sources if source.cited)}
    lines = (each.text + "".join(f"[reference:{places[index]}]" for index in each.cites) for each in answer.passages)
    return "\n".join(lines)


def _references(answer: Answer) -> list[dict[str, Any]]:
    return [{"id": _OPENED + source.index, "type": "TOOL_OPEN"} for source in answer.sources if source.cited]


def _fragment(number: int, kind: str, text: str, *key: object) -> dict[str, Any]:
    if kind in _SEARCHES:
        return {"id": number, "type": kind, "status": "WIP", "content": None, "queries": [], "results": []}
    tokens = pieces(text, *key, kind)
    fragment: dict[str, Any] = {"id": number, "type": kind, "content": tokens[0] if tokens else ""}
    return {**fragment, "elapsed_secs": None} if kind == "THINK" else {**fragment, "references": []}


def _snapshot(first: tuple[str, str], answer: Answer, *key: object, thinking: bool) -> dict[str, Any]:
    return {
        "message_id": 2,
        "parent_id": 1,
        "model": "",
        "role": "ASSISTANT",
        "thinking_enabled": thinking,
        "search_enabled": bool(answer.sources),
        "status": "WIP",
        "accumulated_token_usage": 0,
        "files": [],
        "inserted_at": _STARTED + 0.125,
        "fragments": [_fragment(1, *first, *key)],
        "tips": [{"id": 1, "content": "本回答由 AI 生成，内容仅供参考，请仔细甄别。"}],
    }


def _opened(number: int, kind: str, text: str, *key: object, references: list[dict[str, Any]]) -> str:
    """A fragment is appended, or arrives nested in a patch of the whole response."""
    fragment = _fragment(number, kind, text, *key)
    if kind == "RESPONSE":
        fragment["references"] = references
    if kind == "RESPONSE" and unit(*key, "nested") < _NESTED_SHARE:
        patch = [{"p": "fragments", "o": "APPEND", "v": [fragment]}, {"p": "has_pending_fragment", "v": False}]
        return frame({"p": "response", "o": "BATCH", "v": patch})
    return frame({"p": "response/fragments", "o": "APPEND", "v": [fragment]})


def _content(text: str, *key: object) -> list[str]:
    """What follows the first token, which came with the fragment itself."""
    out: list[str] = []
    for nth, token in enumerate(pieces(text, *key)[1:]):
        out.append(frame({"p": _CONTENT, "o": "APPEND", "v": token} if nth == 0 else {"v": token}))
        if unit(*key, "alive", nth) < _KEEP_ALIVE_SHARE:
            out.append(": keep-alive\n\n")
    if key[-1] == "THINK":
        out.append(frame({"p": "response/fragments/-1/elapsed_secs", "o": "SET", "v": 2.4}))
    return out


def _searched(answer: Answer, *key: object, tools: bool) -> list[str]:
    path = "response/fragments/-1/"
    results = [_result(source, len(answer.queries), *key) for source in answer.sources]
    if tools:
        results = [{**result, "cite_index": None} for result in results]
    pages = zip(answer.sources, results, strict=True)
    opened = [
        {"id": _OPENED + source.index, "type": "TOOL_OPEN", "status": "FINISHED", "result": result}
        for source, result in pages
        if source.cited
    ]
    found = [
        frame({"p": path + "queries", "o": "SET", "v": [{"query": query} for query in answer.queries]}),
        frame({"p": path + "results", "o": "SET", "v": results}),
        frame({"p": path + "status", "o": "SET", "v": "FINISHED"}),
    ]
    if tools and opened:
        found.append(frame({"p": "response/fragments", "o": "APPEND", "v": opened}))
    return found


def _result(source: Source, queries: int, *key: object) -> dict[str, Any]:
    """One source; a page that no mark refers to may have no number at all."""
    nameless = not source.cited and unit(*key, "numbered", source.index) < _UNNUMBERED_SHARE
    return {
        "url": source.url,
        "title": source.title,
        "snippet": source.snippet,
        "cite_index": None if nameless else source.index,
        "published_at": float(source.published) if source.published else None,
        "site_name": source.site or None,
        "site_icon": f"https://cdn.deepseek.example/site-icons/{digits(6, *key, source.index)}",
        "query_indexes": [pick(range(max(queries, 1)), *key, "query", source.index)],
    }
