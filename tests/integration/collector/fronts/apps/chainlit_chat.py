"""Chainlit's chat, with a greeting and answers in two messages; `ANSWER=… chainlit run chainlit_chat.py`."""

import asyncio
import os

import chainlit

ANSWER = os.environ["ANSWER"]


@chainlit.on_chat_start
async def greet() -> None:
    await chainlit.Message("你好，看[介绍](https://greeting.example/)").send()


@chainlit.on_message
async def reply(_question: chainlit.Message) -> None:
    for part in ANSWER.split("\n\n", 1):
        said = chainlit.Message("")
        for start in range(0, len(part), 8):
            await asyncio.sleep(0.05)
            await said.stream_token(part[start : start + 8])
        await said.send()
