"""The settings that a set-up leaves behind: for their owner alone, and never over the environment."""

import stat
from pathlib import Path

from answerlens_cli.stack import settings_file

KEY = "sk-#1 '\"$HOME\\ 值"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_is_read_again_whatever_it_holds(tmp_path: Path) -> None:
    folder = tmp_path / "settings"
    file = settings_file.write({"ANSWERLENS_LLM_API_KEY": KEY, "A": "1"}, {"mine": "name: mine\n"}, folder)
    named = {settings_file.VARIABLE: str(folder)}
    assert settings_file.load(named) == {"ANSWERLENS_LLM_API_KEY": KEY, "A": "1"}
    assert (folder / "engines" / "mine.yaml").read_text() == "name: mine\n"
    assert (mode(folder), mode(file), mode(folder / "engines")) == (0o700, 0o600, 0o700)
    assert settings_file.load(named | {"A": "2"}) == {"ANSWERLENS_LLM_API_KEY": KEY}, "the environment wins"


def test_a_second_set_up_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    folder = tmp_path / "settings"
    settings_file.write({"A": "1"}, {"mine": ""}, folder)
    settings_file.write({"B": "2"}, {"yours": ""}, folder)
    assert settings_file.load({settings_file.VARIABLE: str(folder)}) == {"B": "2"}
    assert [each.name for each in (folder / "engines").iterdir()] == ["yours.yaml"]
    assert [each.name for each in tmp_path.iterdir()] == ["settings"]


def test_without_a_set_up_there_are_no_settings(tmp_path: Path) -> None:
    assert settings_file.load({settings_file.VARIABLE: str(tmp_path / "none")}) == {}
