"""What changing routes refuse, at least once each; and what they answer without changing anything."""

from typing import Any

from tests.golden.asking import Request
from tests.golden.dead import QUEUES
from tests.golden.later import IMPORT
from tests.golden.seed import BACKDATED, FIRST, KEYWORD, ORDERS, PLACED_KEY, SECOND, UNKNOWN_ORDER

MEASURED = {"order_id": ORDERS["measured"]}
WITHDRAWN = {"order_id": ORDERS["withdrawn"]}
UNKNOWN = {"order_id": UNKNOWN_ORDER}
CLIENT, ADMIN = ("client",), ("admin",)
BRAND = {"name": "索尼", "aliases": ["Sony"]}
PLACE, PREVIEW = "/api/orders", "/api/mentions/preview"
ESTIMATE = "/api/orders/estimate"
CANCEL, REANALYSE, WITHDRAW = (f"/api/orders/{{order_id}}/{verb}" for verb in ("cancel", "reanalyse", "withdraw"))
ANSWERS, CANCEL_IMPORT = "/api/answers/import", "/api/answers/imports/{import_id}/cancel"
BREAKER = "/api/monitor/circuit-breakers/{name}"
QUESTIONS, LIST = (f"/api/keywords/{{keyword}}/{name}" for name in ("questions", "question-list"))
LISTED = f"{LIST}/{{question_id}}"
OF_KEYWORD = {"keyword": KEYWORD}
DEAD = "/api/dead-letters/{queue}"


def _post(name: str, route: str, body: Any = None, **more: Any) -> Request:
    return Request(f"changing/{name}", "POST", route, body=body, **{"users": CLIENT, **more})


_ORDERS = (
    _post("order of nothing", PLACE, {}, users=("client", "nobody", "former")),
    _post("order not json", PLACE, content=b"{"),
    _post("order of another type", PLACE, content=b"keyword=x", headers={"Content-Type": "text/plain"}),
    _post("order of an unknown engine", PLACE, {"keyword": "耳机", "brand": BRAND, "engines": ["chat-x", "chat-x"]}),
    _post("order of one name twice", PLACE, {"keyword": "耳机", "brand": BRAND, "competitors": [{"name": "sony"}]}),
    _post(
        "order with wrong fields",
        PLACE,
        {"keyword": " ", "brand": {"name": "…", "domains": ["com.cn"]}, "priority": 10, "track_days": -1, "x": 1},
    ),
    _post("order with a wrong key", PLACE, {"keyword": "耳机", "brand": BRAND}, headers={"Idempotency-Key": "a b"}),
    _post("order with a used key", PLACE, {"keyword": "耳机", "brand": BRAND}, headers={"Idempotency-Key": PLACED_KEY}),
    _post(
        "estimate of an unknown engine",
        ESTIMATE,
        {"keyword": "耳机", "brand": BRAND, "engines": ["chat-x"]},
        users=("client", "nobody"),
    ),
    _post("cancel unknown", CANCEL, values=UNKNOWN, users=("client", "admin", "nobody")),
    _post("cancel another's", CANCEL, values=WITHDRAWN),
    _post("reanalyse unknown", REANALYSE, {}, values=UNKNOWN),
    _post("reanalyse another's", REANALYSE, {}, values=WITHDRAWN),
    _post("reanalyse with wrong fields", REANALYSE, {"brand": {"name": "x", "aliases": 1}}, values=MEASURED),
    _post(
        "reanalyse with one name twice",
        REANALYSE,
        {"competitors": [{"name": "x1"}, {"name": "X1"}]},
        values=MEASURED,
    ),
    _post("withdraw as a client", WITHDRAW, {"date": FIRST, "reason": "x"}, values=MEASURED),
    _post("withdraw unknown", WITHDRAW, {"date": FIRST, "reason": "x"}, values=UNKNOWN, users=ADMIN),
    _post("withdraw another date", WITHDRAW, {"date": "2020-01-01", "reason": "x"}, values=MEASURED, users=ADMIN),
    _post("withdraw twice", WITHDRAW, {"date": SECOND, "reason": "x"}, values=WITHDRAWN, users=ADMIN),
    _post("withdraw without a reason", WITHDRAW, {"date": FIRST, "reason": " "}, values=MEASURED, users=ADMIN),
    _post(
        "withdraw what runs",
        WITHDRAW,
        {"date": FIRST, "reason": "x"},
        values={"order_id": ORDERS["running"]},
        users=ADMIN,
    ),
)
_OTHERS = (
    _post(
        "preview", PREVIEW, {"text": "索尼和Bose都不错，SONY更贵。", "brand": BRAND, "competitors": [{"name": "Bose"}]}
    ),
    _post("preview of both", PREVIEW, {"text": "x", "texts": ["y"], "brand": BRAND}),
    _post("preview of one name twice", PREVIEW, {"text": "x", "brand": BRAND, "competitors": [{"name": "SONY"}]}),
    _post("import of nothing", ANSWERS, headers={"Content-Type": "text/csv"}),
    _post("import of another type", ANSWERS, [], users=("client", "nobody")),
    _post(
        "import for a brand that is none",
        ANSWERS,
        content=b"{}",
        query={"brand": "!"},
        headers={"Content-Type": "application/x-ndjson"},
    ),
    _post("cancel an import that has ended", CANCEL_IMPORT, values={"import_id": IMPORT}, users=("client", "rival")),
    _post("cancel an import without an id", CANCEL_IMPORT, values={"import_id": "x"}),
    _post("notification unknown", "/api/notifications/{notification_id}/read", values={"notification_id": "9999"}),
    _post("user as a client", "/api/users", {"name": "new", "role": "client"}),
    _post("user that exists", "/api/users", {"name": "rival", "role": "client"}, users=ADMIN),
    _post("user without a role", "/api/users", {"name": "new"}, users=ADMIN),
    _post("user to rotate unknown", "/api/users", {"name": "new", "rotate": True}, users=ADMIN),
    Request("changing/revoke as a client", "DELETE", "/api/users/{name}", {"name": "rival"}, users=CLIENT),
    Request("changing/revoke unknown", "DELETE", "/api/users/{name}", {"name": "new"}, users=ADMIN),
    Request("changing/revoke oneself", "DELETE", "/api/users/{name}", {"name": "admin"}, users=ADMIN),
    _post("refresh as a client", "/api/refresh", {"date": FIRST}),
    _post("refresh of no date", "/api/refresh", {"date": "1.12.2026"}, users=ADMIN),
    _post("refresh before all orders", "/api/refresh", {"date": BACKDATED}, users=ADMIN),
    _post("retry as a client", "/api/monitor/tasks/{task_id}/retry", values={"task_id": "1"}),
    _post("retry unknown", "/api/monitor/tasks/{task_id}/retry", values={"task_id": "9999"}, users=ADMIN),
    _post("retry what is done", "/api/monitor/tasks/{task_id}/retry", values={"task_id": "1"}, users=ADMIN),
    Request("changing/breaker as a client", "PATCH", BREAKER, {"name": "llm_api"}, body={}, users=CLIENT),
    Request("changing/breaker unknown", "PATCH", BREAKER, {"name": "x"}, body={"threshold": 3}, users=ADMIN),
    Request("changing/breaker of the database", "PATCH", BREAKER, {"name": "database"}, body={}, users=ADMIN),
    Request(
        "changing/breaker without sense", "PATCH", BREAKER, {"name": "llm_api"}, body={"threshold": 0}, users=ADMIN
    ),
    _post("reset as a client", f"{BREAKER}/reset", values={"name": "llm_api"}),
    _post("reset unknown", f"{BREAKER}/reset", values={"name": "x"}, users=ADMIN),
    _post("reset of the database", f"{BREAKER}/reset", values={"name": "database"}, users=ADMIN),
    _post("replay as a client", f"{DEAD}/replay", values={"queue": QUEUES[0]}),
    _post("replay unknown", f"{DEAD}/replay", values={"queue": "x"}, users=ADMIN),
    _post("replay for no reason", f"{DEAD}/replay", {"reason": "boredom"}, values={"queue": QUEUES[0]}, users=ADMIN),
    Request("changing/drop as a client", "DELETE", DEAD, {"queue": QUEUES[0]}, users=CLIENT),
    Request("changing/drop unknown", "DELETE", DEAD, {"queue": "x"}, users=ADMIN),
    Request("changing/drop for no reason", "DELETE", DEAD, {"queue": QUEUES[0]}, {"reason": "boredom"}, users=ADMIN),
    _post("list as a client", QUESTIONS, {"lines": "耳机怎么选？"}, values=OF_KEYWORD),
    _post("list of nothing", QUESTIONS, {"lines": " "}, values=OF_KEYWORD, users=ADMIN),
    _post("list without a column", QUESTIONS, {"csv": "a,b\n1,2"}, values=OF_KEYWORD, users=ADMIN),
    _post("list of two forms", QUESTIONS, {"csv": "", "lines": ""}, values=OF_KEYWORD, users=ADMIN),
    Request("changing/unlist as a client", "DELETE", LISTED, OF_KEYWORD | {"question_id": "list-1"}, users=CLIENT),
    Request("changing/unlist unknown", "DELETE", LISTED, OF_KEYWORD | {"question_id": "list-1"}, users=ADMIN),
    Request("changing/unlist all", "DELETE", LIST, OF_KEYWORD, users=("client", "admin")),
    Request("changing/method that is not there", "PUT", "/api/orders", users=CLIENT),
)
CHANGES = (*_ORDERS, *_OTHERS)
