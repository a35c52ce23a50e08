"""API keys: 32 random bytes, shown once, stored as their SHA-256."""

import hashlib
import re
import secrets

PREFIX = "al_"
_SHAPE = re.compile(r"al_[A-Za-z0-9_-]{43}")


def new_key() -> str:
    """A fresh key: al_ and 43 characters."""
    return PREFIX + secrets.token_urlsafe(32)


def sha256_of(key: str) -> str:
    """What is stored of a key. No salt and no stretching: 256 random bits cannot be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_key(text: str) -> bool:
    """Whether a text has a key's shape; anything else need not be looked up."""
    return _SHAPE.fullmatch(text) is not None
