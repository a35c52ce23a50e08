"""Where today's answers may differ from the golden files, and which line of the CHANGELOG says so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowed:
    """One difference that is meant.

    Attributes:
        files: which golden files, as a pattern such as `api/orders*.json`.
        difference: a regular expression that the whole of a difference matches, as a failing test prints it.
        changelog: a line of CHANGELOG.md, or an unmistakable part of one.
    """

    files: str
    difference: str
    changelog: str


ALLOWED: tuple[Allowed, ...] = ()
