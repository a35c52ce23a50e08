"""What people want to know, whatever the thing is: generic intents, each given by phrasings (`intents.toml`)."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Intent:
    """A generic intent: its name as a reader sees it, how people phrase it, and whether they name brands in it."""

    name: str
    phrasings: tuple[str, ...]
    about_brands: bool = False


def _read() -> tuple[Intent, ...]:
    rows = tomllib.loads(files(__package__).joinpath("intents.toml").read_text(encoding="utf-8"))["intent"]
    return tuple(Intent(row["name"], tuple(row["phrasings"]), row.get("about_brands", False)) for row in rows)


INTENTS = _read()
