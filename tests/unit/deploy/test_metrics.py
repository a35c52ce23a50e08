"""Every metric that an alert or the dashboard asks for is exported, with the labels it is asked by."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml

KINDS = {"Counter", "Gauge", "Histogram"}
SUFFIXES = {"Counter": ("",), "Gauge": ("",), "Histogram": ("_bucket", "_count", "_sum")}
# What Prometheus adds when it scrapes, by its configuration.
TARGET_LABELS = {"job", "instance", "service"}


@pytest.fixture(scope="module")
def exported(root: Path) -> dict[str, set[str]]:
    """Series by name, with their labels: those of our code and those of the exporters we rely on."""
    series = dict(_in_code(root))
    external = yaml.safe_load((root / "deploy/prometheus/external-metrics.yaml").read_text(encoding="utf-8"))
    for source in external["sources"]:
        for name, labels in source["metrics"].items():
            assert name not in series
            series[name] = set(labels) | TARGET_LABELS
    return series


def _in_code(root: Path) -> Iterator[tuple[str, set[str]]]:
    for file in sorted([*root.glob("libs/*/src/**/*.py"), *root.glob("services/*/src/**/*.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS):
                continue
            if not (node.args and isinstance(node.args[0], ast.Constant)):
                continue  # a collections.Counter
            name = str(node.args[0].value)
            assert name.startswith("answerlens_"), f"{file}: {name}"
            labels = set(ast.literal_eval(node.args[2])) if len(node.args) > 2 else set()
            for suffix in SUFFIXES[node.func.id]:
                yield name + suffix, labels | TARGET_LABELS | ({"le"} if suffix == "_bucket" else set())


def _queries(root: Path, alerts: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for alert in alerts:
        yield alert["alert"], alert["expr"]
    dashboard = json.loads((root / "deploy/grafana/dashboards/pipeline.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"].replace("$__rate_interval", "1m")


def _selectors(query: str) -> list[promql.VectorSelector]:
    found: list[promql.VectorSelector] = []

    def visit(node: promql.Expr) -> bool:
        if isinstance(node, promql.VectorSelector):
            found.append(node)
        return True

    promql.walk(promql.parse(query), visit)
    return found


def _grouping_labels(query: str) -> set[str]:
    labels: set[str] = set()

    def visit(node: promql.Expr) -> bool:
        if isinstance(node, promql.AggregateExpr) and node.modifier:
            labels.update(node.modifier.labels)
        return True

    promql.walk(promql.parse(query), visit)
    return labels


def test_a_query_is_read_whole() -> None:
    query = 'sum by (q) (rate(a{x="1"}[5m])) > 0 unless on (q) max by (q, le) (b offset 1m)'
    assert [selector.name for selector in _selectors(query)] == ["a", "b"]
    assert _grouping_labels(query) == {"q", "le"}


def test_every_series_asked_for_is_exported(
    root: Path, alerts: list[dict[str, Any]], exported: dict[str, set[str]]
) -> None:
    asked = {(selector.name, where) for where, query in _queries(root, alerts) for selector in _selectors(query)}
    assert {(name, where) for name, where in asked if name not in exported} == set()


def test_every_label_asked_for_exists(root: Path, alerts: list[dict[str, Any]], exported: dict[str, set[str]]) -> None:
    for where, query in _queries(root, alerts):
        known: set[str] = set()
        for selector in _selectors(query):
            labels = exported[str(selector.name)]
            asked = {matcher.name for matcher in selector.matchers.matchers}
            assert asked <= labels, f"{where}: {selector.name} has no {asked - labels}"
            known |= labels
        assert _grouping_labels(query) <= known, where


def test_no_exporter_is_trusted_for_more_than_is_asked(root: Path, alerts: list[dict[str, Any]]) -> None:
    external = yaml.safe_load((root / "deploy/prometheus/external-metrics.yaml").read_text(encoding="utf-8"))
    trusted = {name for source in external["sources"] for name in source["metrics"]}
    asked = {selector.name for _, query in _queries(root, alerts) for selector in _selectors(query)}
    assert trusted <= asked
