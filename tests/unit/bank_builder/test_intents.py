from itertools import chain

from answerlens_bank_builder.intents import INTENTS
from answerlens_common.settings import BankSettings
from answerlens_common.text.folding import question_key


def test_enough_intents_for_a_bank() -> None:
    assert len(INTENTS) >= 8
    assert len({intent.name for intent in INTENTS}) == len(INTENTS)


def test_phrasings_are_many_and_distinct_and_as_many_for_each_intent() -> None:
    assert {len(intent.phrasings) for intent in INTENTS} == {28}
    keys = [question_key(each) for each in chain.from_iterable(intent.phrasings for intent in INTENTS)]
    assert len(set(keys)) == len(keys)


def test_there_is_an_intent_for_every_cluster_that_may_be_asked_for() -> None:
    (most,) = (bound.le for bound in BankSettings.model_fields["clusters"].metadata if hasattr(bound, "le"))
    assert most == len(INTENTS)
