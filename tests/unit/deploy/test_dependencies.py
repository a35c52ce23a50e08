"""Each image has what its code imports: one environment with everything hides what a service forgot to declare."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

# Our libraries: what they require is read from their pyproject.toml, and not from what is installed here.
LIBRARIES = {"answerlens-common": "libs/common", "answerlens-orders": "libs/orders", "answerlens-rates": "libs/rates"}
# What an image starts, and the folder whose pyproject.toml says what it installs.
IMAGES = {
    "order-api": ("services/order-api", ["answerlens_order_api"]),
    "searcher": ("services/searcher", ["answerlens_searcher"]),
    "bank-builder": ("services/bank-builder", ["answerlens_bank_builder"]),
    "collector": ("services/collector", ["answerlens_collector"]),
    "scorer": ("services/scorer", ["answerlens_scorer"]),
    "analyzer": ("services/analyzer", ["answerlens_analyzer"]),
    "scheduler": ("services/scheduler", ["answerlens_scheduler"]),
    "jobs": ("libs/common", ["answerlens_common.db.migrations", "answerlens_common.jobs.topology"]),
    "sandbox": ("sandbox", ["answerlens_sandbox"]),
}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _required(name: str) -> list[Requirement]:
    return [Requirement(line) for line in metadata.requires(name) or []]


def _declared(root: Path, folder: str) -> dict[str, list[str]]:
    """The requirements of a package of ours: by extra, and under "" those it always has."""
    project = tomllib.loads((root / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"": project.get("dependencies", []), **project.get("optional-dependencies", {})}


def _installed(root: Path, folder: str) -> set[str]:
    """The distributions that an installation of `folder` brings, all the way down."""
    libraries = {name: _declared(root, library) for name, library in LIBRARIES.items()}
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(line) for line in _declared(root, folder)[""]]
    while waiting:
        needed = waiting.pop()
        name = _normal(needed.name)
        for extra in {"", *needed.extras} - {extra for seen, extra in found if seen == name}:
            found.add((name, extra))
            if name in libraries:
                waiting += [Requirement(line) for line in libraries[name][extra]]
                continue
            waiting += [one for one in _required(name) if not one.marker or one.marker.evaluate({"extra": extra})]
    return {name for name, _ in found}


def _module_file(root: Path, name: str) -> list[Path]:
    """The file of a module of ours; none when the name is that of something in a module."""
    parts = name.split(".")
    for sources in [*root.glob("libs/*/src"), *root.glob("services/*/src"), root / "sandbox/src"]:
        path = sources.joinpath(*parts)
        for file in (path / "__init__.py", path.with_suffix(".py")):
            if file.is_file():
                return [file]
    return []


def _imports(file: Path) -> Iterator[str]:
    """The names that a file imports while running, `from a import b` as `a` and `a.b`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    only_for_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in only_for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _foreign(root: Path, started: list[str]) -> set[str]:
    """The packages of others that these modules import, directly or by modules of ours."""
    waiting = [file for name in started for found in _module_file(root, name) for file in found.parent.rglob("*.py")]
    seen: set[Path] = set()
    foreign: set[str] = set()
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        for name in _imports(file):
            if name.startswith("answerlens_"):
                parts = name.split(".")
                for end in range(1, len(parts) + 1):
                    waiting += _module_file(root, ".".join(parts[:end]))
            else:
                foreign.add(name.split(".")[0])
    return foreign - sys.stdlib_module_names


@pytest.fixture(scope="module")
def distributions() -> dict[str, set[str]]:
    """What is imported, by which distributions bring it."""
    return {name: {_normal(one) for one in some} for name, some in metadata.packages_distributions().items()}


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_has_what_its_code_imports(image: str, root: Path, distributions: dict[str, set[str]]) -> None:
    folder, started = IMAGES[image]
    installed = _installed(root, folder)
    missing = {name for name in _foreign(root, started) if not installed & distributions.get(name, {name})}
    assert missing == set()
