"""ChatGPT's stream (chatgpt.com): messages that grow by patches, "delta encoding v1".

A patch without a path or an operation repeats the last one; one at the root is the snapshot that a message begins with.
The answer is the text of the assistant's messages to all; calls of tools go to other recipients. It marks its sources
by private-use characters around keys like `turn0search0`, which `search_result_groups` resolve, or else the groups of
`content_references`, one a mark. The end is `message_stream_complete` or `[DONE]`.

Written in November 2026 from second-hand notes (live streams of August 2026, notes on 2026 models), never tried live.
`finish_details` is from memory and only ever makes an answer a cut-off one. Not known: what moderation looks like.
"""

from typing import Any, Final

from answerlens_collector.decoders.chatgpt_sources import read_sources
from answerlens_collector.decoders.complaints import complaint_in, failure_said, words_of
from answerlens_collector.decoders.json_events import JsonEvent, JsonEvents
from answerlens_collector.decoders.patches import apply, singles, steps
from answerlens_collector.decoders.reply import Reply
from answerlens_collector.decoders.shapes import items, mapping, text

END: Final = "[DONE]"
COMPLETE: Final = "message_stream_complete"
CUT_OFF: Final = frozenset({"max_tokens", "interrupted"})

Json = dict[str, Any]


class ChatGptDecoder:
    """See the module; made anew for each stream."""

    def __init__(self) -> None:
        self._events = JsonEvents()
        self._messages: list[Json] = []
        self._path: list[str] = []
        self._operation = "add"
        self._end = ""
        self._error: Json = {}

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for event in self._events.feed(chunk):
            self._event(event)

    def reply(self) -> Reply:
        """What has been read so far."""
        error = self._error or self._events.plain()
        failure = failure_said(words_of(error)) if error else None
        messages = [mapping(each.get("message")) for each in self._messages]
        answers = [each for each in messages if _is_answer(each)]
        answer = read_sources("\n\n".join(filter(None, map(_words, answers))), messages)
        stop = next((reason for each in answers if (reason := _stop(each)) in CUT_OFF), "")
        finished = bool(self._end) and not error and not stop
        searched = bool(answer.sources) or any(text(each.get("recipient")).startswith("web") for each in messages)
        return Reply(
            text="" if failure == "refused" else answer.text,
            sources=answer.sources,
            cited=answer.cited,
            search_ran=True if searched else (False if finished else None),
            finished=finished,
            finish_reason=words_of(error) or stop or self._end or None,
            failure=failure,
            broken_frames=self._events.broken,
            citations_known=answer.known,
        )

    def _event(self, event: JsonEvent) -> None:
        if event.text == END or event.data.get("type") == COMPLETE:
            self._end = self._end or COMPLETE
        elif event.name != "delta":
            self._error = complaint_in(event.data) or self._error
        elif "v" in event.data:
            self._patch(event.data)

    def _patch(self, patch: Json) -> None:
        self._path = steps(patch["p"]) if "p" in patch else self._path
        self._operation = text(patch.get("o")) or self._operation
        value = patch["v"]
        if not self._path and isinstance(value, dict) and "message" in value:
            self._messages.append(value)
        elif self._messages:
            for path, operation, single in singles(self._path, self._operation, value):
                apply(self._messages[-1], path, operation, single)


def _is_answer(message: Json) -> bool:
    author, kind = mapping(message.get("author")), mapping(message.get("content")).get("content_type")
    return (author.get("role"), message.get("recipient"), kind) == ("assistant", "all", "text")


def _words(message: Json) -> str:
    return "".join(map(text, items(mapping(message.get("content")).get("parts"))))


def _stop(message: Json) -> str:
    return text(mapping(mapping(message.get("metadata")).get("finish_details")).get("type"))
