"""Decoders: pure functions, fed piece by piece, from the bytes of a chat page's stream to an answer.

A site profile names one; a site whose stream has another form gets a module here and a line below.
"""

from collections.abc import Callable

from answerlens_collector.decoders.json_patch import JsonPatchDecoder
from answerlens_collector.decoders.named_events import NamedEventsDecoder
from answerlens_collector.decoders.reply import Decoder, Failure, Reply, Source

DECODERS: dict[str, Callable[[], Decoder]] = {
    "json_patch": JsonPatchDecoder,
    "named_events": NamedEventsDecoder,
}

__all__ = ["DECODERS", "Decoder", "Failure", "Reply", "Source"]
