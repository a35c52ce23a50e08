"""Moments as they are shown to people."""

import datetime as dt


def moment(at: str) -> str:
    """A moment of the API in this machine's time, with its offset: "2026-01-02 11:04:05+08:00"."""
    return dt.datetime.fromisoformat(at).astimezone().isoformat(" ", "seconds")
