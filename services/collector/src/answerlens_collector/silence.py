"""Why there is no answer after all the time there was: what was seen, and of which part of the profile."""

from collections.abc import Iterator

from answerlens_collector.decoders import Reply
from answerlens_collector.page_snapshot import PageSnapshot
from answerlens_collector.profile import SiteProfile
from answerlens_collector.reply_stream import ReplyStream


def seen_instead(
    profile: SiteProfile, seen: PageSnapshot | None, stream: ReplyStream | None, reply: Reply | None
) -> str:
    """What was seen instead of an answer, in words that name the selectors and the pattern."""
    said = [*_of_stream(profile, stream, reply), *_of_page(profile, seen)]
    return "; ".join(said)


def _of_stream(profile: SiteProfile, stream: ReplyStream | None, reply: Reply | None) -> Iterator[str]:
    if stream is None or profile.stream is None or reply is None:
        return
    if not stream.requested:
        yield f"no {profile.stream.method} request matches stream.url_pattern {profile.stream.url_pattern!r}"
    elif stream.status is None:
        yield "the stream's request has no response"
    elif not reply.text:
        yield f"in {stream.received} bytes of the stream the decoder {profile.stream.decoder} finds no answer"
    elif not reply.finished:
        yield f"the stream goes on after {len(reply.text)} characters of the answer"


def _of_page(profile: SiteProfile, seen: PageSnapshot | None) -> Iterator[str]:
    dom = profile.dom
    if seen is None:
        yield "the page cannot be looked at"
        return
    if dom.question is not None and not seen.questioned:
        yield f"no new element matches dom.question {dom.question!r}"
        return
    if not seen.answered:
        after = " after the question" if dom.question is not None else ""
        old = f" ({seen.elements} were there before or stand elsewhere)" if seen.elements else ""
        yield f"no new element{after} matches dom.answer {dom.answer!r}{old}"
        if seen.busy:
            yield f"dom.busy {dom.busy!r} is shown"
        return
    shown = f"the page shows {len(seen.text)} characters"
    if seen.busy:
        yield f"{shown}, and dom.busy {dom.busy!r} is shown still"
    elif dom.done is not None and not seen.done:
        yield f"{shown}, and no new element matches dom.done {dom.done!r}"
    elif dom.busy is not None and not seen.was_busy and not seen.done:
        yield f"{shown}, and dom.busy {dom.busy!r} was never shown"
    elif not dom.shows_end:
        yield f"{shown}, and the profile names no sign of the answer's end (dom.busy, dom.done)"
    else:
        yield f"{shown}, which last changed {seen.still:.1f} s ago"
