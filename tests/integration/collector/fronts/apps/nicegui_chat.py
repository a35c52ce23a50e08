"""A chat page of NiceGUI's elements, with a greeting; `python nicegui_chat.py PORT ANSWER`."""

import asyncio
import sys

from nicegui import ui

PORT, ANSWER = int(sys.argv[1]), sys.argv[2]


@ui.page("/")
def page() -> None:
    with ui.column() as log, ui.chat_message(name="bot"):
        ui.markdown("你好，看[介绍](https://greeting.example/)")

    async def send() -> None:
        question, field.value = field.value, ""
        with log:
            ui.chat_message(question, name="you", sent=True)
            with ui.chat_message(name="bot"):
                answer = ui.markdown("")
            spinner = ui.spinner().classes("busy")
        for part in range(1, 11):
            await asyncio.sleep(0.05)
            answer.set_content(ANSWER[: len(ANSWER) * part // 10])
        spinner.delete()

    field = ui.input("?").on("keydown.enter", send).classes("box")


ui.run(port=PORT, show=False, reload=False)
