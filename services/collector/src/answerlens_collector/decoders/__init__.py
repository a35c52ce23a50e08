"""Decoders: pure functions, fed piece by piece, from the bytes of a chat page's stream to an answer.

Each is named for the site whose stream it reads, and a site profile names one; a site whose stream has another form
gets a module here and a line below.
"""

from collections.abc import Callable

from answerlens_collector.decoders.chatgpt import ChatGptDecoder
from answerlens_collector.decoders.deepseek import DeepSeekDecoder
from answerlens_collector.decoders.doubao import DoubaoDecoder
from answerlens_collector.decoders.kimi import KimiDecoder
from answerlens_collector.decoders.qianwen import QianwenDecoder
from answerlens_collector.decoders.qwen import QwenDecoder
from answerlens_collector.decoders.reply import Decoder, Failure, Reply, Source
from answerlens_collector.decoders.wenxin import WenxinDecoder
from answerlens_collector.decoders.yuanbao import YuanbaoDecoder

DECODERS: dict[str, Callable[[], Decoder]] = {
    "chatgpt": ChatGptDecoder,
    "deepseek": DeepSeekDecoder,
    "doubao": DoubaoDecoder,
    "kimi": KimiDecoder,
    "qianwen": QianwenDecoder,
    "qwen": QwenDecoder,
    "wenxin": WenxinDecoder,
    "yuanbao": YuanbaoDecoder,
}
# What profiles called them before: an installation's own files, and what is stored of them, go on working.
FORMER_NAMES = {"json_patch": "deepseek", "named_events": "doubao"}

__all__ = ["DECODERS", "FORMER_NAMES", "Decoder", "Failure", "Reply", "Source"]
