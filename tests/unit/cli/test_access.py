import json
from pathlib import Path

import pytest

from answerlens_cli.access import NoAccessError, connect

DETAILS = {"api_url": "http://127.0.0.1:1", "client_key": "al_client", "admin_key": "al_admin"}


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    (tmp_path / ".run").mkdir()
    (tmp_path / ".run" / "demo.json").write_text(json.dumps(DETAILS))
    return tmp_path


def test_the_environment_comes_first(stack: Path) -> None:
    environment = {"ANSWERLENS_API_URL": "http://api", "ANSWERLENS_API_KEY": "al_mine"}
    with connect("admin", environment, stack) as api:
        assert (api.url, api._client.headers["authorization"]) == ("http://api", "Bearer al_mine")


def test_else_it_is_the_stack_of_this_folder_or_one_above(stack: Path) -> None:
    below = stack / "a" / "b"
    below.mkdir(parents=True)
    for folder in (stack, below):
        with connect("client", {}, folder) as api:
            assert (api.url, api._client.headers["authorization"]) == ("http://127.0.0.1:1", "Bearer al_client")
    with connect("admin", {}, below) as api:
        assert api._client.headers["authorization"] == "Bearer al_admin"


def test_a_run_folder_that_is_named_comes_before_the_one_around(stack: Path, tmp_path: Path) -> None:
    named = tmp_path / "elsewhere"
    named.mkdir()
    (named / "demo.json").write_text(json.dumps(DETAILS | {"api_url": "http://127.0.0.1:2"}))
    with connect("client", {"ANSWERLENS_RUN_DIR": str(named)}, stack) as api:
        assert api.url == "http://127.0.0.1:2"
    with connect("client", {"ANSWERLENS_RUN_DIR": ""}, stack) as api:
        assert api.url == "http://127.0.0.1:1"
    (named / "demo.json").unlink()
    with pytest.raises(NoAccessError, match=f"no stack is up in {named}"):
        connect("client", {"ANSWERLENS_RUN_DIR": str(named)}, stack)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "no API is known"),
        ({"ANSWERLENS_API_URL": "ftp://api", "ANSWERLENS_API_KEY": "al_x"}, "ANSWERLENS_API_URL is no address"),
        ({"ANSWERLENS_API_URL": "http://api"}, "ANSWERLENS_API_KEY is not set"),
        ({"ANSWERLENS_API_KEY": "al_x"}, "ANSWERLENS_API_URL is not set"),
    ],
)
def test_otherwise_it_says_what_to_set(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    with pytest.raises(NoAccessError, match=words):
        connect("client", environment, tmp_path, tmp_path / "checkout")
