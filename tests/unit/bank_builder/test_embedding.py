import asyncio
import threading
from typing import Any

import numpy as np
import pytest

from answerlens_bank_builder import embedding
from answerlens_bank_builder.embedding import EmbeddingModel, EmbeddingSettings, ModelLoadError, embed, unit


class Encoder:
    """What is used of a SentenceTransformer."""

    def __init__(self, prompts: dict[str, str] | None = None) -> None:
        self.prompts = prompts or {}
        self.prompt_names: list[str | None] = []
        self.threads: list[int] = []

    def get_embedding_dimension(self) -> int:
        return 3

    def encode(self, texts: list[str], *, prompt_name: str | None, show_progress_bar: bool) -> Any:
        assert not show_progress_bar
        self.prompt_names.append(prompt_name)
        self.threads.append(threading.get_ident())
        return np.full((len(texts), 3), 2.0, dtype=np.float64)


def test_embed_gives_unit_float32_rows() -> None:
    vectors = embed(Encoder(), ["甲", "乙"])  # type: ignore[arg-type]
    assert vectors.dtype == np.float32
    assert vectors.shape == (2, 3)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_embed_nothing() -> None:
    assert embed(Encoder(), []).shape == (0, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize(("prompts", "name"), [({"query": "query: "}, "query"), ({"query": ""}, None), ({}, None)])
def test_embed_uses_the_query_prompt_where_there_is_one(prompts: dict[str, str], name: str | None) -> None:
    encoder = Encoder(prompts)
    embed(encoder, ["甲"])  # type: ignore[arg-type]
    assert encoder.prompt_names == [name]


def test_unit_keeps_zero_rows() -> None:
    assert unit(np.array([[0, 0], [3, 4]], dtype=np.float32)).tolist() == [
        [0, 0],
        [pytest.approx(0.6), pytest.approx(0.8)],
    ]


async def test_model_loads_in_the_background_once(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = Encoder()
    may_load = threading.Event()
    loads = []

    def load(name: str, device: str) -> Encoder:
        loads.append((name, device))
        assert may_load.wait(10)
        return encoder

    monkeypatch.setattr(embedding, "load_model", load)
    model = EmbeddingModel(EmbeddingSettings(model="some", device="cpu"))
    assert model.unready == "the embedding model is loading"
    model.start()
    model.start()
    assert not model.ready
    waiting = asyncio.gather(model.embed(["甲"]), model.embed(["乙", "丙"]))
    may_load.set()
    one, two = await waiting
    assert (len(one), len(two)) == (1, 2)
    assert model.ready
    assert loads == [("some", "cpu")]
    assert set(encoder.threads) != {threading.get_ident()}
    assert len(set(encoder.threads)) == 1


async def test_a_load_that_failed_is_said_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes: list[Exception | Encoder] = [OSError("no such model"), Encoder()]

    def load(_name: str, _device: str) -> Encoder:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(embedding, "load_model", load)
    model = EmbeddingModel(EmbeddingSettings(model="missing"))
    with pytest.raises(ModelLoadError) as caught:
        await model.embed(["甲"])
    assert caught.value.name == "missing"
    assert not model.ready
    assert "no such model" in (model.unready or "")
    assert len(await model.embed(["甲"])) == 1
    assert model.ready


async def test_a_caller_that_gives_up_does_not_stop_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    may_load = threading.Event()

    def load(_name: str, _device: str) -> Encoder:
        assert may_load.wait(10)
        return Encoder()

    monkeypatch.setattr(embedding, "load_model", load)
    model = EmbeddingModel(EmbeddingSettings())
    caller = asyncio.create_task(model.embed(["甲"]))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    may_load.set()
    assert len(await model.embed(["甲"])) == 1
