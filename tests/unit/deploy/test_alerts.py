from pathlib import Path
from typing import Any

import yaml

# product.md's table of alerts, as far as there are metrics for them, and what else must not go unseen.
SEVERITIES = {
    "BreakerOpen": "high",
    "BreakerProbeFailed": "medium",
    "BreakerRecovered": "medium",
    "BrokerDown": "high",
    "BrowserCrashed": "medium",
    "DatabaseDown": "high",
    "DeadLetters": "medium",
    "DiskAlmostFull": "medium",
    "HealthCheckFailing": "high",
    "LlmBudget": "medium",
    "LlmRateLimited": "high",
    "OutboxStuck": "high",
    "QuestionSourceFailing": "medium",
    "QuestionsStalled": "medium",
    "QueueBacklog": "medium",
    "QueueWithoutConsumer": "high",
    "SchedulerLeaderChanged": "high",
    "SchedulerNoLeader": "high",
    "TaskFailed": "medium",
    "TooManyRestarts": "high",
    "WorkerLost": "high",
}
SECTIONS = ("## What it means", "## What to look at", "## What to do")


def test_alerts_are_these_with_these_severities(alerts: list[dict[str, Any]]) -> None:
    assert {alert["alert"]: alert["labels"]["severity"] for alert in alerts} == SEVERITIES


def test_every_alert_says_what_happened_and_names_its_runbook(alerts: list[dict[str, Any]], root: Path) -> None:
    for alert in alerts:
        annotations = alert["annotations"]
        assert annotations["summary"].endswith("."), alert["alert"]
        runbook = (root / annotations["runbook"]).read_text(encoding="utf-8")
        assert runbook.startswith(f"# {alert['alert']}\n")
        assert [line for line in runbook.splitlines() if line.startswith("## ")] == list(SECTIONS)


def test_every_runbook_has_its_alert(alerts: list[dict[str, Any]], root: Path) -> None:
    named = {root / alert["annotations"]["runbook"] for alert in alerts}
    assert set((root / "docs/runbooks").glob("*.md")) - {root / "docs/runbooks/README.md"} == named


def test_every_alert_is_seen_to_fire_and_not_to_fire(root: Path) -> None:
    fires: set[str] = set()
    silent: set[str] = set()
    for file in (root / "deploy/prometheus/tests").glob("*.yaml"):
        for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]:
            for case in test["alert_rule_test"]:
                (fires if case["exp_alerts"] else silent).add(case["alertname"])
    assert fires == silent == set(SEVERITIES)


def test_alertmanager_names_alerts_that_exist(root: Path) -> None:
    config = yaml.safe_load((root / "deploy/alertmanager/alertmanager.yaml").read_text(encoding="utf-8"))
    named = {
        name
        for rule in config["inhibit_rules"]
        for matcher in rule["source_matchers"] + rule["target_matchers"]
        for name in matcher.split('"')[1].split("|")
    }
    assert named
    assert named <= set(SEVERITIES)
