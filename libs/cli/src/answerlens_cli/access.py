"""Which API a command speaks to, and with whose key."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import httpx

from answerlens_cli.api import Api
from answerlens_cli.headers import is_sendable
from answerlens_cli.repository import RUN_DIR
from answerlens_cli.run_dirs import VARIABLE, run_dir_of
from answerlens_common.errors import BusinessError

DETAILS = "demo.json"

Role = Literal["client", "admin"]


class NoAccessError(BusinessError):
    """Neither the environment nor a running stack names an API and a key that can be used."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}: set ANSWERLENS_API_URL and ANSWERLENS_API_KEY, or work in the folder of a stack that is up"
            " (`answerlens up`), or name its run folder in ANSWERLENS_RUN_DIR."
        )


def connect(
    role: Role, environment: Mapping[str, str] = os.environ, folder: Path | None = None, checkout: Path = RUN_DIR
) -> Api:
    """The API of the environment, else of the stack that the other commands mean too (`run_dirs`).

    Args:
        role: whose key to take from the stack; the environment has one key for both.
        environment: where ANSWERLENS_API_URL and ANSWERLENS_API_KEY, or ANSWERLENS_RUN_DIR, may be.
        folder: where to look for a stack, the working directory by default.
        checkout: the checkout's run folder.

    Raises:
        NoAccessError: there is neither, or half of one, or one that cannot be used.
    """
    url, key = environment.get("ANSWERLENS_API_URL"), environment.get("ANSWERLENS_API_KEY")
    if url and key:
        return _opened(url, key, "ANSWERLENS_API_URL", "ANSWERLENS_API_KEY")
    if url or key:
        why = f"{'ANSWERLENS_API_KEY' if url else 'ANSWERLENS_API_URL'} is not set"
        raise NoAccessError(why)
    run_dir = run_dir_of(None, environment, folder, checkout)
    file = run_dir / DETAILS
    if not file.is_file():
        why = f"no stack is up in {run_dir}" if environment.get(VARIABLE) else "no API is known"
        raise NoAccessError(why)
    try:
        details = json.loads(file.read_text(encoding="utf-8"))
        return _opened(details["api_url"], details[f"{role}_key"], f"the address in {file}", f"the key in {file}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"{file} cannot be read ({type(error).__name__})"
        raise NoAccessError(why) from None


def _opened(url: str, key: str, url_name: str, key_name: str) -> Api:
    """A client; what is wrong with an address or a key is said without either: both may hold a secret."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL("")
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        why = f"{url_name} is no address, such as http://127.0.0.1:23111"
        raise NoAccessError(why)
    if not is_sendable(key):
        why = f"{key_name} is no key: it has characters that no key has, or too many"
        raise NoAccessError(why)
    return Api(url, key)
