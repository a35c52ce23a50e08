"""The topology job, which fills in the variables of engine profiles, has them wherever it runs."""

from pathlib import Path
from typing import Any

import yaml

from answerlens_common.contracts.engines import VARIABLE


def _texts(folder: Path, *, keys: bool) -> list[str]:
    """The files of a folder: what names their keys, or all else."""
    files = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in folder.glob("*.yaml")]
    assert files
    return [yaml.safe_dump({name: value for name, value in file.items() if (name == "key") is keys}) for file in files]


def _variables(folder: Path, *, keys: bool = False) -> set[str]:
    return {match["name"] for text in _texts(folder, keys=keys) for match in VARIABLE.finditer(text)}


def test_compose_gives_the_job_what_profiles_name(compose: dict[str, Any], root: Path) -> None:
    given = set(compose["services"]["topology"]["environment"])
    assert _variables(root / "deploy/engines") | _variables(root / "sandbox/engines") <= given


def test_the_cluster_gives_the_job_what_profiles_name(base_objects: list[dict[str, Any]], root: Path) -> None:
    jobs = {item["metadata"]["name"]: item for item in base_objects if item["kind"] == "Job"}
    container = jobs["topology"]["spec"]["template"]["spec"]["containers"][0]
    assert _variables(root / "deploy/engines") <= {variable["name"] for variable in container["env"]}


def test_only_the_collector_is_given_the_keys_that_files_name(
    compose: dict[str, Any], base_objects: list[dict[str, Any]], root: Path
) -> None:
    keys = _variables(root / "deploy/engines", keys=True)
    assert keys
    (deployment,) = (
        item for item in base_objects if item["kind"] == "Deployment" and item["metadata"]["name"] == "collector"
    )
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    assert keys <= {variable["name"] for variable in container["env"] if "value" not in variable}
    given = {name for name, service in compose["services"].items() if keys & set(service.get("environment", {}))}
    assert given == {"collector"}
    assert keys <= set(compose["services"]["collector"]["environment"])


def test_accounts_are_where_the_collector_has_them(compose: dict[str, Any]) -> None:
    environment = compose["services"]["topology"]["environment"]
    paths = [value for name, value in environment.items() if name.endswith("_STORAGE_STATE")]
    mounted = [volume.split(":")[-2] for volume in compose["services"]["collector"]["volumes"]]
    assert paths
    assert all(str(Path(path).parent) in mounted for path in paths)
