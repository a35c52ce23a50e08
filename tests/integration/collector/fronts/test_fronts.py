"""Chat pages that others wrote, each asked by a profile alone: what they serve comes back as it was served."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from answerlens_collector.driver import ask
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.limits.breakers import Breakers
from tests.integration.collector.fronts.installing import ROOT, python_with, scripts_of

APPS = Path(__file__).parent / "apps"
START_SECONDS = 90
QUESTIONS = 5
ANSWER = """推荐索尼，见[评测](https://new.example/1)。

```python
print()
```

| 款 | 价 |
|---|---|
| A | 1 |

说完。"""
# words as they are shown: how many line breaks a front end puts between blocks is its own affair
SHOWN = ["推荐索尼，见评测。", "print()", "款", "价", "A", "1", "说完。"]


@dataclass(frozen=True)
class Front:
    """A front end: the app that shows it, where it comes from, its page, and what a profile says of it."""

    app: str
    package: str | None
    path: str
    profile: dict[str, Any]
    command: tuple[str, ...] = ("{app}", "{port}", "{answer}")


FRONTS = {
    "gradio": Front(
        "gradio_chat.py",
        "gradio",
        "/",
        {
            "input": {"selector": "textarea"},
            "dom": {"answer": ".bot.message", "question": ".user.message", "busy": ".stop-button"},
        },
    ),
    "nicegui": Front(
        "nicegui_chat.py",
        "nicegui",
        "/",
        {
            "input": {"selector": ".box input"},
            "dom": {
                "answer": ".q-message-received .q-message-text-content",
                "question": ".q-message-sent",
                "busy": ".busy",
            },
        },
    ),
    "streamlit": Front(
        "streamlit_chat.py",
        "streamlit",
        "/",
        {
            "input": {"selector": "[data-testid=stChatInputTextArea]"},
            "dom": {
                "answer": "[data-testid=stChatMessage]:has([data-testid=stChatMessageAvatarAssistant])"
                " [data-testid=stChatMessageContent]",
                "question": "[data-testid=stChatMessage]:has([data-testid=stChatMessageAvatarUser])",
                "busy": "[data-testid=stStatusWidget]",
            },
        },
        (
            "-m",
            "streamlit",
            "run",
            "{app}",
            "--server.headless",
            "true",
            "--browser.gatherUsageStats",
            "false",
            "--server.port",
            "{port}",
            "--",
            "{answer}",
        ),
    ),
    "chainlit": Front(
        "chainlit_chat.py",
        "chainlit",
        "/",
        {
            # what is sent before the greeting is there is lost
            "ready": ".ai-message",
            "input": {"selector": "#chat-input"},
            "dom": {
                "answer": ".ai-message .message-content",
                "question": "[data-step-type=user_message]",
                "busy": "#stop-button",
                # the head of a block of code: its language, a button
                "strip": [".bg-card > .justify-between"],
            },
        },
        ("-m", "chainlit", "run", "{app}", "--headless", "--port", "{port}"),
    ),
    "deep-chat": Front(
        "script_chats.py",
        None,
        "/deep-chat/",
        {
            "input": {"selector": "#text-input"},
            "dom": {
                "answer": ".ai-message-text",
                "question": ".user-message-text",
                "busy": ".loading-message-text",
            },
        },
    ),
    "n8n": Front(
        "script_chats.py",
        None,
        "/n8n-chat/",
        {
            "before": [
                {
                    "click": ".chat-window-toggle",
                    "unless": ".chat-window textarea",
                    "until": ".chat-window textarea",
                    "seconds": 5,
                    "required": True,
                }
            ],
            "input": {
                "selector": ".chat-window textarea",
            },
            "dom": {
                "answer": ".chat-message-from-bot:not(.chat-message-typing)",
                "question": ".chat-message-from-user",
                "busy": ".chat-message-typing",
            },
        },
    ),
}


@contextmanager
def served(front: Front) -> Iterator[str]:
    """Run the front end's app on a free port; its address."""
    folder = ROOT
    if front.package is not None:
        program = python_with(front.package)
    else:
        program = sys.executable
        folder = scripts_of(**{"deep-chat": "deep-chat", "n8n-chat": "@n8n/chat"})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {"app": str(APPS / front.app), "port": str(port), "answer": ANSWER}
    command = [program, *(part.format(**told) for part in front.command)]
    # some behave otherwise under a test
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment["ANSWER"] = ANSWER
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            url = f"http://127.0.0.1:{port}{front.path}"
            _wait_for(url, server)
            yield url
        finally:
            server.terminate()


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    pytest.fail(f"{url} does not answer")


@pytest.mark.long
@pytest.mark.parametrize("name", FRONTS)
async def test_a_front_end_is_asked_by_a_profile_alone(name: str) -> None:
    front = FRONTS[name]
    with served(front) as url:
        dom = {**front.profile["dom"], "links_cited": "a[href]"}
        profile = SiteProfile.model_validate(
            {
                "name": name,
                "verified": "by this test",
                "url": url,
                "send": {"key": "Enter"},
                "finish": {"timeout_seconds": 30},
                "allow_private_addresses": True,
                **front.profile,
                "dom": dom,
            }
        )
        async with PagePool(profile, BrowserSettings(), Breakers(None)) as pool, pool.page() as page:
            for number in range(QUESTIONS):
                answer = await ask(page, profile, f"耳机怎么选，第{number}问？")
                assert (answer.status, answer.text.split()) == ("ok", SHOWN)
                assert [(link.url, link.cited) for link in answer.links] == [("https://new.example/1", True)]
                assert answer.citations_known
