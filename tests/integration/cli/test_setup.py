"""A set-up that cannot succeed says which option is wrong, and writes nothing."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from answerlens_cli.engine_trial import NoAnswerError, try_engine
from answerlens_cli.main import app
from answerlens_cli.setup.errors import SetupError
from answerlens_cli.setup.model_trial import try_model
from answerlens_common.llm import LlmSettings

MODELS = ("large", "small")


@dataclass
class Provider:
    """An endpoint with two models and one key, that may know no schemas, or be in trouble."""

    url: str = ""
    lists: bool = True
    knows_schemas: bool = True
    status: int = 200
    content: str = '{"result": 5}'
    asked: list[dict[str, object]] = field(default_factory=list)

    def reply(self, method: str, key: str, body: dict[str, object]) -> tuple[int, object]:
        if method == "GET":
            return (200, {"data": [{"id": name, "object": "model"} for name in MODELS]}) if self.lists else (404, {})
        self.asked.append(body)
        if key != "Bearer right":
            return 401, {"error": {"message": "Incorrect API key"}}
        if self.status != 200:
            return self.status, {"error": {"message": "no"}}
        if body["model"] not in MODELS:
            return 404, {"error": {"message": "no such model"}}
        if not self.knows_schemas and "json_schema" in json.dumps(body.get("response_format", "")):
            return 400, {"error": {"message": "response_format is not supported"}}
        message = {"role": "assistant", "content": self.content}
        usage = {"prompt_tokens": 30, "completion_tokens": 6, "total_tokens": 36}
        choices = [{"index": 0, "finish_reason": "stop", "message": message}]
        return 200, {"id": "1", "object": "chat.completion", "model": body["model"], "choices": choices, "usage": usage}

    def settings(self, key: str = "right", model: str = "small") -> LlmSettings:
        return LlmSettings(base_url=self.url, api_key=SecretStr(key), model=model)


@contextmanager
def _serving(provider: Provider) -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET", b"{}")

        def do_POST(self) -> None:
            self._answer("POST", self.rfile.read(int(self.headers["content-length"])))

        def _answer(self, method: str, body: bytes) -> None:
            status, answer = provider.reply(method, self.headers.get("authorization", ""), json.loads(body))
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing: the test looks at what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    provider.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with _serving(Provider()) as provider:
        yield provider


def test_a_model_that_answers_says_what_it_took(provider: Provider) -> None:
    trial = try_model(provider.settings())
    assert (trial.settings.reply_format, trial.prompt_tokens, trial.completion_tokens) == ("json_schema", 30, 6)
    assert "30 + 6 tokens" in trial.told


def test_an_endpoint_without_schemas_is_asked_without_them_from_then_on(provider: Provider) -> None:
    provider.knows_schemas = False
    assert try_model(provider.settings()).settings.reply_format == "json_object"


@pytest.mark.parametrize(
    ("key", "model", "changes", "where", "said"),
    [
        ("wrong", "small", {}, "--llm-key", r"refuses this key \(status 401\)"),
        ("right", "tiny", {}, "--llm-model", "has no model tiny .* it has large, small"),
        ("right", "tiny", {"lists": False}, "--llm-model", "does not take a request for tiny"),
        ("right", "small", {"status": 429}, "--llm-key", "429"),
        ("right", "small", {"status": 503}, "--llm-url", "in trouble .*503"),
        ("right", "small", {"content": "five"}, "--llm-model", "not answer in the form"),
    ],
)
def test_what_keeps_a_model_from_answering_is_named(
    provider: Provider, key: str, model: str, changes: dict[str, object], where: str, said: str
) -> None:
    for name, value in changes.items():
        setattr(provider, name, value)
    with pytest.raises(SetupError, match=said) as refused:
        try_model(provider.settings(key, model))
    assert refused.value.where == where
    assert "right" not in str(refused.value), "no key is shown"


def test_no_network_is_named() -> None:
    nowhere = LlmSettings(base_url="http://127.0.0.1:1/v1", api_key=SecretStr("k"), model="m")
    with pytest.raises(SetupError, match=r"nothing answers at http://127\.0\.0\.1:1/v1") as refused:
        try_model(nowhere)
    assert refused.value.where == "--llm-url"


@pytest.fixture
def engine_file(provider: Provider, tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(
        f"name: mine\nkind: api\nsurface: api\nverified: a test\nendpoint: {provider.url}/chat/completions\n"
        "key: ${MINE_KEY}\nmodel: small\nbody: {model: '{model}', messages: [{role: user, content: '{question}'}]}\n"
        "reply: {text: 'choices[0].message.content', served_model: model,"
        " usage: {prompt: usage.prompt_tokens, completion: usage.completion_tokens}}\n"
        "finish: {reason: 'choices[0].finish_reason', whole: [stop]}\nprice: {currency: CNY, prompt: 100}\n"
    )
    return file


def test_an_engine_that_answers_says_what_it_took(provider: Provider, engine_file: Path) -> None:
    provider.content = "推荐索尼。"
    told = try_engine(engine_file, "哪个牌子好？", {"MINE_KEY": "right"}).told
    assert "5 characters" in told
    assert "30 + 6 tokens, 0.0030 CNY" in told
    assert "哪个牌子好？" in json.dumps(provider.asked, ensure_ascii=False)


@pytest.mark.parametrize(("key", "said"), [("wrong", "key was refused"), ("", "no MINE_KEY")])
def test_what_keeps_an_engine_from_answering_is_named(engine_file: Path, key: str, said: str) -> None:
    with pytest.raises(NoAnswerError, match=said):
        try_engine(engine_file, "哪个牌子好？", {"MINE_KEY": key})


def test_an_engine_is_checked_by_its_file(provider: Provider, engine_file: Path) -> None:
    provider.content = "推荐索尼。"
    checked = CliRunner().invoke(app, ["engine", "check", str(engine_file)], env={"MINE_KEY": "right"})
    assert (checked.exit_code, "mine (api) answers: " in checked.output, "推荐索尼" in checked.output) == (
        0,
        True,
        True,
    )
    refused = CliRunner().invoke(app, ["engine", "check", str(engine_file)], env={"MINE_KEY": "wrong"})
    assert isinstance(refused.exception, NoAnswerError)
    unknown = CliRunner().invoke(app, ["engine", "check", "nobody"])
    assert "there are chatgpt, deepseek" in str(unknown.exception)


def _setup(tmp_path: Path, provider: Provider, **changed: str | None) -> Result:
    options = {
        "llm-url": provider.url,
        "llm-key": "right",
        "llm-model": "small",
        "engine-file": str(tmp_path / "mine.yaml"),
        "keyword": "耳机",
        "brand": "索尼",
        "run-dir": str(tmp_path / "run"),
    } | {name.replace("_", "-"): value for name, value in changed.items()}
    given = [word for name, value in options.items() if value is not None for word in (f"--{name}", value)]
    environment = {"ANSWERLENS_SETTINGS_DIR": str(tmp_path / "settings"), "MINE_KEY": "right"}
    return CliRunner().invoke(app, ["setup", "--yes", "--synthetic", *given], env=environment)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"llm_key": "wrong"}, "--llm-key"),
        ({"llm_model": "tiny"}, "--llm-model"),
        ({"llm_url": "http://127.0.0.1:1/v1"}, "--llm-url"),
        ({"llm_url": "deepseek"}, "--llm-url"),
        ({"llm_url": None}, "--llm-url"),
        ({"llm_key": None}, "--llm-key"),
        ({"llm_model": None}, "--llm-model"),
        ({"keyword": None}, "--keyword"),
        ({"brand": None}, "--brand"),
        ({"engine_file": None}, "--engine"),
        ({"engine": "qwen-api"}, "ANSWERLENS_DASHSCOPE_API_KEY"),
    ],
)
def test_a_set_up_that_cannot_succeed_writes_nothing(
    provider: Provider, engine_file: Path, tmp_path: Path, changed: dict[str, str | None], where: str
) -> None:
    result = _setup(tmp_path, provider, **changed)
    assert isinstance(result.exception, SetupError)
    assert result.exception.where == where
    assert sorted(each.name for each in tmp_path.iterdir()) == [engine_file.name]
