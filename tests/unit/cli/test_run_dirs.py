"""Which run folder is meant."""

from pathlib import Path

from answerlens_cli.access import connect
from answerlens_cli.run_dirs import run_dir_of
from tests.unit.cli.test_same_stack import stack


def test_outside_of_every_stack_it_is_that_of_the_checkout(tmp_path: Path) -> None:
    checkout = stack(tmp_path / "checkout", "http://127.0.0.1:2")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run_dir_of(None, {}, elsewhere, checkout) == checkout
    with connect("client", {}, elsewhere, checkout) as api:
        assert api.url == "http://127.0.0.1:2"


def test_what_is_named_comes_first_and_is_meant_even_when_nothing_is_up_there(tmp_path: Path) -> None:
    around = stack(tmp_path)
    named, by_option = tmp_path / "named", tmp_path / "option"
    assert run_dir_of(None, {}, tmp_path) == around
    assert run_dir_of(None, {"ANSWERLENS_RUN_DIR": str(named)}, tmp_path) == named
    assert run_dir_of(by_option, {"ANSWERLENS_RUN_DIR": str(named)}, tmp_path) == by_option
    assert run_dir_of(None, {"ANSWERLENS_RUN_DIR": ""}, tmp_path) == around


def test_a_folder_of_that_name_that_is_none_of_ours_is_passed_by(tmp_path: Path) -> None:
    around = stack(tmp_path)
    below = tmp_path / "a"
    (below / ".run").mkdir(parents=True)
    assert run_dir_of(None, {}, below) == around
