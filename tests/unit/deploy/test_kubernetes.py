import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from answerlens_common.broker.topology import Queue, all_queues

Objects = list[dict[str, Any]]
ENGINES = ("chat-a", "an-engine-to-come")
# They answer to HTTP and the calendar, not to the length of a queue.
NOT_SCALED = {"order-api", "scheduler"}


def _of_kind(objects: Objects, kind: str) -> dict[str, dict[str, Any]]:
    return {item["metadata"]["name"]: item for item in objects if item["kind"] == kind}


def _matches(metadata: dict[str, str], queue: str) -> bool:
    if metadata.get("useRegex") == "true":
        return re.search(metadata["queueName"], queue) is not None
    return metadata["queueName"] == queue


def test_there_is_a_deployment_a_budget_and_a_name_for_each_service(
    base_objects: Objects, services: tuple[str, ...]
) -> None:
    assert set(_of_kind(base_objects, "Deployment")) == set(services)
    assert set(_of_kind(base_objects, "PodDisruptionBudget")) == set(services)
    headless = _of_kind(base_objects, "Service")
    del headless["api"]
    assert set(headless) == set(services)
    assert all(service["spec"]["clusterIP"] == "None" for service in headless.values())
    assert set(_of_kind(base_objects, "Job")) == {"migrate", "topology"}


@pytest.mark.parametrize("queue", list(all_queues(ENGINES)), ids=lambda queue: queue.name)
def test_each_queue_scales_its_own_service_and_no_other(queue: Queue, base_objects: Objects) -> None:
    scaled = [
        name
        for name, item in _of_kind(base_objects, "ScaledObject").items()
        for trigger in item["spec"]["triggers"]
        if _matches(trigger["metadata"], queue.name)
    ]
    owner = queue.name.split(".")[0]
    assert scaled == ([] if owner in NOT_SCALED else [owner])
    assert not any(
        _matches(trigger["metadata"], other)
        for item in _of_kind(base_objects, "ScaledObject").values()
        for trigger in item["spec"]["triggers"]
        for other in (queue.retry(60), queue.dead)
    )


def test_what_keda_scales_sets_no_number_itself(base_objects: Objects) -> None:
    for name, deployment in _of_kind(base_objects, "Deployment").items():
        assert ("replicas" in deployment["spec"]) == (name in NOT_SCALED), name
    assert set(_of_kind(base_objects, "ScaledObject")) == set(_of_kind(base_objects, "Deployment")) - NOT_SCALED


def test_images_are_of_the_version_that_is_here(root: Path) -> None:
    project = tomllib.loads((root / "libs/common/pyproject.toml").read_text(encoding="utf-8"))["project"]
    manifests = (root / "deploy/k8s").rglob("*.yaml")
    images = {
        image
        for file in manifests
        for image in re.findall(r"image: (answerlens/\S+)", file.read_text(encoding="utf-8"))
    }
    assert {image.split(":")[1] for image in images} == {project["version"]}
    defaults = re.findall(r"ANSWERLENS_VERSION:-([^}]+)", (root / "deploy/compose.yaml").read_text(encoding="utf-8"))
    assert set(defaults) == {project["version"]}


def test_compose_and_the_cluster_run_the_same_servers(compose: dict[str, Any], root: Path) -> None:
    for name in ("postgres", "rabbitmq"):
        documents = yaml.safe_load_all((root / "deploy" / name / "statefulset.yaml").read_text(encoding="utf-8"))
        stateful = next(item for item in documents if item["kind"] == "StatefulSet")
        container = stateful["spec"]["template"]["spec"]["containers"][0]
        assert container["image"] == compose["services"][name]["image"]


def test_a_pod_has_the_settings_of_its_container(compose: dict[str, Any], base_objects: Objects, root: Path) -> None:
    kustomization = yaml.safe_load((root / "deploy/k8s/base/kustomization.yaml").read_text(encoding="utf-8"))
    shared = {literal.split("=")[0] for literal in kustomization["configMapGenerator"][0]["literals"]}
    shared |= {"ANSWERLENS_POSTGRES_URL", "ANSWERLENS_RABBITMQ_URL"}
    outside = {"ANSWERLENS_SANDBOX_URL", "ANSWERLENS_ZHIHU_URL"}
    for name, deployment in _of_kind(base_objects, "Deployment").items():
        container = deployment["spec"]["template"]["spec"]["containers"][0]
        own = {variable["name"] for variable in container.get("env", [])}
        in_compose = set(compose["services"][name]["environment"])
        assert in_compose - outside <= shared | own, name
        assert own <= in_compose, name


def test_limits_are_those_of_compose(compose: dict[str, Any], base_objects: Objects) -> None:
    for name, deployment in _of_kind(base_objects, "Deployment").items():
        limits = deployment["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
        memory = compose["services"][name]["deploy"]["resources"]["limits"]["memory"]
        assert limits["memory"] == memory.replace("m", "Mi").replace("g", "Gi"), name
