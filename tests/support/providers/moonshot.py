"""Moonshot's chat completions with the built-in `$web_search`: a round in which the tool is called, then the answer.

The form: platform.moonshot.cn/docs/guide/use-web-search (as a search index stored it), read on 2026-12-01; errors as
they are known from users. The words are ours.
"""

import json
from typing import Any

from tests.support.providers.provider import TEXT, Json, Provider

MODEL = "kimi-k2.6"
ARGUMENTS = json.dumps({"search_result": {"search_id": "s-1"}, "usage": {"total_tokens": 4000}})


def completion(message: Json, reason: str, **more: Any) -> Json:
    """A completion."""
    return {
        "id": "cmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}],
        "usage": {"prompt_tokens": 60, "completion_tokens": 40, "total_tokens": 100},
        **more,
    }


def calling(name: str = "$web_search") -> Json:
    """A round in which a tool is called."""
    call = {"index": 0, "id": "call_1", "type": "builtin_function", "function": {"name": name, "arguments": ARGUMENTS}}
    return completion({"content": "", "tool_calls": [call]}, "tool_calls")


PROVIDER = Provider(
    plain=[completion({"content": TEXT}, "stop")],
    searched=[calling(), completion({"content": TEXT}, "stop")],
    links=(),
    citations_known=False,
    served=MODEL,
    tokens=(120, 80),
    ends={
        "cut_off": [completion({"content": "降噪耳机里，"}, "length")],
        "filtered": [completion({"content": "降噪"}, "content_filter")],
        "failed": [calling("$other")],
    },
    errors={
        "login_required": (
            401,
            {"error": {"type": "invalid_authentication_error", "message": "Invalid Authentication"}},
        ),
        "no_balance": (429, {"error": {"type": "exceeded_current_quota_error", "message": "Recharge."}}),
        "filtered": (400, {"error": {"type": "content_filter", "message": "High risk."}}),
    },
)
