"""The settings that `answerlens setup` writes and `answerlens up` reads: one folder, which only its owner can read."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values, set_key

from answerlens_cli.repository import ROOT

VARIABLE = "ANSWERLENS_SETTINGS_DIR"
FILE = "answerlens.env"
ENGINES = "engines"


def settings_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder: that of ANSWERLENS_SETTINGS_DIR, else `.settings` in the checkout."""
    named = environment.get(VARIABLE)
    return Path(named) if named else ROOT / ".settings"


def load(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What the file says and the environment does not, which wins; nothing where there is no file."""
    file = settings_dir(environment) / FILE
    found = dotenv_values(file, interpolate=False) if file.is_file() else {}
    return {name: value for name, value in found.items() if value is not None and name not in environment}


def write(values: Mapping[str, str], engines: Mapping[str, str], folder: Path) -> Path:
    """Write the settings and the engines' files (`engines`: their texts by name), in the place of those of before.

    Returns:
        The file of settings.
    """
    draft = folder.with_name(f"{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    file = draft / FILE
    file.touch(mode=0o600)
    for name, value in values.items():
        set_key(file, name, value)
    file.chmod(0o600)
    (draft / ENGINES).mkdir(mode=0o700)
    for name, text in engines.items():
        (draft / ENGINES / f"{name}.yaml").write_text(text, encoding="utf-8")
    before = folder.with_name(f"{folder.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        folder.rename(before)
    draft.rename(folder)
    shutil.rmtree(before, ignore_errors=True)
    return folder / FILE
