"""What a set-up needs to know, checked before anything is asked or written."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from answerlens_cli.repository import ROOT
from answerlens_cli.setup import options
from answerlens_cli.setup.errors import SetupError
from answerlens_common.contracts.engines import KEY, VARIABLE, EngineFile, EngineFileError, load_engine

SHIPPED = ROOT / "deploy" / "engines"
SMALL_BANK = 40
"""Questions of a first bank: an answer the same day for a few coins."""
_ENABLED = re.compile(r"^enabled:.*$", re.MULTILINE)
_FEW_INTENTS, _MANY_INTENTS = 4, 8
_MANY_QUESTIONS = 80

KeyOf = Callable[[str, EngineFile], str]
"""The key of an engine, by the variable that its file names."""


@dataclass(frozen=True)
class ChosenEngine:
    """An engine that is to be asked.

    Attributes:
        file: where it was read.
        text: its file's, switched on.
        variables: what it needs of the environment: its key, and whatever else its file names.
    """

    name: str
    file: Path
    text: str
    variables: Mapping[str, str]


def choose_engines(names: Sequence[str], files: Sequence[Path], key_of: KeyOf) -> list[ChosenEngine]:
    """The engines by the names of shipped files, and those in other files.

    Raises:
        SetupError: an unknown name, a file that cannot be used, an engine that set-up cannot try, or a name twice.
    """
    paths = [*(_shipped(name) for name in names), *files]
    if not paths:
        message = f"name an engine; shipped ones with an API: {', '.join(shipped())}"
        raise SetupError(options.ENGINE, message)
    chosen: dict[str, ChosenEngine] = {}
    for path in paths:
        engine = _chosen(path, key_of)
        if engine.name in chosen:
            message = f"{engine.name} is named twice"
            raise SetupError(options.ENGINE, message)
        chosen[engine.name] = engine
    return list(chosen.values())


def shipped() -> list[str]:
    """The names of the shipped engines that need no more than a key."""
    files = (load_engine(path, {}) for path in sorted(SHIPPED.glob("*.yaml")))
    return [file.name for file in files if file.kind == "api"]


def bank_settings(questions: int) -> dict[str, str]:
    """The settings of a bank of about so many questions."""
    intents = _FEW_INTENTS if questions < _MANY_QUESTIONS else _MANY_INTENTS
    each = max(1, round(questions / intents))
    return {"ANSWERLENS_CLUSTERS": str(intents), "ANSWERLENS_QUESTIONS_PER_CLUSTER": str(each)}


def _shipped(name: str) -> Path:
    path = SHIPPED / f"{name}.yaml"
    if name not in shipped():
        message = f"{name} is not one of {', '.join(shipped())}; another is given by --engine-file"
        raise SetupError(options.ENGINE, message)
    return path


def _chosen(path: Path, key_of: KeyOf) -> ChosenEngine:
    try:
        file = load_engine(path)
    except EngineFileError as error:
        raise SetupError(options.ENGINE_FILE, str(error)) from None
    if file.kind != "api":
        message = (
            f"{file.name} is of kind {file.kind}: set-up tries engines of kind api; docs/engines.md has the others"
        )
        raise SetupError(options.ENGINE_FILE, message)
    text = path.read_text(encoding="utf-8")
    switched = _ENABLED.sub("enabled: true", text)
    named = re.fullmatch(KEY, str((file.model_extra or {}).get("key", "")))
    variables = {name: os.environ[name] for found in VARIABLE.finditer(text) if (name := found["name"]) in os.environ}
    if named:
        variables[named["name"]] = key_of(named["name"], file)
    return ChosenEngine(file.name, path, switched, variables)
