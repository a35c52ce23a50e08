"""Which engines a set-up may choose, and how large its bank is."""

from pathlib import Path

import pytest
import yaml

from answerlens_cli.setup.choices import bank_settings, choose_engines, shipped
from answerlens_cli.setup.errors import SetupError
from answerlens_common.contracts.engines import EngineFile


def key_of(variable: str, file: EngineFile) -> str:
    return f"key of {file.name} for {variable}"


def test_a_shipped_engine_is_switched_on_and_gets_its_key() -> None:
    (engine,) = choose_engines(["deepseek-api"], [], key_of)
    assert yaml.safe_load(engine.text)["enabled"] is True
    assert engine.variables == {"ANSWERLENS_DEEPSEEK_API_KEY": "key of deepseek-api for ANSWERLENS_DEEPSEEK_API_KEY"}
    assert "key of" not in engine.text, "the file names the variable"


def test_every_shipped_engine_with_an_api_can_be_chosen() -> None:
    assert len(shipped()) >= 5
    assert [engine.name for engine in choose_engines(shipped(), [], key_of)] == shipped()


@pytest.mark.parametrize(
    ("names", "where", "said"),
    [
        ([], "--engine", "name an engine"),
        (["gpt"], "--engine", "gpt is not one of"),
        (["deepseek"], "--engine", "deepseek is not one of"),
        (["qwen-api", "qwen-api"], "--engine", "named twice"),
    ],
)
def test_what_cannot_be_chosen_is_named(names: list[str], where: str, said: str) -> None:
    with pytest.raises(SetupError, match=said) as refused:
        choose_engines(names, [], key_of)
    assert refused.value.where == where


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: chat\nkind: browser\nsurface: browser\n", "of kind browser"),
        ("name: Chat!\nsurface: api\n", "name"),
        ("[", "whole file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(SetupError, match=said) as refused:
        choose_engines([], [file], key_of)
    assert refused.value.where == "--engine-file"


def test_an_engine_that_says_nothing_of_it_is_enabled_too(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\nkind: api\nsurface: api\n")
    (engine,) = choose_engines([], [file], key_of)
    assert (engine.text, engine.variables) == (file.read_text(), {})


@pytest.mark.parametrize(
    ("questions", "bank"), [(4, (4, 1)), (20, (4, 5)), (22, (4, 6)), (80, (8, 10)), (200, (8, 25))]
)
def test_a_bank_has_about_as_many_questions_as_wanted(questions: int, bank: tuple[int, int]) -> None:
    found = bank_settings(questions)
    assert (int(found["ANSWERLENS_CLUSTERS"]), int(found["ANSWERLENS_QUESTIONS_PER_CLUSTER"])) == bank
