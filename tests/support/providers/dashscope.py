"""DashScope's own format, with `enable_search`.

The form: dashscope-sdk-java (common/SearchInfo.java at df3ab73, aigc/generation/SearchOptions.java) and
dashscope-sdk-python at c0d7a0b (2026-07-02), read on 2026-12-01; errors as they are known from users. The words are our
own.
"""

from tests.support.providers.provider import EDIFIER, OTHER, SONY, TEXT, Json, Provider, link


def generation(text: str, reason: str, found: list[Json] | None = None) -> Json:
    """A reply."""
    message = {"role": "assistant", "content": text, "reasoning_content": "先搜索。" if found else ""}
    output: Json = {"choices": [{"finish_reason": reason, "message": message}]}
    if found is not None:
        output["search_info"] = {"search_results": found}
    return {
        "request_id": "r-1",
        "output": output,
        "usage": {"input_tokens": 120, "output_tokens": 80, "total_tokens": 200},
    }


def _found(index: int, url: str, title: str, site: str) -> Json:
    return {"index": index, "url": url, "title": title, "site_name": site, "icon": ""}


_FOUND = [
    _found(1, SONY, "索尼", "商城"),
    _found(2, OTHER, "别的", "别处"),
    _found(3, EDIFIER, "漫步者", "新闻"),
]

PROVIDER = Provider(
    plain=[generation(TEXT, "stop")],
    searched=[generation("降噪耳机里，索尼的新款口碑不错[ref_1]，漫步者便宜[ref_3][ref_1]。", "stop", _FOUND)],
    links=(
        link(SONY, "索尼", "商城", cited=True),
        link(OTHER, "别的", "别处", cited=False),
        link(EDIFIER, "漫步者", "新闻", cited=True),
    ),
    citations_known=True,
    tokens=(120, 80),
    ends={"cut_off": [generation("降噪耳机里，", "length")]},
    errors={
        "login_required": (401, {"code": "InvalidApiKey", "message": "Invalid API-key.", "request_id": "r-1"}),
        "no_balance": (400, {"code": "Arrearage", "message": "Access denied.", "request_id": "r-1"}),
        "filtered": (400, {"code": "DataInspectionFailed", "message": "Inappropriate content.", "request_id": "r-1"}),
    },
)
