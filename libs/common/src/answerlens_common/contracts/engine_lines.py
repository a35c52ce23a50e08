"""Where the fields of an engine's file stand: an error in one is told with its line."""

from collections.abc import Iterator, Mapping

import yaml
from pydantic import BaseModel, ConfigDict


class Origin(BaseModel):
    """The file that an engine was read from, and the line of each of its fields (`dom.strip.0`), from 1."""

    model_config = ConfigDict(frozen=True)

    file: str
    lines: Mapping[str, int] = {}

    def line(self, field: str) -> int | None:
        """The line of a field; of one that is missing, that of the nearest around it."""
        while field and field not in self.lines:
            field = field.rpartition(".")[0]
        return self.lines.get(field)


def origin_of(file: str, text: str) -> Origin:
    """The same for the text of a YAML file, which must be one that can be read."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return Origin(file=file, lines=dict(_lines(root, "")) if root is not None else {})


def _lines(node: yaml.Node, field: str) -> Iterator[tuple[str, int]]:
    inner: Iterator[tuple[str, yaml.Node, int]] = iter(())
    if isinstance(node, yaml.MappingNode):
        inner = ((str(key.value), value, key.start_mark.line + 1) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        inner = ((str(place), value, value.start_mark.line + 1) for place, value in enumerate(node.value))
    for name, value, line in inner:
        path = f"{field}.{name}".lstrip(".")
        yield path, line
        yield from _lines(value, path)
