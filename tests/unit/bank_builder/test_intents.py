from itertools import chain

from answerlens_bank_builder.intents import INTENTS
from answerlens_common.folding import question_key


def test_enough_intents_for_a_bank() -> None:
    assert len(INTENTS) >= 8
    assert len({intent.name for intent in INTENTS}) == len(INTENTS)


def test_phrasings_are_many_and_distinct() -> None:
    assert all(len(intent.phrasings) >= 5 for intent in INTENTS)
    keys = [question_key(each) for each in chain.from_iterable(intent.phrasings for intent in INTENTS)]
    assert len(set(keys)) == len(keys)
