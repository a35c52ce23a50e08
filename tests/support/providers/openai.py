"""OpenAI's responses with web search.

The form: openai-python 3.54.0 (`types/responses`) and developers.openai.com/api/docs/guides/tools-web-search, read on
2026-12-01; that the addresses of citations have a `utm_source` is known from users. The words are ours.
"""

from tests.support.providers.provider import OTHER, SONY, Json, Provider, link
from tests.support.providers.responses import cut_off, failed, message, response

MODEL = "gpt-6-astra-2026-09-01"
_CITED = f"{SONY}&utm_source=openai"
_MARKED = f"降噪耳机里，索尼的新款口碑不错 ([shop.example.cn]({_CITED}))，漫步者便宜。"


def _annotation(url: str, title: str) -> Json:
    start = _MARKED.index("([")
    return {"type": "url_citation", "url": url, "title": title, "start_index": start, "end_index": start + 40}


_SEARCH: Json = {
    "type": "web_search_call",
    "id": "ws_1",
    "status": "completed",
    "action": {
        "type": "search",
        "query": "降噪耳机 推荐",
        "queries": ["降噪耳机 推荐", "降噪耳机 评测"],
        "sources": [{"type": "url", "url": SONY}, {"type": "url", "url": OTHER}, {"type": "api", "name": "weather"}],
    },
}
_PAGE: Json = {
    "type": "web_search_call",
    "id": "ws_2",
    "status": "completed",
    "action": {"type": "open_page", "url": SONY},
}
_REASONING: Json = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "先搜索。"}]}
_REFUSAL: Json = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "refusal", "refusal": "这个问题我不能回答。"}],
}

PROVIDER = Provider(
    plain=[response(MODEL, message())],
    searched=[response(MODEL, _REASONING, _SEARCH, _PAGE, message(_MARKED, [_annotation(_CITED, "索尼")]))],
    links=(link(SONY, cited=True), link(OTHER, cited=False)),
    citations_known=True,
    queries=("降噪耳机 推荐", "降噪耳机 评测"),
    served=MODEL,
    tokens=(120, 80),
    ends={
        "cut_off": [cut_off(MODEL, "max_output_tokens")],
        "filtered": [cut_off(MODEL, "content_filter")],
        "refused": [response(MODEL, _REFUSAL)],
        "unavailable": [failed(MODEL, "server_error")],
        "rate_limited": [failed(MODEL, "rate_limit_exceeded")],
    },
    errors={
        "login_required": (
            401,
            {"error": {"code": "invalid_api_key", "type": "invalid_request_error", "message": "No."}},
        ),
        "no_balance": (429, {"error": {"code": "insufficient_quota", "type": "insufficient_quota", "message": "Pay."}}),
        "no_model": (404, {"error": {"code": "model_not_found", "message": "There is no such model."}}),
    },
)
