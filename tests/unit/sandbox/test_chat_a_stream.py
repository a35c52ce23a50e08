import json
import re

from answerlens_sandbox.answer import answer
from answerlens_sandbox.chat_a_stream import events, marked
from answerlens_sandbox.world import World
from tests.unit.sandbox.streams import frames, patched

QUESTION = "预算500元，蓝牙耳机怎么选？"


def _streams(*, thinking: bool) -> list[tuple[str, str]]:
    """Return text wanted and stream, for many answers."""
    answers = [answer(World(7), "chat-a", QUESTION, nth) for nth in range(1, 40)]
    return [(marked(each), events(each, "题", 1, nth, thinking=thinking)) for nth, each in enumerate(answers)]


def test_the_patches_come_to_the_answer() -> None:
    for thinking in (False, True):
        for wanted, stream in _streams(thinking=thinking):
            reply = patched(stream)
            assert reply.text("RESPONSE") == wanted
            assert reply.response["status"] == "FINISHED"
            assert bool(reply.text("THINK")) is thinking
            assert reply.names[0] == "ready"
            assert reply.names[-3:] == ["update_session", "title", "close"]
            assert "finish" in reply.names


def test_the_snapshot_holds_the_first_characters_when_nothing_comes_before() -> None:
    plain = answer(World(7), "chat-a", QUESTION, 1).unsearched()
    first = next(data for name, data in frames(events(plain, "题", 1, thinking=False)) if name == "message")
    fragment = first["v"]["response"]["fragments"][0]
    assert fragment["type"] == "RESPONSE"
    assert fragment["content"]
    assert plain.text.startswith(fragment["content"])


def test_every_form_of_patch_occurs() -> None:
    streams = "".join(stream for _, stream in _streams(thinking=True))
    messages = [data for name, data in frames(streams) if name == "message"]
    assert any(set(each) == {"v"} and isinstance(each["v"], str) for each in messages)
    assert any(each.get("p") == "response/fragments" for each in messages)
    nested = [each for each in messages if each.get("o") == "BATCH" and each["v"][0]["p"] == "fragments"]
    assert nested
    assert ": keep-alive" in streams


def test_marks_are_the_cited_sources_numbers() -> None:
    for nth in range(1, 40):
        given = answer(World(7), "chat-a", QUESTION, nth)
        reply = patched(events(given, "题", 1, nth, thinking=False))
        marks = {int(each) for each in re.findall(r"\[citation:(\d+)\]", reply.text("RESPONSE"))}
        cited = {source.url for source in given.sources if source.cited}
        assert {result["url"] for result in reply.results if result["cite_index"] in marks} == cited
        assert len(reply.results) == len(given.sources)


def test_with_tools_marks_name_the_pages_that_were_opened() -> None:
    for nth in range(1, 40):
        given = answer(World(7), "chat-a", QUESTION, nth)
        reply = patched(events(given, "题", 1, nth, thinking=nth % 2 == 0, tools=True))
        text = reply.text("RESPONSE")
        assert re.sub(r"\[reference:\d+\]", "", text) == given.text
        references = reply.response["fragments"][-1]["references"]
        opened = {each["id"]: each["result"] for each in reply.response["fragments"] if each["type"] == "TOOL_OPEN"}
        named = [references[int(place)]["id"] for place in re.findall(r"\[reference:(\d+)\]", text)]
        cited = {source.url for source in given.sources if source.cited}
        assert {opened[each]["url"] for each in named} == cited
        assert {result["url"] for result in reply.results} == {source.url for source in given.sources}
        assert {result["cite_index"] for result in reply.results} == {None}


def test_sources_have_the_real_fields() -> None:
    results = [result for _, stream in _streams(thinking=False) for result in patched(stream).results]
    keys = {"url", "title", "snippet", "cite_index", "published_at", "site_name", "site_icon", "query_indexes"}
    assert all(set(result) == keys for result in results)
    assert any(result["cite_index"] is None for result in results)
    assert any(isinstance(result["published_at"], float) for result in results)
    assert any(result["published_at"] is None for result in results)
    assert json.dumps(results)
