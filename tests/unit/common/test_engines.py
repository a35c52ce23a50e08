from pathlib import Path

import pytest

from answerlens_common.contracts.engines import EngineFileError, load_engines

GOOD = "name: chat-z\nkind: browser\nsurface: browser\nurl: ${SITE}/chat\npacing: {pages: 2}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_an_engine_keeps_what_is_not_known_here(tmp_path: Path) -> None:
    (engine,) = load_engines(write(tmp_path, a=GOOD), {"SITE": "http://site"})
    assert (engine.name, engine.enabled, engine.replicates) == ("chat-z", True, 1)
    stored = engine.model_dump(mode="json")
    assert stored["url"] == "http://site/chat"
    assert stored["pacing"] == {"pages": 2}


def test_a_variable_may_have_a_default_and_stands_anywhere(tmp_path: Path) -> None:
    text = GOOD + "deep: [{x: 'a${NONE:-b}c${SITE}'}]\nnumber: 3\n"
    (engine,) = load_engines(write(tmp_path, a=text), {"SITE": "s"})
    assert engine.model_dump()["deep"] == [{"x": "abcs"}]
    assert engine.model_dump()["number"] == 3


def test_a_missing_variable_names_file_and_field(tmp_path: Path) -> None:
    with pytest.raises(EngineFileError, match=r"a\.yaml, line 4: url: the environment has no SITE"):
        load_engines(write(tmp_path, a=GOOD), {})


def test_a_missing_variable_of_an_engine_that_is_off_does_not_matter(tmp_path: Path) -> None:
    (engine,) = load_engines(write(tmp_path, a=GOOD + "enabled: false\n"), {})
    assert engine.model_dump()["url"] == "${SITE}/chat"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (GOOD.replace("chat-z", "Chat"), "name"),
        (GOOD.replace("chat-z", "a"), "name"),
        (GOOD.replace("kind: browser", "kind: phone"), "kind"),
        (GOOD + "replicates: 6\n", "replicates"),
        (GOOD + "enabled: perhaps\n", "enabled"),
        ("- a list\n", "the whole file"),
        ("a: [\n", "the whole file"),
    ],
)
def test_an_error_names_file_and_field(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(EngineFileError) as error:
        load_engines(write(tmp_path, a=text), {"SITE": "s"})
    assert (error.value.file, error.value.field) == ("a.yaml", field)


def test_names_are_unique(tmp_path: Path) -> None:
    with pytest.raises(EngineFileError, match=r"b\.yaml: name: 'chat-z'"):
        load_engines(write(tmp_path, a=GOOD, b=GOOD), {"SITE": "s"})


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineFileError, match="no engine file here"):
        load_engines(tmp_path)


def test_an_error_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(EngineFileError, match=r"a\.yaml, line 6: replicates: ") as error:
        load_engines(write(tmp_path, a=GOOD + "replicates: 6\n"), {"SITE": "s"})
    assert error.value.line == 6
    with pytest.raises(EngineFileError, match=r"a\.yaml, line 4: url: the environment has no SITE"):
        load_engines(write(tmp_path, a=GOOD), {})


def test_an_engine_knows_where_its_fields_stand(tmp_path: Path) -> None:
    text = GOOD + "dom:\n  answer: .a\n  strip:\n    - .b\n    - .c\n"
    (engine,) = load_engines(write(tmp_path, a=text), {"SITE": "s"})
    assert engine.origin is not None
    found = [engine.origin.line(field) for field in ("url", "dom", "dom.strip.1", "dom.done", "pacing.pages", "none")]
    assert found == [4, 6, 10, 6, 5, None]
    assert "origin" not in engine.model_dump()
    with pytest.raises(EngineFileError, match="origin: is not for a file to say"):
        load_engines(write(tmp_path, a=GOOD + "origin: x\n"), {"SITE": "s"})
