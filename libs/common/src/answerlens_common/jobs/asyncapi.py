"""The events and their queues as an AsyncAPI 3.0 document.

`python -m answerlens_common.jobs.asyncapi > docs/asyncapi.json` renews it.
"""

import inspect
import json
import sys
from typing import Any

from answerlens_common.broker.topology import CONSUMERS, EVENTS_EXCHANGE, LANELESS, former_queues_of, queues_of
from answerlens_common.events import Event, QuestionQueued

# Who says it. The consumers stand in `broker.topology`; a publisher may be several services.
PUBLISHERS = {
    "KeywordRequested": ["order-api", "scheduler"],
    "KeywordSearched": ["order-api", "scheduler", "searcher"],
    "KeywordBankBuilt": ["order-api", "scheduler", "searcher", "bank-builder"],
    "QuestionQueued": ["order-api", "scheduler", "collector"],
    "CollectionAnswered": ["scheduler", "collector"],
    "CollectionScored": ["order-api", "scheduler", "collector", "scorer", "analyzer"],
    "CollectionAnalysed": ["analyzer", "scheduler"],
    "OrderAnalysed": ["analyzer"],
    "SubjectAnalysed": ["analyzer"],
    "OrderJudged": ["analyzer"],
    "MeasurementWithdrawn": ["order-api"],
    "OrderCompared": ["analyzer"],
    "StageFailed": ["searcher", "bank-builder", "collector", "scorer", "analyzer", "scheduler"],
    "RefreshRequested": ["order-api"],
    "ImportReceived": ["order-api"],
    "BatchCut": ["collector"],
    "MeasurementEnded": ["order-api"],
    "OrderEnded": ["order-api"],
    "BreakerChanged": ["order-api", "scheduler", "searcher", "bank-builder", "collector", "scorer", "analyzer"],
}
UNHEARD = "No service consumes it yet: it is published, and dropped where no queue is bound to it."


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
            **({} if consumers else {"description": UNHEARD}),
        }
        reference = {"$ref": f"#/channels/{name}"}
        for consumer in consumers:
            engine = "{engine}" if event is QuestionQueued else None
            queues = [queue.name for queue in queues_of(event, engine, consumer=consumer)]
            former = [queue.name for queue in former_queues_of(event, engine, consumer=consumer)]
            left = f"; for one release also what is left in {', '.join(former)}" if former else ""
            operations[f"{consumer}.on{name}"] = {
                "action": "receive",
                "channel": reference,
                "description": f"from {', '.join(queues)}{left}",
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
    engine = ".{engine}" if event is QuestionQueued else ""
    lane = "" if event in LANELESS else ".{lane}"
    return f"{event.event_name()}{engine}{lane}"


if __name__ == "__main__":
    json.dump(document(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
