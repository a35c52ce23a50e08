import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="module")
def dashboard(root: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((root / "deploy/grafana/dashboards/pipeline.json").read_text(encoding="utf-8"))
    return content


def test_the_dashboard_reads_the_source_that_is_provisioned(root: Path, dashboard: dict[str, Any]) -> None:
    provisioned = yaml.safe_load(
        (root / "deploy/grafana/provisioning/datasources/prometheus.yaml").read_text(encoding="utf-8")
    )
    assert provisioned["datasources"][0]["url"] == "http://prometheus:9090"
    source = {"type": "prometheus", "uid": provisioned["datasources"][0]["uid"]}
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert all(panel["datasource"] == source for panel in panels)
    assert all(target["datasource"] == source for panel in panels for target in panel["targets"])


def test_panels_have_names_units_and_a_place_of_their_own(dashboard: dict[str, Any]) -> None:
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    assert all(panel["fieldConfig"]["defaults"]["unit"] for panel in panels if panel["type"] != "row")
    for one, other in combinations([panel["gridPos"] for panel in panels], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        apart = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or apart


def test_rate_errors_and_durations_of_every_part_are_shown(dashboard: dict[str, Any]) -> None:
    queries = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", []))
    for part in ("stage_runs_total", "stage_duration", "messages_total", "message_duration", "questions_total"):
        assert f"answerlens_{part}" in queries
    for part in ("http_requests_total", "http_request_duration", "llm_requests_total", "outbox", "leader"):
        assert part in queries
