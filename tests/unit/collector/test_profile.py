import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from answerlens_collector.profile import SiteProfile
from answerlens_common.contracts.engines import EngineFile, EngineFileError, load_engines

ROOT = Path(__file__).parents[3]
FOLDERS = [ROOT / "deploy/engines", ROOT / "sandbox/engines", ROOT / "tests/e2e/engines"]
MINIMAL: dict[str, Any] = {
    "name": "chat-z",
    "kind": "browser",
    "surface": "browser",
    "verified": "never",
    "url": "https://chat.example/",
    "input": {"selector": "textarea", "kind": "textarea"},
    "send": {"key": "Enter"},
    "dom": {"answer": ".answer", "busy": ".busy"},
}


def browser_engines(folder: Path) -> list[EngineFile]:
    engines = load_engines(folder, {"ANSWERLENS_SANDBOX_URL": "http://127.0.0.1:1"})
    return [engine for engine in engines if engine.kind == "browser"]


def with_(**changes: object) -> EngineFile:
    return EngineFile.model_validate({**MINIMAL, **changes})


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_the_profiles_that_are_shipped_fit_and_survive_the_table(folder: Path) -> None:
    for engine in browser_engines(folder):
        profile = SiteProfile.of(engine)
        assert SiteProfile.model_validate(engine.model_dump(mode="json")) == profile


def test_an_address_may_tell_the_day_the_ask_and_the_keyword() -> None:
    profile = SiteProfile.of(with_(url="https://chat.example/?day={date}&n={replicate}&of={keyword}"))
    asked = profile.asked_on(dt.date(2026, 1, 31), 2, "C&A {date}")
    assert asked.url == "https://chat.example/?day=2026-01-31&n=2&of=C%26A%20%7Bdate%7D"
    plain = SiteProfile.of(with_())
    assert plain.asked_on(dt.date(2026, 1, 31), 2, "蓝牙耳机") == plain


def test_an_address_with_another_place_is_refused() -> None:
    with pytest.raises(EngineFileError, match="url"):
        SiteProfile.of(with_(url="https://chat.example/?day={dat}"))


def test_profiles_of_live_sites_are_off_and_say_that_nobody_tried_them() -> None:
    for engine in browser_engines(FOLDERS[0]):
        profile = SiteProfile.of(engine)
        assert not profile.enabled
        assert profile.verified == "not verified against the live site from here"
        assert not profile.allow_private_addresses


def test_yaml_words_for_switches_are_understood() -> None:
    toggles = yaml.safe_load("[{text: 深度思考, want: off}, {text: 智能搜索, want: on}]")
    assert [toggle.want for toggle in SiteProfile.of(with_(toggles=toggles)).toggles] == [False, True]


def test_a_decoder_may_have_its_former_name() -> None:
    stream = SiteProfile.of(with_(stream={"url_pattern": "x", "decoder": "named_events"})).stream
    assert stream is not None
    assert stream.decoder == "doubao"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"kind": "api", "surface": "api"}, "kind"),
        ({"url": "chat.example"}, "url"),
        ({"send": {}}, "send"),
        ({"send": {"key": "Enter", "click": "button"}}, "send"),
        ({"input": {"selector": "", "kind": "textarea"}}, "input.selector"),
        ({"toggles": [{"want": True}]}, "toggles.0"),
        ({"stream": {"url_pattern": "(", "decoder": "deepseek"}}, "stream.url_pattern"),
        ({"stream": {"url_pattern": "x", "decoder": "morse"}}, "stream.decoder"),
        ({"failures": [{"status": "captcha"}]}, "failures.0"),
        ({"failures": [{"status": "captcha", "url": "x", "text": "验证"}]}, "failures.0"),
        ({"failures": [{"status": "tired", "selector": ".x"}]}, "failures.0.status"),
        ({"finish": {"timeout_seconds": 0}}, "finish.timeout_seconds"),
        ({"pacing": {"pages": 0}}, "pacing.pages"),
        ({"dom": {"busy": ".b"}}, "dom.answer"),
        ({"failures": [{"status": "captcha", "url": "x", "title": "验证"}]}, "failures.0"),
        ({"failures": [{"status": "captcha", "title": "x", "request": "/ask"}]}, "failures.0"),
        ({"failures": [{"status": "captcha", "answer": "("}]}, "failures.0.answer"),
        ({"failures": [{"status": "captcha", "http": [200]}]}, "failures.0.http.0"),
        ({"finish": {"poll_seconds": "soon"}}, "finish"),
    ],
)
def test_an_error_names_engine_and_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(EngineFileError) as error:
        SiteProfile.of(with_(**changes))
    assert (error.value.file, error.value.field) == ("chat-z", field)


@pytest.mark.case("p4")
def test_a_page_without_a_stream_needs_a_sign_of_the_answers_end() -> None:
    with pytest.raises(EngineFileError, match="sign of the answer's end") as error:
        SiteProfile.of(with_(dom={"answer": ".answer"}))
    assert error.value.field == "dom"
    stream = {"url_pattern": "x", "decoder": "deepseek"}
    assert not SiteProfile.of(with_(dom={"answer": ".answer"}, stream=stream)).dom.shows_end
    for sign in ("busy", "done"):
        assert SiteProfile.of(with_(dom={"answer": ".answer", sign: ".sign"})).dom.shows_end


def test_looks_of_former_profiles_are_seconds_of_standing_still() -> None:
    former = SiteProfile.of(with_(finish={"timeout_seconds": 60, "poll_seconds": 0.5, "stable_polls": 3}))
    assert (former.finish.timeout_seconds, former.finish.still_seconds) == (60, 1.5)
    assert SiteProfile.of(with_(finish={"poll_seconds": 1})).finish.still_seconds == 2


def test_a_profile_does_not_change() -> None:
    with pytest.raises(ValidationError):
        SiteProfile.of(with_()).name = "other"  # type: ignore[misc]


def test_refusals_are_known_by_how_they_begin() -> None:
    profile = SiteProfile.of(with_(refusals=["很抱歉，"]))
    assert profile.is_refusal("很抱歉，我不能。")
    assert not profile.is_refusal("有人说很抱歉，但是索尼不错。")
    assert not SiteProfile.of(with_()).is_refusal("很抱歉，")
