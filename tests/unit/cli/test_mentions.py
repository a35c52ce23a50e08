import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from answerlens_cli.main import app
from answerlens_cli.mentions import BadLineError

GOLD = Path(__file__).parents[2] / "gold" / "mentions.jsonl"
LINE = {"id": "a", "text": "🎧小米粥配小米", "brands": [{"name": "小米"}, {"name": "小米粥"}, {"name": "索尼"}]}


def run(*lines: Any) -> Result:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    return CliRunner().invoke(app, ["mentions", "-"], input=text)


def test_a_line_gives_the_mentions_of_its_brands_in_code_points() -> None:
    result = run(LINE, "", LINE | {"id": 7, "text": "没有", "colour": "any"})
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"id": "a", "mentions": {"小米粥": [[1, 4]], "小米": [[5, 7]]}},
        {"id": 7, "mentions": {}},
    ]


def test_a_brand_may_have_conditions_and_variants() -> None:
    brand = {"name": "苹果", "aliases": ["iPhone"], "context": ["手机"], "exclude": ["苹果醋"], "variants": True}
    (line,) = run({"id": 1, "text": "吃蘋果。蘋果手機和蘋果醋。", "brands": [brand]}).stdout.splitlines()
    assert json.loads(line)["mentions"] == {"苹果": [[4, 6]]}


def test_accents_and_separators_matter_only_where_a_brand_asks_for_it() -> None:
    lines = [
        {"id": exact, "text": "Lancome和DemandIQ", "brands": [{"name": name, "exact": exact} for name in names]}
        for names in [("Lancôme", "Demand-IQ")]
        for exact in (False, True)
    ]
    loose, strict = map(json.loads, run(*lines).stdout.splitlines())
    assert loose["mentions"] == {"Lancôme": [[0, 7]], "Demand-IQ": [[8, 16]]}
    assert strict["mentions"] == {}


def test_a_file_of_labelled_texts_can_be_given_as_it_is(tmp_path: Path) -> None:
    cases = [line for line in GOLD.read_text(encoding="utf-8").splitlines() if '"normalisation' in line]
    file = tmp_path / "cases.jsonl"
    file.write_text("\ufeff" + "\n".join(cases), encoding="utf-8")
    result = CliRunner().invoke(app, ["mentions", str(file)])
    found = {line["id"]: line["mentions"] for line in map(json.loads, result.stdout.splitlines())}
    assert found == {case["id"]: case["mentions"] for case in map(json.loads, cases)}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("{", ""),
        ("[]", ""),
        ({"id": "a", "brands": []}, "text"),
        ({"text": "a", "brands": []}, "id"),
        (LINE | {"text": 3}, "text"),
        (LINE | {"brands": {"name": "小米"}}, "brands"),
        (LINE | {"brands": [{"name": "小米"}, {"aliases": []}]}, "brands[1].name"),
        (LINE | {"brands": [{"name": "小米", "aliases": "MI"}]}, "brands[0].aliases"),
        (LINE | {"brands": [{"name": "小米", "exclude": ["小米粥", "\u200b"]}]}, "brands[0].exclude[1]"),
        (LINE | {"brands": [{"name": "小米"}, {"name": "小米"}]}, ""),
    ],
)
def test_a_bad_line_is_named_with_its_field(line: Any, field: str) -> None:
    result = run(LINE, line)
    error = result.exception
    assert isinstance(error, BadLineError)
    assert (result.exit_code, error.line, error.field) == (1, 2, field)
    assert str(error).startswith(f"line 2: {field}")
    assert len(result.stdout.splitlines()) == 1
