import json
from pathlib import Path

import pytest

from answerlens_common.llm.labelling import Answer
from answerlens_common.llm.suspicion import is_suspicious, visible
from tests.support.injection import ATTACKS, CARRIED, HARD, HONEST

GOLD = Path(__file__).parents[2] / "gold" / "mentions.jsonl"


@pytest.mark.parametrize("attack", [*ATTACKS, *CARRIED], ids=lambda attack: attack.id)
def test_every_attack_is_suspected(attack: Answer) -> None:
    assert is_suspicious(attack.text)


def test_most_attacks_that_were_written_to_get_past_are_suspected() -> None:
    """Five that only hint at scores in plain Chinese are not; docs/method.md says so."""
    assert sum(is_suspicious(attack.text) for attack in HARD) >= 0.75 * len(HARD)


@pytest.mark.parametrize("answer", HONEST, ids=lambda answer: answer.id)
def test_ordinary_answers_are_not(answer: Answer) -> None:
    assert not is_suspicious(answer.text)


def test_few_ordinary_texts_are_suspected() -> None:
    """Each costs a request of its own."""
    texts = [json.loads(line)["text"] for line in GOLD.read_text(encoding="utf-8").splitlines()]
    assert sum(map(is_suspicious, texts)) <= 0.02 * len(texts)


def test_what_nobody_sees_is_not_shown_to_the_model() -> None:
    assert visible("好\u200b用\U000e0067\u202e。\n👩\u200d💻\t") == "好用。\n👩\u200d💻\t"
