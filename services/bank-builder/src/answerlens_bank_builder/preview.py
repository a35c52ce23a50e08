"""`python -m answerlens_bank_builder.preview --keyword K < FILE`: how the questions of a file would be grouped.

A question a line in, JSON out: {"clusters": [{"intent", "questions": [...]}]}; what fits no intent, and would not be
asked about, comes last, as 其他. With ANSWERLENS_LLM_BASE_URL set the language model proposes the intents and labels
the questions; without, they are grouped by the embedded way alone, and the intents have generic names.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from answerlens_bank_builder.bank import NoSourceQuestionsError
from answerlens_bank_builder.embedding import EmbeddingModel, EmbeddingSettings
from answerlens_bank_builder.grouping import OTHER, Group, Grouper
from answerlens_bank_builder.labelling import group_with_model
from answerlens_bank_builder.pool import distinct
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
    names, groups = await _grouped(grouper, keyword, sources)
    clusters = [(name, group.questions) for name, group in zip(names, groups, strict=True)]
    grouped = {question for _, asked in clusters for question in asked}
    if left_over := tuple(each for each in sources if each not in grouped):
        clusters.append((OTHER, left_over))
    return {"clusters": [{"intent": name, "questions": asked} for name, asked in clusters]}


async def _grouped(grouper: Grouper, keyword: str, sources: Sequence[str]) -> tuple[list[str], list[Group]]:
    """The groups and their names, with the language model where one is set."""
    wanted = BankSettings().clusters
    if not os.environ.get("ANSWERLENS_LLM_BASE_URL"):
        groups = await grouper.group(keyword, sources, wanted)
        return [group.intent for group in groups], groups
    async with LanguageModel(LlmSettings()) as llm:
        groups = await group_with_model(llm, grouper, keyword, sources, wanted)
        generic = {number: group.intent for number, group in enumerate(groups)}
        if not all(group.is_named for group in groups):
            questions = {number: group.questions for number, group in enumerate(groups)}
            generic |= await name_intents(llm, keyword, questions, generic)
    return [generic[number] for number in range(len(groups))], groups


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
