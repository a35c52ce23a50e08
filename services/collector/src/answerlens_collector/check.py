"""`python -m answerlens_collector.check FILE QUESTION`: puts one question to the engine in a file, and to nothing else.

No database, no broker, no other service: what it prints, one JSON object, says whether the engine can be asked from
here, with what it took. The exit code is 0 when there is an answer.
"""

import argparse
import asyncio
import datetime as dt
import os
import sys
import time
from pathlib import Path

from pydantic import BaseModel

from answerlens_collector.engines import open_engine
from answerlens_collector.engines.engine import Question
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.contracts.engines import EngineFile, load_engine
from answerlens_common.contracts.statuses import AnswerStatus
from answerlens_common.errors import AnswerLensError, describe
from answerlens_common.limits.breakers import Breakers
from answerlens_common.settings import CalendarSettings

SHOWN_CHARACTERS = 300


class Verdict(BaseModel):
    """What came of one question.

    Attributes:
        status: the answer's, or `failed` when the question could not be put.
        seconds: from the question to the answer.
        characters: of the whole answer; `text` is how it begins.
        listed, cited: how many sources; None where it is not known which are cited.
        cost: in `currency`; None where the file has no price, or the engine does not count tokens.
    """

    engine: str
    kind: str
    surface: str
    status: AnswerStatus
    error: str | None = None
    seconds: float = 0.0
    characters: int = 0
    text: str = ""
    listed: int = 0
    cited: int | None = None
    requested_model: str | None = None
    served_model: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    currency: str | None = None


async def check(file: EngineFile, question: str) -> Verdict:
    """Ask the engine once, as the collector does."""
    verdict = Verdict(engine=file.name, kind=file.kind, surface=file.surface, status=AnswerStatus.FAILED)
    today = dt.datetime.now(CalendarSettings().zone).date()
    started = time.monotonic()
    try:
        engine = open_engine(file, BrowserSettings(), Breakers(None))
        async with engine, engine.place(urgent=True) as ask:
            started = time.monotonic()
            answer = await ask(Question(question, today, 1, ""))
    except AnswerLensError as error:
        return verdict.model_copy(update={"error": describe(error), "seconds": _since(started)})
    price = (file.model_extra or {}).get("price") or {}
    return verdict.model_copy(
        update={
            "status": answer.status,
            "error": answer.error,
            "seconds": _since(started),
            "characters": len(answer.text),
            "text": answer.text[:SHOWN_CHARACTERS],
            "listed": sum(not link.cited for link in answer.links),
            "cited": sum(link.cited for link in answer.links) if answer.citations_known else None,
            "requested_model": answer.requested_model,
            "served_model": answer.served_model,
            "prompt_tokens": answer.prompt_tokens,
            "completion_tokens": answer.completion_tokens,
            "cost": answer.cost,
            "currency": price.get("currency"),
        }
    )


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    parser = argparse.ArgumentParser(prog="answerlens_collector.check", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("question")
    given = parser.parse_args(arguments)
    try:
        verdict = asyncio.run(check(load_engine(given.file, os.environ), given.question))
    except AnswerLensError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(verdict.model_dump_json() + "\n")
    return 0 if verdict.status is AnswerStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
