import json
from pathlib import Path

import pytest

from tests.golden import comparing
from tests.golden.allowed import ALLOWED, Allowed
from tests.golden.comparing import check_json, check_text, json_differences, text_differences, unexpected

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


@pytest.mark.parametrize(
    ("golden", "found", "differences"),
    [
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, []),
        ({"a": 1}, {"a": 2}, ["a: 1 → 2"]),
        ({"a": 1}, {"a": True}, ["a: 1 → true"]),
        ({"a": 0}, {"a": None}, ["a: 0 → null"]),
        ({"a": None}, {}, ["a: null → nothing"]),
        ({}, {"a": {"b": 1}}, ['a: nothing → {"b": 1}']),
        ({"a": [{"b": 1}]}, {"a": [{"b": "索尼"}, 3]}, ['a[0].b: 1 → "索尼"', "a[1]: nothing → 3"]),
        ({"a": [1]}, {"a": {"0": 1}}, ['a: [1] → {"0": 1}']),
        ([1, 2], [2, 1], ["[0]: 1 → 2", "[1]: 2 → 1"]),
    ],
)
def test_each_value_that_differs_is_told(golden: object, found: object, differences: list[str]) -> None:
    assert list(json_differences(golden, found)) == differences


def test_each_line_that_differs_is_told() -> None:
    assert list(text_differences("a\nb\n", "a\nb\n")) == []
    assert list(text_differences("a\nb\n", "a\nc\n")) == ["- b", "+ c"]
    assert list(text_differences("-- a\n", "@@ b\n")) == ["- -- a", "+ @@ b"]


def test_only_what_an_entry_says_is_allowed() -> None:
    allowed = [Allowed("api/order*.json", r"body\.items\[\d+\]\.kind: nothing → .*", "a line")]
    one, other = 'body.items[0].kind: nothing → "x"', "body.items[0].kind: 1 → 2"
    assert unexpected("api/orders.json", iter([one, other]), allowed) == [other]
    assert unexpected("api/users.json", iter([one]), allowed) == [one]
    assert unexpected("api/orders.json", iter([f"more {one}"]), allowed) == [f"more {one}"]


def test_a_difference_fails_and_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(comparing.WRITE, raising=False)
    monkeypatch.setattr(comparing, "FILES", tmp_path)
    (tmp_path / "x.json").write_text(json.dumps({"a": 1}), encoding="utf-8")
    (tmp_path / "x.txt").write_text("a\n", encoding="utf-8")
    check_json("x.json", {"a": 1})
    check_text("x.txt", "a\n")
    with pytest.raises(AssertionError, match="a: 1 → 2"):
        check_json("x.json", {"a": 2})
    with pytest.raises(AssertionError, match=r"\+ b"):
        check_text("x.txt", "a\nb\n")


def test_each_entry_names_its_line_of_the_changelog() -> None:
    written = " ".join(CHANGELOG.read_text(encoding="utf-8").split())
    assert [each for each in ALLOWED if " ".join(each.changelog.split()) not in written] == []
