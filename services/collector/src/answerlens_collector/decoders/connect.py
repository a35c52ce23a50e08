"""Frames of the Connect protocol: a byte of flags, four of length (big-endian), then JSON; from bytes cut anywhere."""

import json
from dataclasses import dataclass
from typing import Any, Final

from answerlens_collector.decoders.plain import PlainObject
from answerlens_collector.decoders.shapes import mapping

HEAD: Final = 5  # bytes before a frame's JSON
COMPRESSED: Final = 0x01
LAST: Final = 0x02


@dataclass(frozen=True, slots=True)
class ConnectFrame:
    """One frame's JSON object; `last`: the stream ends with it."""

    data: dict[str, Any]
    last: bool


class ConnectFrames:
    """Turns bytes into frames; by their lengths, for a length may look like the beginning of JSON.

    Attributes:
        broken: how many frames could not be read. After one whose flags make no sense there are no more frames.
    """

    def __init__(self) -> None:
        self.broken = 0
        self._rest = b""
        self._begun = False
        self._lost = False
        self._plain = PlainObject()

    def feed(self, chunk: bytes) -> list[ConnectFrame]:
        """The frames that `chunk` completes."""
        self._plain.feed(chunk)
        self._rest += chunk
        frames = []
        while len(self._rest) >= HEAD and not self._lost:
            flags = self._rest[0]
            if flags > COMPRESSED | LAST:
                self._lost = True
                self.broken += self._begun
                break
            end = HEAD + int.from_bytes(self._rest[1:HEAD], "big")
            if len(self._rest) < end:
                break
            frames.append(ConnectFrame(self._read(flags, self._rest[HEAD:end]), last=bool(flags & LAST)))
            self._rest = self._rest[end:]
            self._begun = True
        return frames

    def plain(self) -> dict[str, Any]:
        """The JSON object that came instead of frames; {} where there was none."""
        return self._plain.value()

    def _read(self, flags: int, body: bytes) -> dict[str, Any]:
        if not flags & COMPRESSED:
            try:
                return mapping(json.loads(body or b"{}"))
            except (ValueError, RecursionError):
                pass
        self.broken += 1
        return {}
