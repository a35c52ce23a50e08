"""The digest that the pages' own scripts compute (static/sign.js) and the sandbox checks.

Plain 32-bit arithmetic, since a page that is not on a secure origin has no crypto.subtle.
"""

_LANES = (0x811C9DC5, 0x9747B28C)
_PRIME = 0x01000193
_WORD = 0xFFFFFFFF


def digest(text: str) -> str:
    """Return 16 hexadecimal digits: two FNV-1a lanes over UTF-8, each mixed once more."""
    data = text.encode()
    return "".join(f"{_lane(data, offset):08x}" for offset in _LANES)


def _lane(data: bytes, offset: int) -> int:
    value = offset
    for byte in data:
        value = ((value ^ byte) * _PRIME) & _WORD
    value ^= value >> 16
    value = (value * 0x85EBCA6B) & _WORD
    return value ^ (value >> 13)


def is_proof(challenge: str, nonce: int, difficulty: int) -> bool:
    """Return whether the nonce is proof of work: its digest with the challenge divides by the difficulty."""
    return int(digest(f"{challenge}{nonce}")[:8], 16) % difficulty == 0
