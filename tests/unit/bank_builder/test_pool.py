from collections.abc import Sequence

import numpy as np

from answerlens_bank_builder.embedding import Vectors, unit
from answerlens_bank_builder.pool import QuestionPool

# angles in degrees; 30 degrees apart are a cosine of 0.87, 45 are 0.71
ANGLES = {"甲？": 0, "乙？": 30, "丙？": 45, "丁？": 180, "甲 ？！": 90}


class Compass:
    async def embed(self, texts: Sequence[str]) -> Vectors:
        angles = np.radians([ANGLES[text] for text in texts])
        return unit(np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32))


def pool() -> QuestionPool:
    return QuestionPool(Compass(), np.zeros(2, dtype=np.float32))


async def test_only_new_questions_are_admitted() -> None:
    questions = pool()
    assert await questions.admit(["甲？", "乙？", "甲 ？！", "丙？"], 9, 0.8) == ["甲？", "丙？"]
    assert await questions.admit(["甲？", "丁？"], 9, 0.8) == ["丁？"]


async def test_how_near_they_may_be_is_said_each_time() -> None:
    questions = pool()
    assert await questions.admit(["甲？", "乙？"], 9, 0.8) == ["甲？"]
    assert await questions.admit(["乙？", "甲 ？！"], 9, 0.9) == ["乙？"]


async def test_no_more_than_wanted() -> None:
    questions = pool()
    assert await questions.admit(["甲？", "丙？", "丁？"], 2, 0.8) == ["甲？", "丙？"]
    assert await questions.admit(["丁？"], 1, 0.8) == ["丁？"]
    assert await questions.admit([], 1, 0.8) == []


async def test_what_is_put_in_counts() -> None:
    questions = pool()
    await questions.put(["甲？", "乙？"])
    await questions.put([])
    assert await questions.admit(["乙？", "甲？", "丁？"], 9, 0.8) == ["丁？"]


async def test_similarity_is_that_of_centred_vectors() -> None:
    # seen from a point near both, they lie in opposite directions
    centre = unit(np.array([[np.cos(np.radians(15)), np.sin(np.radians(15))]], dtype=np.float32))[0]
    assert await QuestionPool(Compass(), centre).admit(["甲？", "乙？"], 9, 0.8) == ["甲？", "乙？"]


async def test_questions_on_a_long_keyword_are_told_apart_by_what_they_ask() -> None:
    shown: list[str] = []

    class Listening(Compass):
        async def embed(self, texts: Sequence[str]) -> Vectors:
            shown.extend(texts)
            return await super().embed(["甲？"] * len(texts))

    keyword = "很长的Keyword" * 10
    questions = QuestionPool(Listening(), np.zeros(2, dtype=np.float32), keyword)
    await questions.admit([f"{keyword.upper()}怎么选？", f"买{keyword}看什么？"], 9, 0.8)
    assert shown == ["怎么选?", "买看什么?"]
