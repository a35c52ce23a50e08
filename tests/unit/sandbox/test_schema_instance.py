from typing import Any

import pytest

from answerlens_sandbox.schema_instance import instance


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "示例"),
        ({"type": "string", "minLength": 4}, "示例例例"),
        ({"type": "string", "maxLength": 1}, "示"),
        ({"type": "string", "format": "date"}, "2026-01-01"),
        ({"type": "integer"}, 0),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "integer", "exclusiveMinimum": 3}, 4),
        ({"type": "integer", "maximum": -2}, -2),
        ({"type": "integer", "minimum": 3, "multipleOf": 5}, 5),
        ({"type": "number", "minimum": 0.5}, 0.5),
        ({"type": "boolean"}, False),
        ({"type": ["string", "null"]}, "示例"),
        ({"type": "null"}, None),
        ({"enum": ["a", "b"]}, "a"),
        ({"const": 7}, 7),
        ({"type": "array", "items": {"type": "integer"}}, []),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [0, 0]),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, 0),
        ({"allOf": [{"type": "integer"}, {"minimum": 2}]}, 2),
        ({"type": "object", "properties": {"a": {"type": "integer"}, "b": {}}, "required": ["a"]}, {"a": 0}),
        ({"type": "object", "required": ["c"]}, {"c": "示例"}),
        ({"$ref": "#/$defs/x", "$defs": {"x": {"type": "boolean"}}}, False),
        (True, None),
    ],
)
def test_an_instance_fits(schema: Any, expected: object) -> None:
    assert instance(schema) == expected


def test_references_inside_are_followed() -> None:
    schema = {
        "type": "object",
        "properties": {"rows": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Row"}}},
        "required": ["rows"],
        "$defs": {"Row": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}},
    }
    assert instance(schema) == {"rows": [{"n": 0}]}
