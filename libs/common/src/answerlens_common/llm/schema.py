"""The JSON schema of a reply, by the rules of strict output."""

from typing import Any

from pydantic import BaseModel


def strict_schema(reply: type[BaseModel]) -> dict[str, Any]:
    """Return the model's JSON schema by the rules of strict output: every field required, no others."""
    schema: dict[str, Any] = _strict(reply.model_json_schema())
    return schema


def _strict(node: Any) -> Any:  # noqa: ANN401 (a JSON value)
    if isinstance(node, list):
        return [_strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    strict = {key: _strict(value) for key, value in node.items() if key not in {"default", "title"}}
    if "properties" in node:
        # by hand, since a field may itself be called "title" or "default"
        strict["properties"] = {name: _strict(value) for name, value in node["properties"].items()}
        strict |= {"required": list(node["properties"]), "additionalProperties": False}
    return strict
