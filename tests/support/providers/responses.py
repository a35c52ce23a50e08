"""What replies in the form of OpenAI's responses have in common.

The form: openai-python 3.54.0 (`types/responses`), read on 2026-12-01. The words are ours.
"""

from typing import Any

from tests.support.providers.provider import TEXT, Json


def message(text: str = TEXT, annotations: list[Json] | None = None) -> Json:
    """The answer."""
    part = {"type": "output_text", "text": text, "annotations": annotations or [], "logprobs": []}
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}


def response(model: str, *output: Json, status: str = "completed", **more: Any) -> Json:
    """A whole response."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "model": model,
        "output": list(output),
        "usage": {"input_tokens": 120, "output_tokens": 80, "total_tokens": 200},
        **more,
    }


def cut_off(model: str, reason: str) -> Json:
    """One that ended early."""
    return response(model, message("降噪耳机里，"), status="incomplete", incomplete_details={"reason": reason})


def failed(model: str, code: str) -> Json:
    """One that failed."""
    return response(model, status="failed", error={"code": code, "message": "Something went wrong."})
