"""Which API a command speaks to, and with whose key."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from answerlens_cli.api import Api
from answerlens_common.errors import BusinessError

DETAILS = "demo.json"

Role = Literal["client", "admin"]


class NoAccessError(BusinessError):
    """Neither the environment nor a running stack names an API and a key."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}: set ANSWERLENS_API_URL and ANSWERLENS_API_KEY, or work in the folder of a stack that is up"
            " (`answerlens up`), or name its run folder in ANSWERLENS_RUN_DIR."
        )


def connect(role: Role, environment: Mapping[str, str] = os.environ, folder: Path | None = None) -> Api:
    """The API of the environment, else of the stack in ANSWERLENS_RUN_DIR, else of that in this folder or one above.

    Args:
        role: whose key to take from the stack; the environment has one key for both.
        environment: where ANSWERLENS_API_URL and ANSWERLENS_API_KEY, or ANSWERLENS_RUN_DIR, may be.
        folder: where to look for a stack, the working directory by default.

    Raises:
        NoAccessError: there is neither, or half of one.
    """
    url, key = environment.get("ANSWERLENS_API_URL"), environment.get("ANSWERLENS_API_KEY")
    if url and key:
        return Api(url, key)
    if url or key:
        why = f"{'ANSWERLENS_API_KEY' if url else 'ANSWERLENS_API_URL'} is not set"
        raise NoAccessError(why)
    start = folder or Path.cwd()
    named = environment.get("ANSWERLENS_RUN_DIR")
    # a stack that is named and not up is no reason to speak to another one
    run_dirs = [Path(named)] if named else [place / ".run" for place in (start, *start.parents)]
    for run_dir in run_dirs:
        file = run_dir / DETAILS
        if file.is_file():
            details = json.loads(file.read_text(encoding="utf-8"))
            return Api(details["api_url"], details[f"{role}_key"])
    why = f"no stack is up in {named}" if named else "no API is known"
    raise NoAccessError(why)
