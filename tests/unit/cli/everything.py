"""Every command that asks the API, with what it needs, and an API that has an answer for all of them."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from answerlens_cli.api import Api
from tests.unit.cli.fake_api import ESTIMATE, ORDER, stream

ID = ORDER["id"]
FILTERS = ["--limit", "3", "--cursor", "x"]
COMMANDS = (
    ["order", "add", "手机", "--brand", "华为"],
    ["order", "estimate", "手机", "--brand", "华为"],
    ["order", "preview", "索尼很好", "--brand", "索尼"],
    ["order", "list", "--status", "failed", "--keyword", "手机", *FILTERS],
    ["order", "show", ID],
    ["order", "watch", ID, "--date", "2026-01-02"],
    ["order", "cancel", ID],
    ["order", "names", ID],
    ["order", "report", ID, "--date", "2026-01-02", "--version", "2", "--surface", "browser"],
    ["order", "versions", ID, "--date", "2026-01-02", *FILTERS],
    ["order", "withdraw", ID, "--date", "2026-01-02", "--reason", "x"],
    ["order", "measurements", ID, *FILTERS],
    ["order", "progress", ID],
    ["order", "evidence", ID, "--date", "2026-01-02", "--engine", "a", "--rate", "r", "--cluster", "1", *FILTERS],
    ["order", "reanalyse", ID],
    ["answers", "import", "-", "--format", "jsonl", "--brand", "索尼"],
    ["answers", "show", ID],
    ["answers", "cancel", ID],
    ["answers", "template", "--format", "csv"],
    ["engine", "list"],
    ["sources", "手机", "--date", "2026-01-02", "--order", ID, "--surface", "api", "--limit", "3"],
    ["questions", "手机", "--version", "2", *FILTERS],
    ["questions", "show", "手机", "--version", "2", *FILTERS],
    ["questions", "list", "手机", *FILTERS],
    ["questions", "import", "README.md", "--keyword", "手机"],
    ["questions", "remove", "手机", "list-1"],
    ["questions", "remove", "手机", "--all"],
    ["notifications", *FILTERS],
    ["notifications", "read", "7"],
    ["user", "add", "acme"],
    ["user", "list", *FILTERS],
    ["user", "revoke", "acme"],
    ["refresh", "--date", "2026-01-02", "--backdate"],
    ["stats"],
    ["spending", "--date", "2026-01-02"],
    ["tasks", *FILTERS],
    ["tasks", "--failed", *FILTERS],
    ["tasks", "show", "7"],
    ["tasks", "retry", "7"],
    ["leader"],
    ["breaker", "list"],
    ["breaker", "set", "llm_api", "--threshold", "3"],
    ["breaker", "reset", "llm_api"],
    ["dead", "list"],
    ["dead", "show", "scorer.x.bulk", *FILTERS],
    ["dead", "replay", "scorer.x.bulk", "--all"],
    ["dead", "drop", "scorer.x.bulk", "--id", "1", "--reason", "failed", "--keyword", "手机"],
)


@dataclass
class AnyApi:
    """Answers everything, or nothing; remembers what it was asked."""

    is_down: bool = False
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.is_down:
            message = "[Errno 111] Connection refused"
            raise httpx.ConnectError(message)
        if request.url.path.endswith("/events"):
            return stream(("completed", {"status": "completed", "progress": 100, "last_error": None}))
        if request.url.path.endswith("/read"):
            return httpx.Response(204)
        counts = {"replayed": 0, "dropped": 0, "left": 0, "more": False, "threshold": 3, "open_seconds": 60.0}
        counts |= {"taken": 1, "known": 0, "refused": 0, "removed": 1, "questions": 1}
        if request.url.path.endswith("/estimate"):
            return httpx.Response(200, json=ESTIMATE)
        answer: dict[str, Any] = ORDER | {"items": [], "next": None, "message": "done", "key": "al_x", "name": "acme"}
        answer |= {"reasons": [], "used_from": "2026-01-02"}
        return httpx.Response(200, json=answer | counts)

    def connect(self, role: str) -> Api:
        """Stands in for `access.connect`."""
        return Api("http://api", role, httpx.MockTransport(self))


def matches(template: str, path: str) -> bool:
    """Whether a path is one of a template's, such as /api/orders/{order_id}."""
    parts = re.split(r"\{\w+\}", template)
    return re.fullmatch("[^/]+".join(map(re.escape, parts)), path) is not None
