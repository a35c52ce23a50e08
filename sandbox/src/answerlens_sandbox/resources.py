"""The TOML data that comes with the package."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

PACKAGE = Path(str(files("answerlens_sandbox")))
STATIC = PACKAGE / "static"
TEMPLATES = PACKAGE / "templates"


@cache
def data(name: str) -> dict[str, Any]:
    """Return the content of `data/<name>.toml`."""
    return tomllib.loads((PACKAGE / "data" / f"{name}.toml").read_text(encoding="utf-8"))
