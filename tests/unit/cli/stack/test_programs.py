from pathlib import Path

import pytest

from answerlens_cli.stack import programs
from answerlens_cli.stack.errors import ProgramMissingError, StackError

GIVEN = {"ANSWERLENS_POSTGRES_URL": "postgresql://there/db", "ANSWERLENS_RABBITMQ_URL": "amqp://there/"}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no program but those put into this folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "DEBIAN_POSTGRES", tmp_path / "postgresql")
    monkeypatch.setattr(programs, "DEBIAN_RABBITMQ", tmp_path / "rabbitmq" / "rabbitmq-server")
    monkeypatch.setattr(programs, "DRIVER_LIBRARY", "libc.so.6")
    return tmp_path


def add(file: Path, script: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def refuse_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sentence: str) -> None:
    monkeypatch.setattr(programs, "INSTALLER", add(tmp_path / "installer", f"echo '{sentence}' >&2; exit 1"))


def test_addresses_from_the_environment_come_first(path: Path) -> None:
    chromium = add(path / "my-chromium")
    found = programs.find_or_install(GIVEN | {"ANSWERLENS_CHROMIUM_PATH": str(chromium)}, print)
    assert (found.postgres, found.rabbitmq, found.chromium) == (None, None, chromium)


def test_then_the_newest_programs_of_this_machine(path: Path) -> None:
    for version in ("9.6", "15", "13"):
        add(path / "postgresql" / version / "bin" / "initdb")
    server, epmd = add(path / "rabbitmq" / "rabbitmq-server"), add(path / "epmd")
    chromium = add(path / "google-chrome")
    found = programs.find_or_install({}, print)
    assert found.postgres == programs.Postgres(path / "postgresql" / "15" / "bin")
    assert found.rabbitmq == programs.RabbitMQ(server, epmd)
    assert found.chromium == chromium


def test_then_only_what_is_missing_is_installed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(path / "chromium")
    script = f"""
        echo "$@" >{path}/asked
        /bin/mkdir -p {path}/postgresql/15/bin {path}/rabbitmq
        for program in postgresql/15/bin/initdb rabbitmq/rabbitmq-server epmd; do
            echo >{path}/$program; /bin/chmod 755 {path}/$program
        done"""
    monkeypatch.setattr(programs, "INSTALLER", add(path / "installer", script))
    said: list[str] = []
    found = programs.find_or_install({}, said.append)
    assert found.postgres
    assert found.rabbitmq
    assert (path / "asked").read_text().split() == ["postgresql", "rabbitmq-server"]
    assert said == ["Installing PostgreSQL, RabbitMQ (Debian packages, nothing is started)"]


def test_else_a_sentence_says_what_to_do(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_to_install(monkeypatch, path, "only root can install packages")
    with pytest.raises(ProgramMissingError) as error:
        programs.find_or_install(GIVEN, lambda _line: None)
    assert error.value.programs == ["Chromium"]
    for words in ("only root", "apt-get install", "ANSWERLENS_CHROMIUM_PATH", "docker compose"):
        assert words in str(error.value)


def test_a_library_that_the_browsers_driver_needs_is_installed_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(path / "chromium")
    monkeypatch.setattr(programs, "DRIVER_LIBRARY", "libnowhere.so.1")
    monkeypatch.setattr(programs, "INSTALLER", add(path / "installer", f'echo "$@" >{path}/asked'))
    with pytest.raises(ProgramMissingError) as error:
        programs.find_or_install(GIVEN, lambda _line: None)
    assert error.value.programs == ["libatomic"]
    assert (path / "asked").read_text() == "libatomic1\n"


def test_an_installer_that_brings_nothing_is_not_believed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "INSTALLER", add(path / "installer", "exit 0"))
    with pytest.raises(ProgramMissingError):
        programs.find_or_install(GIVEN, lambda _line: None)


def test_a_browser_that_is_named_but_not_there_is_no_reason_to_install_another(path: Path) -> None:
    with pytest.raises(StackError, match="no program"):
        programs.find_or_install(GIVEN | {"ANSWERLENS_CHROMIUM_PATH": str(path / "gone")}, print)
