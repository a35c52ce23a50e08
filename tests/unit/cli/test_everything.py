"""What the API can, the command can; and what holds for every command."""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from answerlens_cli.main import app
from tests.unit.cli.everything import COMMANDS, AnyApi, matches

DOCUMENT = Path(__file__).parents[3] / "docs" / "openapi.json"
# a query that the command always sends, or that is its own positional
BY_NAME = {" ".join(command): command for command in COMMANDS}


def asked(monkeypatch: pytest.MonkeyPatch, api: AnyApi, *arguments: str) -> Result:
    for name, module in list(sys.modules.items()):
        if name.startswith("answerlens_cli.") and name != "answerlens_cli.access" and hasattr(module, "connect"):
            monkeypatch.setattr(module, "connect", api.connect)
    return CliRunner().invoke(app, list(arguments))


def every_command(group: Any, *path: str) -> list[tuple[tuple[str, ...], Any]]:
    """Each command that does something, with the words that name it."""
    found = []
    for name, command in getattr(group, "commands", {}).items():
        below = every_command(command, *path, name)
        found += below
        if not below or getattr(command, "invoke_without_command", False):
            found.append(((*path, name), command))
    return found


def options(command: Any) -> set[str]:
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}


@pytest.mark.case("c7")
def test_every_operation_of_the_api_has_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    api = AnyApi()
    for command in COMMANDS:
        asked(monkeypatch, api, *command, "--json")
    seen = [(request.method, request.url.path, set(request.url.params)) for request in api.requests]
    missing = []
    for template, operations in json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"].items():
        for method, operation in operations.items():
            queries = [query for verb, path, query in seen if verb == method.upper() and matches(template, path)]
            wanted = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
            left = wanted - set().union(*queries)
            if not queries or left:
                missing.append(f"{method.upper()} {template} {sorted(left)}")
    assert missing == []


@pytest.mark.case("c7")
def test_every_command_has_json() -> None:
    lacking = [path for path, command in every_command(typer.main.get_command(app)) if "--json" not in options(command)]
    assert lacking == []


@pytest.mark.case("c7")
@pytest.mark.parametrize("name", BY_NAME)
def test_json_is_json(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    result = asked(monkeypatch, AnyApi(), *BY_NAME[name], "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) is not None


@pytest.mark.case("c7")
def test_every_field_of_an_order_has_an_option() -> None:
    commands = dict(every_command(typer.main.get_command(app)))
    schemas = json.loads(DOCUMENT.read_text(encoding="utf-8"))["components"]["schemas"]
    singular = {"aliases": "alias", "domains": "domain", "competitors": "competitor", "engines": "engine"}
    order = {"brand": "brand"} | {name: singular.get(name, name) for name in schemas["OrderForm"]["properties"]}
    brand = {name: singular.get(name, name) for name in schemas["Brand"]["properties"] if name != "name"}
    known = {option.lstrip("-").replace("-", "_") for option in options(commands["order", "add"])}
    assert {*order.values(), *brand.values()} - known == set()
    again = {option.lstrip("-").replace("-", "_") for option in options(commands["order", "reanalyse"])}
    assert {*brand.values(), "competitor"} - again == set()


@pytest.mark.case("c7")
def test_an_order_is_sent_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    api = AnyApi()
    rival = {"name": "Bose", "aliases": ["博士"], "domains": ["bose.cn"], "variants": True}
    words = ["--context", "手机", "--context", "电脑", "--exclude", "苹果汁", "--variants"]
    rivals = ["--competitor", json.dumps(rival, ensure_ascii=False), "--competitor", "华为"]
    asked(monkeypatch, api, "order", "add", "手机", "--brand", "苹果", *words, *rivals, "--json")
    bodies = [json.loads(request.content) for request in api.requests]
    assert [body["brand"] for body in bodies] == [
        {
            "name": "苹果",
            "aliases": [],
            "domains": [],
            "context": ["手机", "电脑"],
            "exclude": ["苹果汁"],
            "variants": True,
        }
    ]
    assert bodies[0]["competitors"] == [rival, {"name": "华为"}]
    for wrong in ("{", "{]", '{"name": '):
        refused = asked(monkeypatch, api, "order", "add", "手机", "--brand", "苹果", "--competitor", wrong)
        assert (refused.exit_code, "--competitor" in refused.stderr) == (2, True)


@pytest.mark.case("c7")
def test_the_version_is_told() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"{version('answerlens-cli')}\n")


@pytest.mark.case("c3")
@pytest.mark.parametrize("name", BY_NAME)
def test_a_stack_that_is_down_is_told_at_once(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """After one try, whatever was to be done."""
    monkeypatch.setattr("answerlens_cli.events.RECONNECT_SECONDS", 0)
    monkeypatch.setattr("time.sleep", lambda _: None)
    api = AnyApi(is_down=True)
    result = asked(monkeypatch, api, *BY_NAME[name])
    assert (result.exit_code, len(api.requests)) == (1, 1)
    assert str(result.exception).startswith("No API answers at http://api: [Errno 111] Connection refused.")


@pytest.mark.case("c4")
def test_help_is_shown_to_the_letter() -> None:
    """What stands in brackets too, in every command's text and in that of its options."""
    root = typer.main.get_command(app)
    shown = 0
    for path, command in every_command(root):
        said = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "1000", "TERMINAL_WIDTH": "1000"}).stdout
        written = [command.callback.__doc__ or ""]
        written += [getattr(parameter, "help", None) or "" for parameter in command.params]
        for text in written:
            for bracket in (word for word in text.replace("\\[", "[").split() if "[" in word):
                assert bracket in said, (path, bracket)
                shown += 1
    assert shown >= 5


@pytest.mark.case("c6")
@pytest.mark.parametrize(
    "besides",
    [
        ["手机"],
        ["--brand", "B"],
        ["--alias", "x"],
        ["--domain", "x.com"],
        ["--competitor", "x"],
        ["--engine", "chat-a"],
        ["--priority", "5"],
        ["--track-days", "7"],
        ["手机", "--brand", "B"],
    ],
)
def test_nothing_of_an_order_stands_beside_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, besides: list[str]
) -> None:
    file = tmp_path / "order.json"
    file.write_text('{"keyword": "K", "brand": {"name": "B"}}', encoding="utf-8")
    api = AnyApi()
    result = asked(monkeypatch, api, "order", "add", "--file", str(file), *besides)
    assert (result.exit_code, api.requests) == (2, [])
    assert "--file" in result.stderr
    whole = asked(monkeypatch, api, "order", "add", "--file", str(file), "--idempotency-key", "k", "--json")
    assert (whole.exit_code, len(api.requests)) == (0, 1)


@pytest.mark.case("c6")
@pytest.mark.parametrize(
    "arguments",
    [
        ["order", "reanalyse", BY_NAME["engine list"] and COMMANDS[3][2], "--alias", "x", "--clear", "aliases"],
        ["order", "reanalyse", COMMANDS[3][2], "--competitor", "x", "--clear", "competitors"],
    ],
)
def test_what_is_given_and_cleared_at_once_is_refused(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    api = AnyApi()
    result = asked(monkeypatch, api, *arguments)
    assert (result.exit_code, api.requests) == (2, [])


@pytest.mark.parametrize("arguments", [["tasks", "--failed", "show", "7"], ["notifications", "--json", "read", "7"]])
def test_options_before_a_command_that_would_not_see_them_are_refused(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    api = AnyApi()
    result = asked(monkeypatch, api, *arguments)
    assert (result.exit_code, api.requests) == (2, [])
