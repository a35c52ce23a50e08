"""Gradio's ChatInterface, with a greeting; `python gradio_chat.py PORT ANSWER`."""

import sys
import time
from collections.abc import Iterator

import gradio

PORT, ANSWER = int(sys.argv[1]), sys.argv[2]


def reply(_question: str, _history: list[object]) -> Iterator[str]:
    for part in range(1, 11):
        time.sleep(0.05)
        yield ANSWER[: len(ANSWER) * part // 10]


greeting = {"role": "assistant", "content": "你好，看[介绍](https://greeting.example/)"}
gradio.ChatInterface(reply, chatbot=gradio.Chatbot(value=[greeting])).launch(server_port=PORT, quiet=True)
