"""DeepSeek's responses with web search.

The form: packages/deepseek/src/responses of github.com/vercel/ai at 9e71894, with a reply recorded in August 2026, and
the error codes of api-docs.deepseek.com, read on 2026-12-01. The words are ours.
"""

from tests.support.providers.provider import Json, Provider
from tests.support.providers.responses import cut_off, failed, message, response

MODEL = "deepseek-v4-flash"
_REASONING: Json = {
    "type": "reasoning",
    "id": "r1",
    "status": "completed",
    "content": [{"type": "reasoning_text", "text": "先搜索。"}],
    "summary": [],
}
_SEARCH: Json = {
    "type": "web_search_call",
    "id": "call_00",
    "status": "completed",
    "action": {"type": "search", "queries": ["降噪耳机 推荐", "降噪耳机 评测", "ws_call_id=call_00"]},
}

PROVIDER = Provider(
    plain=[response(MODEL, message())],
    searched=[response(MODEL, _REASONING, _SEARCH, message())],
    links=(),
    citations_known=False,
    queries=("降噪耳机 推荐", "降噪耳机 评测"),
    served=MODEL,
    tokens=(120, 80),
    ends={
        "cut_off": [cut_off(MODEL, "max_output_tokens")],
        "filtered": [cut_off(MODEL, "content_filter")],
        "unavailable": [failed(MODEL, "server_error")],
    },
    errors={
        "login_required": (401, {"error": {"message": "Authentication Fails", "type": "authentication_error"}}),
        "no_balance": (402, {"error": {"message": "Insufficient Balance", "type": "unknown_error"}}),
        "bad_request": (422, {"error": {"message": "Invalid Parameters", "type": "invalid_request_error"}}),
    },
)
