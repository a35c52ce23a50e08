"""The events and their queues as an AsyncAPI 3.0 document.

`python -m answerlens_common.jobs.asyncapi > docs/asyncapi.json` renews it.
"""

import inspect
import json
import sys
from typing import Any

from answerlens_common.broker.topology import CONSUMERS, EVENTS_EXCHANGE, LANELESS, queues_of
from answerlens_common.events import AnswerWanted, Event

# Who says it. The consumers stand in `broker.topology`; a publisher may be several services.
PUBLISHERS = {
    "KeywordRequested": ["order-api", "scheduler"],
    "KeywordSearched": ["order-api", "scheduler", "searcher"],
    "KeywordBankBuilt": ["order-api", "scheduler", "searcher", "bank-builder"],
    "AnswerWanted": ["collector"],
    "KeywordAnswersCollected": ["collector"],
    "KeywordScored": ["order-api", "scheduler", "collector", "scorer"],
    "KeywordAnalysed": ["analyzer"],
    "OrderAnalysed": ["analyzer"],
    "SubjectAnalysed": ["analyzer"],
    "OrderJudged": ["analyzer"],
    "MeasurementWithdrawn": ["order-api"],
    "OrderCompared": ["analyzer"],
    "StageFailed": ["searcher", "bank-builder", "collector", "scorer", "analyzer", "scheduler"],
    "RefreshRequested": ["order-api"],
}


def document() -> dict[str, Any]:
    """The whole document."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for event, consumers in CONSUMERS.items():
        name = event.__name__
        payload = event.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= payload.pop("$defs", {})
        messages[name] = {
            "name": event.event_name(),
            "summary": inspect.cleandoc(event.__doc__ or ""),
            "contentType": "application/json",
            "payload": payload,
        }
        channels[name] = {
            "address": _address(event),
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
            "bindings": {
                "amqp": {"is": "routingKey", "exchange": {"name": EVENTS_EXCHANGE, "type": "topic", "durable": True}}
            },
        }
        reference = {"$ref": f"#/channels/{name}"}
        for consumer in consumers:
            engine = "{engine}" if event is AnswerWanted else None
            queues = [queue.name for queue in queues_of(event, engine, consumer=consumer)]
            operations[f"{consumer}.on{name}"] = {
                "action": "receive",
                "channel": reference,
                "description": f"from {', '.join(queues)}",
            }
        for publisher in PUBLISHERS[name]:
            operations[f"{publisher}.publish{name}"] = {"action": "send", "channel": reference}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "AnswerLens events", "version": "1", "license": {"name": "Apache-2.0"}},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def _address(event: type[Event]) -> str:
    engine = ".{engine}" if event is AnswerWanted else ""
    lane = "" if event in LANELESS else ".{lane}"
    return f"{event.event_name()}{engine}{lane}"


if __name__ == "__main__":
    json.dump(document(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
