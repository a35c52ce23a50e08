"""An embedding model that works out each text once: tests build banks of the same few keywords many times."""

from collections.abc import Sequence

import numpy as np

from answerlens_bank_builder.embedding import Embedder, Vectors


class Remembering:
    """The vectors of another model, kept for as long as the tests run."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._known: dict[str, Vectors] = {}

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """The other model's vectors, of shape (len(texts), d)."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new or not texts:
            vectors = await self._model.embed(new)
            self._known |= zip(new, vectors, strict=True)
            if not texts:
                return vectors
        return np.stack([self._known[text] for text in texts])
