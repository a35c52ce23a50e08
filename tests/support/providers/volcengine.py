"""Volcengine Ark's responses with web search.

The form: volcengine-python-sdk at b5be43b5 (2026-07-23), volcenginesdkarkruntime/types/responses, read on 2026-12-01.
The words are ours. What an error within a reply looks like is that of OpenAI's.
"""

from tests.support.providers.provider import EDIFIER, SONY, TEXT, Json, Provider, link
from tests.support.providers.responses import cut_off, failed, message, response

MODEL = "doubao-seed-1-8-251228"


def _annotation(url: str, title: str, site: str) -> Json:
    return {
        "type": "url_citation",
        "url": url,
        "title": title,
        "site_name": site,
        "logo_url": "https://www.example.org/logo.png",
        "summary": "摘要",
        "publish_time": "2026-11-01",
    }


_SEARCH: Json = {
    "type": "web_search_call",
    "id": "ws_1",
    "status": "completed",
    "action": {"type": "search", "query": "降噪耳机推荐"},
}
_REASONING: Json = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "想一想。"}]}
_DOCUMENT: Json = {"type": "doc_citation", "doc_id": "d1", "doc_name": "手册", "title": "", "url": ""}

PROVIDER = Provider(
    plain=[response(MODEL, message())],
    searched=[
        response(
            MODEL,
            _REASONING,
            _SEARCH,
            message(TEXT, [_annotation(SONY, "索尼", "商城"), _annotation(EDIFIER, "漫步者", "新闻"), _DOCUMENT]),
        )
    ],
    links=(link(SONY, "索尼", "商城", cited=True), link(EDIFIER, "漫步者", "新闻", cited=True)),
    citations_known=True,
    queries=("降噪耳机推荐",),
    served=MODEL,
    tokens=(120, 80),
    ends={
        "cut_off": [cut_off(MODEL, "max_output_tokens")],
        "filtered": [cut_off(MODEL, "content_filter")],
        "unavailable": [failed(MODEL, "InternalServiceError")],
    },
    errors={
        "login_required": (401, {"error": {"code": "AuthenticationError", "message": "No."}}),
        "no_model": (404, {"error": {"code": "InvalidEndpointOrModel.NotFound", "message": "There is no such model."}}),
    },
)
