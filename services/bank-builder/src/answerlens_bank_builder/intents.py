"""What people want to know, whatever the thing is: generic intents, each given by phrasings (`intents.toml`)."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Intent:
    """A generic intent: its name as a reader sees it, and how people phrase it."""

    name: str
    phrasings: tuple[str, ...]


def _read() -> tuple[Intent, ...]:
    rows = tomllib.loads(files(__package__).joinpath("intents.toml").read_text(encoding="utf-8"))["intent"]
    return tuple(Intent(row["name"], tuple(row["phrasings"])) for row in rows)


INTENTS = _read()
