"""The language model in the loop, measured with the sandbox's: it knows intents by words, and errs once in ten."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from answerlens_bank_builder.grouping import Grouper
from answerlens_bank_builder.labelling import group_with_model
from answerlens_common.llm import LanguageModel
from answerlens_sandbox.grouping_tasks import QuestionIntents, keyword_intents, label, right_label
from answerlens_sandbox.world import World
from tests.integration.bank_builder.conftest import SEED
from tests.integration.bank_builder.test_clustering import labelled


@pytest.mark.parametrize("name", ["clustering_held_out.jsonl", "clustering_hot_list.jsonl"])
async def test_the_loop_keeps_nine_tenths_of_what_labels_with_one_error_in_ten_are_worth(
    grouper: Grouper, llm: LanguageModel, name: str
) -> None:
    theirs = []
    ours = []
    wrong = []
    for keyword, truth in labelled(name).items():
        questions, intents = list(truth), list(truth.values())
        asked = {"keyword": keyword, "most": 8, "questions": questions}
        proposed = [each["intent"] for each in keyword_intents(World(SEED), asked)[0]["intents"]]
        given = QuestionIntents(keyword=keyword, intents=proposed, unlabelled=[])
        labels = [label(SEED, given, question) for question in questions]
        wrong += [label != right_label(given, question) for label, question in zip(labels, questions, strict=True)]
        theirs.append(adjusted_rand_score(intents, labels))
        groups = await group_with_model(llm, grouper, keyword, questions, 8)
        assert {group.intent for group in groups} <= set(proposed)
        assert all(group.is_named for group in groups)
        number = {question: n for n, group in enumerate(groups) for question in group.questions}
        ours.append(adjusted_rand_score(intents, [number.get(question, -1) for question in questions]))
    assert 0.05 < np.mean(wrong) < 0.2
    assert np.mean(ours) >= 0.9 * np.mean(theirs)
