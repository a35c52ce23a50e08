"""Every operation of the API's own description, with parameters that name something."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.integration.order_api.conftest import Clients

UNKNOWN_ORDER = "00000000-0000-4000-8000-000000000000"
NAMES = {
    "order_id": UNKNOWN_ORDER,
    "keyword": "蓝牙耳机",
    "kind": "failed",
    "task_id": "1",
    "import_id": "00000000-0000-0000-0000-000000000001",
    "question_id": "list-1",
    "notification_id": "1",
    "name": "nothing",
    "queue": "nothing",
    "date": "2026-01-02",
    "version": "1",
}


@dataclass(frozen=True)
class Operation:
    """What may be done with a path."""

    method: str
    template: str
    described: Mapping[str, Any]

    @property
    def path(self) -> str:
        """The path with a name for each of its parts."""
        return self.template.format(**NAMES)

    @property
    def is_stream(self) -> bool:
        """Whether the answer goes on for as long as there is something to tell."""
        return "text/event-stream" in self.described["responses"].get("200", {}).get("content", {})

    @property
    def query(self) -> list[Mapping[str, Any]]:
        """The parameters of its query."""
        return [each for each in self.described.get("parameters", ()) if each["in"] == "query"]


async def operations(clients: Clients) -> list[Operation]:
    """All of them; sending to the broker's queues is left to the tests that have one."""
    document = (await clients.nobody.get("/api/openapi.json")).json()
    return [
        Operation(method.upper(), path, described)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
        if path != "/api/dead-letters"
    ]
