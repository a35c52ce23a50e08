"""The topology job, which fills in the variables of engine profiles, has them wherever it runs."""

from pathlib import Path
from typing import Any

from answerlens_common.contracts.engines import VARIABLE


def _variables(folder: Path) -> set[str]:
    files = list(folder.glob("*.yaml"))
    assert files
    return {match["name"] for file in files for match in VARIABLE.finditer(file.read_text(encoding="utf-8"))}


def test_compose_gives_the_job_what_profiles_name(compose: dict[str, Any], root: Path) -> None:
    given = set(compose["services"]["topology"]["environment"])
    assert _variables(root / "deploy/engines") | _variables(root / "sandbox/engines") <= given


def test_the_cluster_gives_the_job_what_profiles_name(base_objects: list[dict[str, Any]], root: Path) -> None:
    jobs = {item["metadata"]["name"]: item for item in base_objects if item["kind"] == "Job"}
    container = jobs["topology"]["spec"]["template"]["spec"]["containers"][0]
    assert _variables(root / "deploy/engines") <= {variable["name"] for variable in container["env"]}


def test_accounts_are_where_the_collector_has_them(compose: dict[str, Any]) -> None:
    environment = compose["services"]["topology"]["environment"]
    paths = [value for name, value in environment.items() if name.endswith("_STORAGE_STATE")]
    mounted = [volume.split(":")[-2] for volume in compose["services"]["collector"]["volumes"]]
    assert paths
    assert all(str(Path(path).parent) in mounted for path in paths)
