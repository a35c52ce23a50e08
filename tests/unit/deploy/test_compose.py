import json
import re
from pathlib import Path
from typing import Any

import pytest

from answerlens_common.broker.accounts import DEFAULT_VHOST, user_names
from answerlens_common.contracts.services import SERVICES
from answerlens_common.db.roles import role_names

VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<rest>:[?-][^}]*)?\}")
UNITS = {"m": 1, "g": 1024}
MACHINE_MIB = 16 * 1024


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


@pytest.fixture(scope="module")
def variables(compose: dict[str, Any]) -> dict[str, set[str]]:
    """Each variable with how it is used: "?" must be set, "-" has a default, "" neither."""
    found: dict[str, set[str]] = {}
    for text in _strings(compose["services"]):
        for match in VARIABLE.finditer(text):
            found.setdefault(match["name"], set()).add((match["rest"] or "")[1:2])
    return found


def _names(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_everything_is_there(compose: dict[str, Any], services: tuple[str, ...]) -> None:
    watching = {"prometheus", "alertmanager", "grafana"}
    exporters = {"blackbox-exporter", "postgres-exporter", "node-exporter"}
    expected = {*services, "postgres", "rabbitmq", "migrate", "topology", "sandbox", *watching, *exporters}
    assert set(compose["services"]) == expected
    assert compose["services"]["scheduler"]["deploy"]["replicas"] == 2
    assert compose["services"]["sandbox"]["profiles"] == ["sandbox"]


def test_no_secret_has_a_default(compose: dict[str, Any], variables: dict[str, set[str]], root: Path) -> None:
    secrets = {name for name in variables if re.search(r"PASSWORD|_KEY$", name)}
    assert len(secrets) == 19
    # needed only by one of two ways to search: empty when it is not set
    secrets.remove("ANSWERLENS_ZHIHU_API_KEY")
    assert compose["services"]["searcher"]["environment"]["ANSWERLENS_ZHIHU_API_KEY"].endswith(":-}")
    # of the providers whose engines are enabled: empty when none is
    collector = compose["services"]["collector"]["environment"]
    engines = {name for name in secrets if name in collector}
    assert len(engines) == 5
    assert all(collector[name] == f"${{{name}:-}}" for name in engines)
    assert all(variables[name] == {"?"} for name in secrets - engines)
    passwords = [
        value
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if re.search(r"PASS|_KEY$|_URL$", name)
    ]
    assert all("://" not in value or "@" not in value or "${" in value for value in passwords)
    assert set(_names(root / "deploy/.env.example").values()) == {""}


def test_the_example_names_what_must_be_set(variables: dict[str, set[str]], root: Path) -> None:
    assert set(_names(root / "deploy/.env.example")) == {name for name, use in variables.items() if "?" in use}
    assert all("" not in use for use in variables.values())


def test_the_sandbox_sets_what_compose_reads(variables: dict[str, set[str]], root: Path) -> None:
    assert set(_names(root / "deploy/sandbox.env")) <= set(variables)


def test_a_dollar_that_is_no_variable_is_doubled(compose: dict[str, Any]) -> None:
    for text in _strings(compose["services"]):
        assert "$" not in VARIABLE.sub("", text).replace("$$", ""), text


def test_images_have_versions(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        repository, _, tag = service["image"].partition(":")
        ours = f"answerlens/{'jobs' if name in {'migrate', 'topology'} else name}"
        assert (repository == ours) == tag.startswith("${ANSWERLENS_VERSION:-"), name
        assert repository == ours or re.match(r"v?\d+\.\d+", tag), name


def test_containers_restart_stop_and_are_asked_for_their_health(compose: dict[str, Any]) -> None:
    jobs = {"migrate", "topology"}
    without_shell = {"blackbox-exporter", "postgres-exporter", "node-exporter"}
    for name, service in compose["services"].items():
        assert service["restart"] == ("on-failure:5" if name in jobs else "always"), name
        assert service["stop_grace_period"] == "60s", name
        assert service["logging"]["options"]["max-size"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        if name not in jobs | without_shell:
            seconds = "10s" if name in {"postgres", "rabbitmq"} else "30s"
            assert service["healthcheck"]["interval"] == seconds, name


def test_our_containers_are_read_only_and_powerless(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name not in {"postgres", "rabbitmq"}:
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name


def test_only_those_with_business_outside_get_there(compose: dict[str, Any]) -> None:
    outside = {name for name, service in compose["services"].items() if "outside" in service["networks"]}
    working = {"searcher", "bank-builder", "collector", "scorer", "analyzer"}
    assert outside == working | {"order-api", "prometheus", "alertmanager", "grafana"}
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert len(published) == 4
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_it_fits_the_machine(compose: dict[str, Any]) -> None:
    total = 0.0
    for service in compose["services"].values():
        size = service["deploy"]["resources"]["limits"]["memory"]
        total += int(size[:-1]) * UNITS[size[-1]] * service["deploy"].get("replicas", 1)
    assert total <= MACHINE_MIB


def test_what_is_mounted_exists(compose: dict[str, Any], root: Path) -> None:
    # its account files are the operator's own
    folders = {"ACCOUNTS_FOLDER"}
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (root / "deploy" / source).exists(), f"{name}: {volume}"
            match = VARIABLE.match(volume)
            if match and match["name"] not in folders:
                assert (root / "deploy" / match["rest"].removeprefix(":-")).is_dir(), f"{name}: {volume}"
            if not source.startswith((".", "/", "$")):
                assert source in compose["volumes"], f"{name}: {volume}"


def test_prometheus_scrapes_what_runs(
    compose: dict[str, Any], prometheus: dict[str, Any], services: tuple[str, ...]
) -> None:
    hosts = set()
    for job in prometheus["scrape_configs"]:
        for discovery in job.get("dns_sd_configs", []):
            assert discovery["names"] == list(services)
            assert discovery["port"] == 8080
        hosts |= {target.split(":")[0] for static in job.get("static_configs", []) for target in static["targets"]}
    assert hosts - {"localhost"} <= set(compose["services"])
    probe = prometheus["scrape_configs"][1]["relabel_configs"][-1]["replacement"]
    assert probe.split(":")[0] in compose["services"]


def test_each_service_logs_in_as_itself_and_the_jobs_make_its_account(
    compose: dict[str, Any], services: tuple[str, ...]
) -> None:
    owner = compose["services"]["migrate"]["environment"]
    assert compose["services"]["topology"]["environment"].items() >= owner.items()
    passwords = json.loads(VARIABLE.sub(lambda match: match["name"], owner["ANSWERLENS_SERVICE_PASSWORDS"]))
    assert {*passwords} == {*services} == {*SERVICES}
    name = owner["ANSWERLENS_POSTGRES_URL"].rpartition("/")[2]
    for service, role in role_names(name).items():
        environment = compose["services"][service]["environment"]
        password = f"${{{passwords[service]}:?set it in deploy/.env}}"
        assert environment["ANSWERLENS_POSTGRES_URL"] == f"postgresql://{role}:{password}@postgres:5432/{name}"
        user = user_names(DEFAULT_VHOST)[service]
        assert environment["ANSWERLENS_RABBITMQ_URL"] == f"amqp://{user}:{password}@rabbitmq:5672/"
        assert environment.keys() & {"ANSWERLENS_SERVICE_PASSWORDS", "ANSWERLENS_RABBITMQ_MANAGEMENT_URL"} == set()
    assert owner["ANSWERLENS_RABBITMQ_MANAGEMENT_URL"].endswith("@rabbitmq:15672")
