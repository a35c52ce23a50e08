import re
import tomllib
from pathlib import Path

import pytest

BASE = "python:3.11.14-slim-bookworm"
BROWSERS = {"searcher", "collector"}


def _dockerfiles(root: Path) -> dict[str, Path]:
    files = {file.parent.name: file for file in root.glob("services/*/Dockerfile")}
    return files | {"jobs": root / "libs/common/Dockerfile", "sandbox": root / "sandbox/Dockerfile"}


@pytest.fixture(scope="module")
def dockerfiles(root: Path) -> dict[str, str]:
    """Each image's Dockerfile, its continued lines joined."""
    return {name: re.sub(r"\\\n\s*", "", file.read_text(encoding="utf-8")) for name, file in _dockerfiles(root).items()}


def test_there_is_one_for_each_service(dockerfiles: dict[str, str], services: tuple[str, ...]) -> None:
    assert set(dockerfiles) == {*services, "jobs", "sandbox"}


def test_they_are_built_in_two_stages_on_one_base(dockerfiles: dict[str, str]) -> None:
    for name, text in dockerfiles.items():
        assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == [BASE, BASE], name


def test_they_install_what_the_lock_says(dockerfiles: dict[str, str]) -> None:
    for name, text in dockerfiles.items():
        assert "--constraints requirements.lock --build-constraints requirements.lock" in text, name
        assert len(re.findall(r"\buv==\d+\.\d+\.\d+\b", text)) == 1, name


def test_they_run_their_own_module_as_nobody_special(dockerfiles: dict[str, str], root: Path) -> None:
    for name, text in dockerfiles.items():
        assert text.index("USER 10001:10001") < text.index("ENTRYPOINT"), name
        entry = re.search(r"^ENTRYPOINT \[(.*)\]$", text, re.MULTILINE)
        assert entry, name
        words = [word.strip(' "') for word in entry[1].split(",")]
        assert (words[:2] == ["tini", "--"]) == (name in BROWSERS), name
        module = "answerlens_common" if name == "jobs" else f"answerlens_{name.replace('-', '_')}"
        assert name == "jobs" or words[words.index("-m") + 1] == module
        source = _dockerfiles(root)[name].parent
        assert (source / "src" / module).is_dir()


def test_each_image_has_the_sources_it_is_made_of(dockerfiles: dict[str, str], root: Path) -> None:
    for name, text in dockerfiles.items():
        source = _dockerfiles(root)[name].parent.relative_to(root).as_posix()
        copied = set(re.findall(r"^COPY (\S+) \S+$", text, re.MULTILINE)) - {"requirements.lock"}
        assert copied == _with_our_libraries(root, source), name
        assert set(re.findall(r"--editable (\S+)", text)) == copied, name


def _with_our_libraries(root: Path, source: str) -> set[str]:
    """The folder of a package, and those of the libraries of ours that it needs, all the way down."""
    project = tomllib.loads((root / source / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [found[1] for line in project["dependencies"] if (found := re.match(r"answerlens-([a-z]+)", line))]
    return {source}.union(*(_with_our_libraries(root, f"libs/{name}") for name in needed))


def test_only_services_with_a_browser_have_one(dockerfiles: dict[str, str]) -> None:
    for name, text in dockerfiles.items():
        assert ("chromium" in text) == ("ANSWERLENS_CHROMIUM_PATH" in text) == (name in BROWSERS), name


def test_the_build_sees_no_secret_and_no_data(root: Path) -> None:
    lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == {
        "libs/collection",
        "libs/common",
        "libs/orders",
        "libs/rates",
        "requirements.lock",
        "sandbox",
        "services",
    }
