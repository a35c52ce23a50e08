"""What is deployed, as data: the tests here read files and run nothing."""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SERVICES = ("order-api", "searcher", "bank-builder", "collector", "scorer", "analyzer", "scheduler")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def services() -> tuple[str, ...]:
    return SERVICES


@pytest.fixture(scope="session")
def alerts() -> list[dict[str, Any]]:
    """Every alerting rule."""
    files = sorted((ROOT / "deploy/prometheus/rules").glob("*.yaml"))
    return [
        rule
        for file in files
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]


@pytest.fixture(scope="session")
def compose() -> dict[str, Any]:
    """The Compose file, its anchors resolved and its variables as written."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="session")
def prometheus() -> dict[str, Any]:
    """Prometheus's configuration."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yaml").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="session")
def base_objects() -> list[dict[str, Any]]:
    """The objects of the Kubernetes base as they are written, before kustomize patches them."""
    folder = ROOT / "deploy/k8s/base"
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    return [
        document
        for name in kustomization["resources"]
        for document in yaml.safe_load_all((folder / name).read_text(encoding="utf-8"))
    ]
