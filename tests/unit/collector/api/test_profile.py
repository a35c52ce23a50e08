"""Files of kind `api`: what is refused, and that a provider that is not shipped is a file and no code."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from answerlens_collection.answers.answer import Link
from answerlens_collector.engines.api.profile import ApiProfile
from answerlens_collector.engines.api.reading import read
from answerlens_collector.engines.api.request import address_for, body_for
from answerlens_collector.engines.engine import Question
from answerlens_common.contracts.engines import EngineFile, EngineFileError, load_engines
from answerlens_common.contracts.statuses import AnswerStatus

ROOT = Path(__file__).parents[4]
GOOD: dict[str, Any] = {
    "name": "some-api",
    "kind": "api",
    "surface": "api",
    "verified": "no",
    "endpoint": "https://example.com/v1/chat/completions",
    "key": "${SOME_KEY}",
    "model": "m-1",
    "body": {"model": "{model}", "messages": [{"role": "user", "content": "{question}"}]},
    "reply": {"text": "choices[0].message.content"},
    "finish": {"reason": "choices[0].finish_reason", "whole": ["stop"]},
}
# Providers that are not shipped. Their form is that of docs.perplexity.ai (citations, search_results),
# cloud.tencent.com 1729/111007 (enable_enhancement, search_info) and cloud.baidu.com's Qianfan v2 (web_search,
# search_results), looked up on 2026-12-01 by way of a search index and of users' code; neither complete nor tried.
OTHERS = """
perplexity:
  endpoint: https://api.perplexity.ai/chat/completions
  model: sonar
  reply:
    text: "choices[0].message.content"
    listed: {each: search_results || citations, url: "url || @", title: title}
    marks: ["[{n}]"]
hunyuan:
  endpoint: https://api.hunyuan.cloud.tencent.com/v1/chat/completions
  model: hunyuan-turbos-latest
  body:
    model: "{model}"
    messages: [{role: user, content: "{question}"}]
    enable_enhancement: true
    citation: true
    search_info: true
  reply:
    text: "choices[0].message.content"
    listed: {each: search_info.search_results, title: title, number: index}
    marks: ["[{n}](@ref)"]
qianfan:
  endpoint: https://qianfan.baidubce.com/v2/chat/completions
  model: ernie-4.5-turbo-128k
  body:
    model: "{model}"
    messages: [{role: user, content: "{question}"}]
    web_search: {enable: true, enable_citation: true, enable_trace: true}
  reply:
    text: "choices[0].message.content"
    listed: {each: search_results, title: title, number: index}
    marks: ["^[{n}]^"]
"""
FOUND = [
    {"index": 1, "url": "https://a.example.com/", "title": "甲"},
    {"index": 2, "url": "https://b.example.com/", "title": "乙"},
]
REPLIES: dict[str, tuple[str, dict[str, Any]]] = {
    "perplexity": ("好[2]。", {"search_results": FOUND}),
    "hunyuan": ("好[2](@ref)。", {"search_info": {"search_results": FOUND}}),
    "qianfan": ("好^[2]^。", {"search_results": FOUND}),
}


def profile(**changes: Any) -> ApiProfile:
    return ApiProfile.of(EngineFile.model_validate({**GOOD, **changes}))


@pytest.mark.parametrize("name", REPLIES)
def test_another_provider_is_a_file_and_no_code(name: str) -> None:
    file = profile(**yaml.safe_load(OTHERS)[name])
    text, more = REPLIES[name]
    said = {"choices": [{"finish_reason": "stop", "message": {"content": text}}], **more}
    answer = read(file, [said])
    assert (answer.status, answer.text, answer.citations_known) == (AnswerStatus.OK, "好。", True)
    assert answer.links == (
        Link("https://a.example.com/", "甲", "", cited=False),
        Link("https://b.example.com/", "乙", "", cited=True),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reply": {"text": "choices[0"}}, "reply.text"),
        ({"reply": {"text": "a", "listed": {"each": "a b"}}}, "reply.listed.each"),
        ({"reply": {"text": "a", "marks": ["[n]"]}}, "reply.marks.0"),
        ({"reply": {"text": "a", "marks": ["{n}"]}}, "reply.marks.0"),
        ({"reply": {"text": "a", "marks": ["[{n}]"]}}, "reply"),
        ({"reply": {"text": "a", "marks": ["({link})"]}}, "reply"),
        ({"finish": {"reason": "a", "whole": []}}, "finish.whole"),
        ({"body": {"messages": []}}, "the whole file"),
        ({"body": {"input": "{question}"}, "tool_loop": {"reason": "x", "echo": ["y"]}}, "the whole file"),
        ({"headers": {"Content-Length": "1"}}, "the whole file"),
        ({"key": None, "headers": {"api-key": "{key}"}}, "the whole file"),
        ({"errors": [{"outcome": "refused"}]}, "errors.0"),
        ({"endpoint": "ftp://example.com"}, "endpoint"),
        ({"surface": "browser"}, "surface"),
        ({"pacing": {"parallel": 0}}, "pacing.parallel"),
        ({"modle": "m"}, "modle"),
        ({"key": "sk-1"}, "key"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(EngineFileError) as refused:
        profile(**changes)
    assert (refused.value.file, refused.value.field) == ("some-api", field)


def test_a_question_is_never_taken_for_a_place() -> None:
    asked = Question("{model}？{keyword}", dt.date(2026, 12, 1), 2, "耳机")
    file = profile(endpoint="https://example.com/{date}/{keyword}/{replicate}/{other}")
    assert body_for(file, asked)["messages"][0]["content"] == "{model}？{keyword}"
    assert body_for(file, asked)["model"] == "m-1"
    assert address_for(file, asked) == "https://example.com/2026-12-01/%E8%80%B3%E6%9C%BA/2/{other}"


def test_answers_that_begin_as_refusals_do_are_refused() -> None:
    said = {"choices": [{"finish_reason": "stop", "message": {"content": "抱歉，我无法回答。"}}]}
    assert read(profile(refusals=["抱歉，我无法"]), [said]).status is AnswerStatus.REFUSED


def test_a_key_is_named_in_a_file_and_stays_a_name(tmp_path: Path) -> None:
    file = tmp_path / "some.yaml"
    file.write_text(yaml.safe_dump({**GOOD, "pacing": {"requests_a_minute": 120}}), encoding="utf-8")
    (engine,) = load_engines(tmp_path, {"SOME_KEY": "sk-1"})
    stored = engine.model_dump_json()
    assert "sk-1" not in stored
    found = ApiProfile.of(EngineFile.model_validate_json(stored))
    assert (found.key_variable, found.pacing.min_seconds_between_asks) == ("SOME_KEY", 0.5)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "sk-1"}, "key"),
        ({"key": "${A}${B}"}, "key"),
        ({"key": 7}, "key"),
        ({"pacing": {"requests_a_minute": 0}}, "pacing.requests_a_minute"),
        ({"pacing": {"requests_a_minute": "many"}}, "pacing.requests_a_minute"),
        ({"pacing": {"requests_a_minute": 1, "min_seconds_between_asks": 1}}, "pacing.requests_a_minute"),
    ],
)
def test_a_key_in_a_file_and_an_impossible_rate_are_refused(
    tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    (tmp_path / "some.yaml").write_text(yaml.safe_dump({**GOOD, **changes}), encoding="utf-8")
    with pytest.raises(EngineFileError) as refused:
        load_engines(tmp_path, {})
    assert (refused.value.field, "sk-1" in str(refused.value)) == (field, False)


def test_the_files_that_are_shipped_are_off_survive_the_table_and_say_that_no_key_was_used() -> None:
    files = [file for file in load_engines(ROOT / "deploy/engines", {}) if file.kind == "api"]
    assert len(files) == 5
    for file in files:
        found = ApiProfile.of(file)
        assert ApiProfile.of(EngineFile.model_validate_json(file.model_dump_json())) == found
        assert not found.enabled
        assert found.verified.startswith("not verified with a live key")
        assert found.key_variable
