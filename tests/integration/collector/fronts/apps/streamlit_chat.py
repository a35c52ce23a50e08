"""Streamlit's chat, with a greeting; `streamlit run streamlit_chat.py -- ANSWER`."""

import sys
import time
from collections.abc import Iterator

import streamlit

ANSWER = sys.argv[1]


def pieces() -> Iterator[str]:
    for start in range(0, len(ANSWER), 8):
        time.sleep(0.05)
        yield ANSWER[start : start + 8]


said = streamlit.session_state.setdefault("said", [("assistant", "你好，看[介绍](https://greeting.example/)")])
for role, text in said:
    streamlit.chat_message(role).markdown(text)
if question := streamlit.chat_input("?"):
    streamlit.chat_message("user").markdown(question)
    with streamlit.chat_message("assistant"):
        streamlit.write_stream(pieces())
    said += [("user", question), ("assistant", ANSWER)]
