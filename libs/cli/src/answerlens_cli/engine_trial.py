"""Tries an engine with one question, as the collector asks it, in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answerlens_common.errors import BusinessError

TIMEOUT_SECONDS = 600


class NoAnswerError(BusinessError):
    """An engine could not be asked, or has no answer; the message says why, as the engine or the network has it.

    Attributes:
        engine: the name of its file.
    """

    def __init__(self, engine: str, why: str) -> None:
        super().__init__(f"{engine} {why}")
        self.engine = engine


@dataclass(frozen=True)
class EngineTrial:
    """What came of one question; `verdict` is what `answerlens_collector.check` prints."""

    verdict: Mapping[str, Any]

    @property
    def told(self) -> str:
        """What it took, in words."""
        found = self.verdict
        parts = [f"{found['seconds']:g} s", f"{found['characters']} characters"]
        if found["cited"] is None:
            parts.append(f"{found['listed']} sources, which of them it cites is not known")
        else:
            parts.append(f"{found['listed'] + found['cited']} sources, {found['cited']} of them cited")
        if found["prompt_tokens"] is not None:
            parts.append(f"{found['prompt_tokens']} + {found['completion_tokens']} tokens")
        if found["cost"] is not None:
            parts.append(f"{found['cost']:.4f} {found['currency'] or ''}".strip())
        if found["served_model"] and found["served_model"] != found["requested_model"]:
            parts.append(f"answered by {found['served_model']}")
        return ", ".join(parts)


def try_engine(file: Path, question: str, variables: Mapping[str, str]) -> EngineTrial:
    """Put a question to the engine in a file.

    Args:
        file: the engine's.
        question: in words.
        variables: what the file needs of the environment, beside what is there.

    Raises:
        NoAnswerError: there is no answer.
    """
    command = [sys.executable, "-m", "answerlens_collector.check", str(file), question]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        why = f"gave no answer in {TIMEOUT_SECONDS} s"
        raise NoAnswerError(file.stem, why) from None
    try:
        verdict = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        why = f"could not be tried: {(done.stderr.strip().splitlines() or ['no word of why'])[-1]}"
        raise NoAnswerError(file.stem, why) from None
    if done.returncode:
        why = f"has no answer ({verdict['status']}): {verdict['error'] or 'the engine says no more'}"
        raise NoAnswerError(file.stem, why)
    return EngineTrial(verdict)
