"""The engines of an installation: one YAML file each, of which only the common part is known here.

What a kind of engine needs besides (a site profile, an API's address) is checked by the service that runs it.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from answerlens_common.contracts.engine_lines import Origin, origin_of
from answerlens_common.errors import BusinessError

# ${NAME}, or ${NAME:-what to use when NAME is not set}
VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")
KEY: Final = r"^\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}$"
"""How a file names the variable that holds its engine's key. It is stored so, for several services can read it."""


class EngineFileError(BusinessError):
    """An engine's file cannot be used; says which file, which field and why."""

    def __init__(self, file: str, field: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{file}{f', line {line}' if line else ''}: {field}: {reason}")
        self.file = file
        self.field = field
        self.reason = reason
        self.line = line

    @classmethod
    def of(cls, file: str, error: ValidationError, origin: Origin | None = None) -> "EngineFileError":
        """The same, from the first field that pydantic refused."""
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        line = origin.line(field) if origin is not None else None
        return cls(file, field or "the whole file", first["msg"], line)


IMPORTED: Final = "imported"
"""The surface of answers that were collected elsewhere."""
RUN_KINDS: Final = ("browser", "api")
"""The kinds that the collector runs (its `KINDS`) and that may be ordered; an installation may list others."""


class EngineFile(BaseModel):
    """What every engine has, of whatever kind; the rest of its file is kept as it is."""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    kind: Literal["browser", "api", "service"] = Field(default="browser", description="how it is asked")
    surface: Literal["browser", "api", "service"]
    enabled: bool = True
    replicates: int = Field(default=1, ge=1, le=5, description="times a question is asked a day")
    origin: Origin | None = Field(default=None, exclude=True, description="no field of a file: where it was read")

    def refused(self, error: ValidationError) -> EngineFileError:
        """What pydantic has refused of it, with the place in the file where that is known."""
        file = self.origin.file if self.origin is not None else self.name
        return EngineFileError.of(file, error, self.origin)

    def wrong(self, field: str, reason: str) -> EngineFileError:
        """The same for one field."""
        if self.origin is None:
            return EngineFileError(self.name, field, reason)
        return EngineFileError(self.origin.file, field, reason, self.origin.line(field))


def load_engines(folder: str | Path, environment: Mapping[str, str] = os.environ) -> list[EngineFile]:
    """Every `*.yaml` of `folder`, by file name, with `${NAME}` and `${NAME:-default}` filled in.

    A variable that is not set is an error, but in an engine that is not enabled it stays as written. That of a `key` is
    left to the service that uses it.

    Raises:
        EngineFileError: naming the file and the field.
    """
    files = sorted(Path(folder).glob("*.yaml"))
    if not files:
        raise EngineFileError(str(folder), "*.yaml", "no engine file here")
    engines: dict[str, EngineFile] = {}
    for file in files:
        engine = load_engine(file, environment)
        if engine.name in engines:
            raise EngineFileError(file.name, "name", f"{engine.name!r} is the name of another engine too")
        engines[engine.name] = engine
    return list(engines.values())


def load_engine(file: Path, environment: Mapping[str, str] = os.environ) -> EngineFile:
    """The engine in one file; see `load_engines`.

    Raises:
        EngineFileError: naming the file and the field.
    """
    try:
        text = file.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EngineFileError(file.name, "the whole file", str(error)) from error
    if not isinstance(content, dict):
        raise EngineFileError(file.name, "the whole file", "must be a mapping")
    origin = origin_of(file.name, text)
    if "origin" in content:
        raise EngineFileError(file.name, "origin", "is not for a file to say", origin.line("origin"))
    missing: dict[str, str] = {}
    key = content.pop("key", None)
    expanded = _paced(file.name, _expand(content, environment, "", missing))
    if key is not None:
        expanded["key"] = _named(file.name, key)
    try:
        engine = EngineFile.model_validate({**expanded, "origin": origin})
    except ValidationError as error:
        raise EngineFileError.of(file.name, error, origin) from error
    if engine.enabled and missing:
        field, variable = next(iter(missing.items()))
        raise EngineFileError(file.name, field, f"the environment has no {variable}", origin.line(field))
    return engine


def _named(file: str, key: object) -> str:
    if not isinstance(key, str) or not re.fullmatch(KEY, key):
        raise EngineFileError(file, "key", "must name a variable, as ${NAME}: a key does not stand in a file")
    return key


def _paced(file: str, content: dict[str, Any]) -> dict[str, Any]:
    """`content` with a rate of requests as the seconds between two of them, which is how it is kept."""
    pacing = content.get("pacing")
    if not isinstance(pacing, dict) or "requests_a_minute" not in pacing:
        return content
    rate = pacing["requests_a_minute"]
    if "min_seconds_between_asks" in pacing:
        raise EngineFileError(file, "pacing.requests_a_minute", "give either this or min_seconds_between_asks")
    if not isinstance(rate, int | float) or isinstance(rate, bool) or rate <= 0:
        raise EngineFileError(file, "pacing.requests_a_minute", "must be a number over 0")
    kept = {name: value for name, value in pacing.items() if name != "requests_a_minute"}
    return {**content, "pacing": {**kept, "min_seconds_between_asks": 60 / rate}}


def _expand(value: Any, environment: Mapping[str, str], field: str, missing: dict[str, str]) -> Any:  # noqa: ANN401 YAML is any shape
    """`value` with its variables filled in; notes in `missing` each field whose variable is not set."""
    if isinstance(value, dict):
        return {key: _expand(item, environment, f"{field}.{key}".lstrip("."), missing) for key, item in value.items()}
    if isinstance(value, list):
        return [_expand(item, environment, f"{field}.{n}", missing) for n, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        found = environment.get(match["name"], match["default"])
        if found is None:
            missing[field] = match["name"]
            return match[0]
        return found

    return VARIABLE.sub(replace, value)
