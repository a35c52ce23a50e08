"""A smallest instance of a JSON schema, for requests whose task the sandbox does not know."""

from typing import Any

_FORMATS = {
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "email": "a@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def instance(schema: Any, root: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - a schema's values are any JSON
    """Return a value that fits the schema.

    Knows the keywords that structured output allows: type, properties, required, items, enum, const, anyOf, oneOf,
    allOf, $ref into the same document, lengths, bounds, counts and formats. `pattern` is ignored.
    """
    if not isinstance(schema, dict):
        return None
    root = root if root is not None else schema
    if "$ref" in schema:
        return instance(_resolved(str(schema["$ref"]), root), root)
    given = [schema[keyword] for keyword in ("const", "default") if keyword in schema] + schema.get("enum", [])
    if given:
        return given[0]
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return instance(choices[0], root)
    merged = dict(schema)
    for part in schema.get("allOf", ()):
        merged |= _resolved(str(part["$ref"]), root) if "$ref" in part else part
    return _typed(merged, root)


def _typed(schema: dict[str, Any], root: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
    kind = schema.get("type", "object" if "properties" in schema else "null")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: instance(properties.get(name, {"type": "string"}), root) for name in schema.get("required", [])}
    if kind == "array":
        return [instance(schema.get("items", {"type": "string"}), root) for _ in range(schema.get("minItems", 0))]
    if kind == "string":
        text = _FORMATS.get(schema.get("format", ""), "示例")
        return text.ljust(schema.get("minLength", 0), "例")[: schema.get("maxLength")]
    if kind in ("integer", "number"):
        return _number(schema, whole=kind == "integer")
    return False if kind == "boolean" else None


def _number(schema: dict[str, Any], *, whole: bool) -> float:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None and "exclusiveMinimum" in schema:
        low = schema["exclusiveMinimum"] + 1
    value = low if low is not None else min(0, high) if high is not None else 0
    step = schema.get("multipleOf")
    if step:
        value = -(-value // step) * step
    return int(value) if whole else float(value)


def _resolved(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    found: Any = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part:
            found = found[part]
    return dict(found)
