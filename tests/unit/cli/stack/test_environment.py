import configparser
import re
from pathlib import Path

import pytest

from answerlens_cli.repository import ROOT
from answerlens_cli.stack import accounts as stack_accounts
from answerlens_cli.stack import environment
from answerlens_cli.stack.accounts import accounts, as_user
from answerlens_cli.stack.errors import MixedWorldError
from answerlens_cli.stack.ports import SERVICES, PortBlock
from answerlens_cli.stack.programs import Postgres, Programs, RabbitMQ
from answerlens_cli.stack.state import State

PORTS = PortBlock(23100)
PRIVATE = Programs(Postgres(Path("/pg/bin")), RabbitMQ(Path("/mq/server"), Path("/mq/epmd")), Path("/chromium"))
FOREIGN = Programs(None, None, Path("/chromium"))
STATE = State(postgres_password="p", rabbitmq_password="r")
POSTGRES, RABBITMQ = "postgresql://answerlens:p@127.0.0.1:23101/answerlens", "amqp://answerlens:r@127.0.0.1:23102/"
LOGINS = accounts({}, PRIVATE, POSTGRES, RABBITMQ, STATE)


def addresses(programs: Programs, env: dict[str, str]) -> environment.Addresses:
    return environment.addresses(env, programs, PORTS, STATE)


def test_private_servers_are_addressed_by_port_and_password() -> None:
    found = addresses(PRIVATE, {})
    assert found.postgres_url == "postgresql://answerlens:p@127.0.0.1:23101/answerlens"
    assert found.rabbitmq_url == "amqp://answerlens:r@127.0.0.1:23102/"
    assert found.rabbitmq_metrics == "http://127.0.0.1:23105/metrics"


def test_servers_of_the_environment_are_taken_as_they_are() -> None:
    env = {"ANSWERLENS_POSTGRES_URL": "postgresql://there/db", "ANSWERLENS_RABBITMQ_URL": "amqp://there/"}
    found = addresses(FOREIGN, env)
    assert (found.postgres_url, found.rabbitmq_url) == ("postgresql://there/db", "amqp://there/")
    assert found.rabbitmq_metrics is None


def test_the_sandbox_stands_for_the_whole_outside_world_or_for_none_of_it() -> None:
    real = {"ANSWERLENS_LLM_BASE_URL": "https://llm.example/v1", "ANSWERLENS_ENGINES_DIR": "/engines"}
    assert environment.wants_sandbox({})
    assert not environment.wants_sandbox(real)
    with pytest.raises(MixedWorldError) as error:
        environment.wants_sandbox({"ANSWERLENS_ENGINES_DIR": "/engines"})
    assert (error.value.present, error.value.missing) == ("ANSWERLENS_ENGINES_DIR", "ANSWERLENS_LLM_BASE_URL")


def test_every_outside_address_of_the_sandboxed_world_is_the_sandbox() -> None:
    world = environment.sandbox_world(Path("/run"), PORTS)
    urls = [value for value in world.values() if value.startswith("http")]
    assert len(urls) == 3
    assert all(url.startswith("http://127.0.0.1:23106") for url in urls)


def test_services_get_the_addresses_and_never_a_proxy_to_themselves() -> None:
    env = {"NO_PROXY": "intranet", "PYTHONDONTWRITEBYTECODE": "1", "ANSWERLENS_GRACE_SECONDS": "3"}
    found = environment.for_services(env, addresses(PRIVATE, {}))
    assert found["ANSWERLENS_POSTGRES_URL"].startswith("postgresql://answerlens:p@")
    assert found["no_proxy"] == "intranet,127.0.0.1,localhost"
    assert found["ANSWERLENS_GRACE_SECONDS"] == "3"
    assert "PYTHONDONTWRITEBYTECODE" not in found


@pytest.mark.parametrize("programs", [PRIVATE, FOREIGN])
def test_every_name_that_the_configuration_expands_is_given(programs: Programs, tmp_path: Path) -> None:
    text = (ROOT / "deploy" / "supervisord.conf").read_text()
    settings = "\n".join(line for line in text.splitlines() if not line.startswith(";"))
    wanted = set(re.findall(r"%\(ENV_(\w+)\)s", settings))
    given = environment.for_supervisord(
        programs, tmp_path, PORTS, LOGINS, replicas=environment.REPLICAS, seed=1, socket=tmp_path / "s"
    )
    assert wanted
    assert wanted <= given.keys()
    # An empty value would make an empty word of a command, or a setting without a value.
    assert {name for name in wanted if not given[name]} <= {"ANSWERLENS_POSTGRES_BIN"}


def test_the_configuration_gives_each_service_the_ports_that_the_block_says() -> None:
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "deploy" / "supervisord.conf")
    for name, digit in SERVICES.items():
        section = parser[f"program:{name}"]
        given = [line.strip().rstrip(",") for line in section["environment"].splitlines()]
        assert given == [
            f'ANSWERLENS_HTTP_PORT="%(ENV_ANSWERLENS_PORTS)s{digit}%(process_num)d"',
            f'ANSWERLENS_POSTGRES_URL="%(ENV_ANSWERLENS_POSTGRES_URL_{name.replace("-", "_").upper()})s"',
            f'ANSWERLENS_RABBITMQ_URL="%(ENV_ANSWERLENS_RABBITMQ_URL_{name.replace("-", "_").upper()})s"',
        ]
        assert section["command"].endswith(f"-m answerlens_{name.replace('-', '_')}")
        assert (section["autorestart"], section["killasgroup"]) == ("true", "true")
    assert parser["group:services"]["programs"].split(",") == list(SERVICES)


def test_each_service_of_a_private_server_has_an_account_of_its_own() -> None:
    assert LOGINS.has_roles
    assert LOGINS.has_users
    assert LOGINS.rabbitmq["scorer"] == f"amqp://answerlens_scorer:{STATE.service_passwords['scorer']}@127.0.0.1:23102/"
    password = STATE.service_passwords["order-api"]
    assert LOGINS.postgres["order-api"] == f"postgresql://answerlens_order_api:{password}@127.0.0.1:23101/answerlens"
    assert len({*LOGINS.postgres.values()}) == len(SERVICES)
    assert len({*STATE.service_passwords.values()}) == len(SERVICES)


@pytest.mark.parametrize("may", [True, False])
def test_on_servers_of_the_environment_accounts_are_made_by_those_who_may(
    monkeypatch: pytest.MonkeyPatch, *, may: bool
) -> None:
    monkeypatch.setattr(stack_accounts, "_may_make_roles", lambda _: may)
    monkeypatch.setattr(stack_accounts, "_may_make_users", lambda _: may)
    url = "postgresql://me:p@there:5432/lens?sslmode=require"
    found = accounts({}, FOREIGN, url, "amqp://me@there/lens2", STATE)
    assert (found.has_roles, found.has_users) == (may, may)
    assert found.rabbitmq["scorer"].startswith("amqp://lens2_scorer:" if may else "amqp://me@there/lens2")
    assert {*found.postgres} == {*SERVICES}
    expected = as_user(url, "lens_scorer", STATE.service_passwords["scorer"]) if may else url
    assert found.postgres["scorer"] == expected
    assert found.postgres["scorer"].endswith("@there:5432/lens?sslmode=require")


def test_an_address_takes_any_password() -> None:
    assert as_user("postgresql://there/db", "a b", "p@/:") == "postgresql://a%20b:p%40%2F%3A@there/db"
