"""Every GET of the API over the seed."""

from collections.abc import Iterator

from tests.golden.asking import Request
from tests.golden.dead import ASK, QUEUES
from tests.golden.later import IMPORT
from tests.golden.seed import (
    BACKDATED,
    DATES,
    FIRST,
    KEYWORD,
    ORDERS,
    OTHER_KEYWORD,
    OWNERS,
    SECOND,
    THIRD,
    UNKNOWN_ORDER,
)

ALL = ("client", "rival", "admin", "nobody", "former")
KEYWORDS = {"measured": KEYWORD, "partly": OTHER_KEYWORD, "failed": "电饭煲", "running": "登山鞋", "unknown": "无"}
ORDER = "/api/orders/{order_id}"
REPORT = f"{ORDER}/report"
VERSIONS = f"{REPORT}/versions"
EVIDENCE = f"{ORDER}/evidence"
EVENTS = f"{ORDER}/events"

SELECTIONS: dict[str, dict[str, str | int]] = {
    "engine": {"engine": "chat-a", "limit": 2},
    "rate": {"rate": "mention_rate", "limit": 2},
    "rate of a cluster": {"rate": "mention_rate[cluster=1]", "limit": 2},
    "cluster": {"cluster": 0, "limit": 2},
    "links": {"rate": "link_mention_rate", "limit": 2},
    "unknown rate": {"rate": "nothing"},
    "unknown engine": {"engine": "chat-x"},
}


def _of_orders() -> Iterator[Request]:
    """What can be read of each order, by its owner and by an admin."""
    for label, order_id in ORDERS.items():
        values = {"order_id": order_id}
        users = (OWNERS[label], "admin")
        for name, route in (
            ("order", ORDER),
            ("names", f"{ORDER}/names"),
            ("monitor", "/api/monitor/orders/{order_id}"),
            ("report", REPORT),
            ("versions", VERSIONS),
            ("measurements", f"{ORDER}/measurements"),
        ):
            yield Request(f"{label}/{name}", "GET", route, values, users=users)
        yield Request(f"{label}/evidence", "GET", EVIDENCE, values, {"limit": 4}, users=users)
        if label not in {"running", "queued"}:  # their streams would not end
            yield Request(f"{label}/events", "GET", EVENTS, values, users=users)


def _of_one(label: str) -> Iterator[Request]:
    """What more can be read of an order with several days and versions."""
    values = {"order_id": ORDERS[label]}
    users = (OWNERS[label],)
    for date in DATES:
        for version in (1, 2, 3):
            named: dict[str, str | int] = {"date": date, "version": version}
            yield Request(f"{label}/report {date} v{version}", "GET", REPORT, values, named, users=users)
        yield Request(f"{label}/events {date}", "GET", EVENTS, values, {"date": date}, users=users)
        yield Request(f"{label}/evidence {date}", "GET", EVIDENCE, values, {"date": date, "limit": 1}, users=users)
    yield Request(f"{label}/versions of a day", "GET", VERSIONS, values, {"date": SECOND}, users=users)
    yield Request(f"{label}/versions in pages", "GET", VERSIONS, values, {"limit": 3}, users=users, pages=3)
    for name, query in SELECTIONS.items():
        yield Request(f"{label}/evidence {name}", "GET", EVIDENCE, values, {"date": FIRST, **query}, users=users)


def _refusals() -> Iterator[Request]:
    """Who may not see an order, and what cannot be asked of it."""
    values = {"order_id": ORDERS["measured"]}
    for name, route in (
        ("order", ORDER),
        ("report", REPORT),
        ("evidence", EVIDENCE),
        ("events", EVENTS),
        ("names", f"{ORDER}/names"),
        ("versions", VERSIONS),
        ("measurements", f"{ORDER}/measurements"),
        ("monitor", "/api/monitor/orders/{order_id}"),
    ):
        yield Request(f"refused/{name} of another", "GET", route, values, users=("rival", "nobody", "former"))
        yield Request(f"refused/{name} unknown", "GET", route, {"order_id": UNKNOWN_ORDER})
    yield Request("refused/report of no date", "GET", REPORT, values, {"date": "2026-1-2"})
    yield Request("refused/report of another date", "GET", REPORT, values, {"date": "2020-01-01"})
    yield Request("refused/report of no version", "GET", REPORT, values, {"date": FIRST, "version": 99})
    yield Request("refused/report of no surface", "GET", REPORT, values, {"surface": "api"})
    yield Request("refused/events of another date", "GET", EVENTS, values, {"date": "2020-01-01"})
    yield Request("refused/order without an id", "GET", ORDER, {"order_id": "x"})
    yield Request("refused/orders with a wrong cursor", "GET", "/api/orders", {}, {"cursor": "x"})
    yield Request("refused/orders in no status", "GET", "/api/orders", {}, {"status": "lost", "limit": 0})
    yield Request("refused/orders with an unknown parameter", "GET", "/api/orders", {}, {"page": 2})


OF_THE_INSTALLATION = (
    Request("orders", "GET", "/api/orders", users=ALL),
    Request("orders in pages", "GET", "/api/orders", {}, {"limit": 2}, pages=4),
    *(
        Request(f"orders {status}", "GET", "/api/orders", {}, {"status": status})
        for status in ("queued", "running", "completed", "failed", "cancelled")
    ),
    Request("orders on a keyword", "GET", "/api/orders", {}, {"keyword": KEYWORD}, users=("client", "rival", "admin")),
    *(
        Request(
            f"sources {label}",
            "GET",
            "/api/keywords/{keyword}/sources",
            {"keyword": keyword},
            users=("client", "rival", "admin", "second-admin"),
        )
        for label, keyword in KEYWORDS.items()
    ),
    *(
        Request(
            f"sources of {date}",
            "GET",
            "/api/keywords/{keyword}/sources",
            {"keyword": KEYWORD},
            {"date": date, "order": ORDERS["measured"], "surface": "browser", "limit": 2},
        )
        for date in (BACKDATED, THIRD)
    ),
    *(
        Request(
            f"questions {label}",
            "GET",
            "/api/keywords/{keyword}/questions",
            {"keyword": keyword},
            users=("client", "rival", "admin"),
        )
        for label, keyword in KEYWORDS.items()
    ),
    Request(
        "questions of a version",
        "GET",
        "/api/keywords/{keyword}/questions",
        {"keyword": KEYWORD},
        {"version": 1, "limit": 4},
        pages=2,
    ),
    Request("question list", "GET", "/api/keywords/{keyword}/question-list", {"keyword": KEYWORD}),
    Request("engines", "GET", "/api/engines", users=ALL),
    Request("import", "GET", "/api/answers/imports/{import_id}", {"import_id": IMPORT}, users=ALL),
    *(
        Request(f"template {form}", "GET", "/api/answers/template", {}, {"format": form}, users=("client", "nobody"))
        for form in ("csv", "jsonl", "x")
    ),
    Request("notifications", "GET", "/api/notifications", users=("client", "rival", "admin", "second-admin")),
    Request("notifications in pages", "GET", "/api/notifications", {}, {"limit": 2}, users=("client",), pages=3),
    Request("users", "GET", "/api/users", users=ALL),
    Request("users in pages", "GET", "/api/users", {}, {"limit": 2}, users=("admin",), pages=3),
    Request("stats", "GET", "/api/monitor/stats"),
    Request("spending", "GET", "/api/monitor/llm"),
    Request("spending of a day", "GET", "/api/monitor/llm", {}, {"date": "2020-01-01"}),
    *(
        Request(f"tasks {kind}", "GET", "/api/monitor/tasks/{kind}", {"kind": kind}, {"limit": 3}, pages=2)
        for kind in ("running", "failed", "unknown")
    ),
    *(
        Request(
            f"task {number}",
            "GET",
            "/api/task/{task_id}/progress",
            {"task_id": str(number)},
            users=("client", "rival", "admin"),
        )
        for number in (1, 2, 9999)
    ),
    Request("leader", "GET", "/api/monitor/beat-master"),
    Request("breakers", "GET", "/api/monitor/circuit-breakers"),
    Request("dead", "GET", "/api/dead-letters"),
    *(Request(f"dead {queue}", "GET", "/api/dead-letters/{queue}", {"queue": queue}) for queue in (*QUEUES, "x")),
    Request(
        "dead in pages", "GET", "/api/dead-letters/{queue}", {"queue": ASK}, {"limit": 1}, users=("admin",), pages=3
    ),
    Request("docs", "GET", "/docs", users=("nobody",)),
    Request("unknown path", "GET", "/api/nothing", users=("client", "nobody")),
)

READS = (*OF_THE_INSTALLATION, *_of_orders(), *_of_one("measured"), *_of_one("withdrawn"), *_refusals())
