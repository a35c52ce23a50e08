"""`python -m answerlens_bank_builder.preview --keyword K < FILE`: how the questions of a file would be grouped.

A question a line in, JSON out: {"clusters": [{"intent", "questions": [...]}]}; what fits no intent, and would not be
asked about, comes last, as 其他. With ANSWERLENS_LLM_BASE_URL set the language model names the intents; without, they
have their generic names.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from answerlens_bank_builder.build import NoSourceQuestionsError, distinct
from answerlens_bank_builder.embedding import EmbeddingModel, EmbeddingSettings
from answerlens_bank_builder.grouping import OTHER, Group, Grouper
from answerlens_bank_builder.writing import name_intents
from answerlens_common.errors import AnswerLensError
from answerlens_common.llm import LanguageModel, LlmSettings
from answerlens_common.settings import BankSettings


async def preview(keyword: str, questions: Sequence[str]) -> dict[str, object]:
    """Return the clusters of the questions as they are printed.

    Raises:
        NoSourceQuestionsError: there are no questions.
    """
    sources = distinct([each.strip() for each in questions])
    if not sources:
        raise NoSourceQuestionsError(keyword)
    grouper = Grouper(EmbeddingModel(EmbeddingSettings()))
    groups = await grouper.group(keyword, sources, BankSettings().clusters)
    names = await _names(keyword, groups)
    clusters = [(name, group.questions) for name, group in zip(names, groups, strict=True)]
    grouped = {question for _, asked in clusters for question in asked}
    if left_over := tuple(each for each in sources if each not in grouped):
        clusters.append((OTHER, left_over))
    return {"clusters": [{"intent": name, "questions": asked} for name, asked in clusters]}


async def _names(keyword: str, groups: Sequence[Group]) -> list[str]:
    generic = dict(enumerate(group.intent for group in groups))
    if not os.environ.get("ANSWERLENS_LLM_BASE_URL"):
        return list(generic.values())
    async with LanguageModel(LlmSettings()) as llm:
        named = await name_intents(llm, keyword, dict(enumerate(group.questions for group in groups)), generic)
    return [named[number] for number in generic]


def main() -> int:
    """Print the clusters; the exit code is 1, with a sentence, for an error that was foreseen."""
    parser = argparse.ArgumentParser(prog="answerlens_bank_builder.preview")
    parser.add_argument("--keyword", required=True)
    keyword = parser.parse_args().keyword
    try:
        questions = sys.stdin.buffer.read().decode("utf-8-sig").splitlines()
        print(json.dumps(asyncio.run(preview(keyword, questions)), ensure_ascii=False))  # noqa: T201 (a command)
    except (AnswerLensError, UnicodeDecodeError, ValidationError) as error:
        print(error, file=sys.stderr)  # noqa: T201 (the same)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
