"""The queues that alerts single out by pattern are the queues there are."""

import re
from typing import Any

import promql_parser as promql

from answerlens_common.broker.topology import all_queues, former_queues_of
from answerlens_common.events import QuestionQueued

QUEUES = list(all_queues(("chat-a", "an-engine-to-come")))


def _watched(alerts: list[dict[str, Any]], name: str) -> set[str]:
    """The queues, with those for retries and dead letters, that an alert's first selector takes."""
    patterns: list[promql.Matcher] = []

    def visit(node: promql.Expr) -> bool:
        if isinstance(node, promql.VectorSelector) and not patterns:
            patterns.extend(matcher for matcher in node.matchers.matchers if matcher.name == "queue")
        return True

    promql.walk(promql.parse(next(alert["expr"] for alert in alerts if alert["alert"] == name)), visit)
    (pattern,) = patterns
    names = [one for queue in QUEUES for one in (queue.name, queue.retry(60), queue.retry(120), queue.dead)]
    wanted = pattern.op == promql.MatchOp.Re
    return {one for one in names if bool(re.fullmatch(pattern.value, one)) == wanted}


def test_questions_in_queues_of_the_release_before_count_as_questions(alerts: list[dict[str, Any]]) -> None:
    former = former_queues_of(QuestionQueued, "chat-a")
    assert former
    for name, wanted in (("QueueBacklog", False), ("QuestionsStalled", True)):
        (pattern,) = re.findall(r'queue([!=]~)"([^"]+)"', next(a["expr"] for a in alerts if a["alert"] == name))[:1]
        for queue in former:
            matches = bool(re.fullmatch(pattern[1].replace("\\\\", "\\"), queue.name))
            assert (matches == (pattern[0] == "=~")) is wanted, (name, queue.name)


def test_a_backlog_is_of_keywords(alerts: list[dict[str, Any]]) -> None:
    expected = {queue.name for queue in QUEUES if ".question-queued." not in queue.name}
    assert _watched(alerts, "QueueBacklog") == expected


def test_what_stalls_are_questions(alerts: list[dict[str, Any]]) -> None:
    expected = {queue.name for queue in QUEUES if ".question-queued." in queue.name}
    assert len(expected) == 4
    assert _watched(alerts, "QuestionsStalled") == expected


def test_every_queue_wants_a_consumer_but_those_that_only_keep(alerts: list[dict[str, Any]]) -> None:
    assert _watched(alerts, "QueueWithoutConsumer") == {queue.name for queue in QUEUES}


def test_dead_letters_are_looked_for_everywhere(alerts: list[dict[str, Any]]) -> None:
    assert _watched(alerts, "DeadLetters") == {queue.dead for queue in QUEUES}
