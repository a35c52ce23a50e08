"""Every command of `answerlens` that asks the API, in the order in which they are run, and as whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.golden.dead import ASK, SCORE, SEARCH
from tests.golden.later import IMPORT
from tests.golden.seed import DATES, FAILED_TASK, FIRST, KEYWORD, ORDERS, OTHER_KEYWORD, SECOND, UNKNOWN_ORDER

MEASURED, WITHDRAWN = ORDERS["measured"], ORDERS["withdrawn"]
TEXTS = '{"id": 1, "text": "索尼很好，Bose也行", "brands": [{"name": "索尼"}, {"name": "Bose"}]}\n'

ANSWERS = '{"question": "怎么选？", "answer": "索尼不错。", "engine": "other-chat"}\n'


@dataclass(frozen=True)
class Command:
    """A command line behind `answerlens`, whose key it is given, and its standard input."""

    user: str
    arguments: Sequence[str]
    sent: str = ""

    def with_json(self) -> "Command":
        """The same, for a script."""
        return replace(self, arguments=(*self.arguments, "--json"))


def _run(user: str, *arguments: str, sent: str = "") -> Command:
    return Command(user, arguments, sent)


READING = (
    _run("client", "order", "list"),
    _run("admin", "order", "list"),
    _run("client", "order", "list", "--status", "failed", "--keyword", "电饭煲"),
    _run("client", "order", "list", "--limit", "2"),
    *(_run("admin", "order", "show", order) for order in ORDERS.values()),
    _run("client", "order", "show", UNKNOWN_ORDER),
    _run("client", "order", "show", WITHDRAWN),
    *(_run("client", "order", "watch", ORDERS[name]) for name in ("measured", "failed", "cancelled")),
    _run("client", "order", "watch", MEASURED, "--date", SECOND),
    *(_run("admin", "order", "names", order) for order in ORDERS.values()),
    *(_run("admin", "order", "report", order) for order in ORDERS.values()),
    *(_run("client", "order", "report", MEASURED, "--date", date) for date in DATES),
    _run("client", "order", "report", MEASURED, "--date", FIRST, "--version", "1", "--surface", "browser"),
    _run("rival", "order", "report", WITHDRAWN, "--date", SECOND),
    *(_run("admin", "order", "versions", order) for order in ORDERS.values()),
    _run("client", "order", "versions", MEASURED, "--date", FIRST, "--limit", "1"),
    *(_run("admin", "order", "measurements", order) for order in ORDERS.values()),
    *(_run("admin", "order", "progress", order) for order in ORDERS.values()),
    *(_run("admin", "order", "evidence", order, "--limit", "3") for order in ORDERS.values()),
    _run("client", "order", "evidence", MEASURED, "--date", FIRST, "--engine", "chat-a", "--rate", "mention_rate"),
    _run("client", "order", "evidence", MEASURED, "--date", FIRST, "--cluster", "1", "--limit", "1"),
    _run("client", "order", "preview", "索尼很好，SONY更贵", "Bose也行", "--brand", "索尼", "--alias", "Sony"),
    _run("client", "order", "estimate", KEYWORD, "--brand", "x", "--engine", "chat-x"),
    _run("client", "mentions", "-", sent=TEXTS),
    _run("client", "mentions", "-", sent="{"),
    _run("client", "answers", "show", IMPORT),
    _run("rival", "answers", "show", IMPORT),
    _run("client", "answers", "template", "--format", "jsonl"),
    _run("client", "engine", "list"),
    _run("client", "sources", KEYWORD),
    _run("client", "sources", OTHER_KEYWORD, "--limit", "2"),
    _run("client", "sources", "电饭煲"),
    _run("client", "questions", KEYWORD),
    _run("client", "questions", KEYWORD, "--version", "1", "--limit", "2"),
    _run("client", "questions", "电饭煲"),
    _run("admin", "questions", "list", KEYWORD),
    _run("client", "questions", "import", "-", "--keyword", KEYWORD, sent="耳机怎么选？\n"),
    _run("client", "questions", "remove", KEYWORD, "list-1"),
    _run("admin", "questions", "remove", KEYWORD, "--all"),
    _run("client", "notifications"),
    _run("rival", "notifications", "--limit", "1"),
    _run("admin", "user", "list"),
    _run("client", "user", "list"),
    _run("admin", "stats"),
    _run("admin", "spending"),
    _run("admin", "spending", "--date", "2020-01-01"),
    _run("admin", "tasks"),
    _run("admin", "tasks", "--failed"),
    _run("admin", "tasks", "show", "1"),
    _run("admin", "tasks", "show", "9999"),
    _run("admin", "leader"),
    _run("admin", "breaker", "list"),
    _run("admin", "dead", "list"),
    *(_run("admin", "dead", "show", queue) for queue in (SEARCH, ASK, SCORE)),
    _run("admin", "dead", "show", "x"),
    _run("former", "order", "list"),
)
CHANGING = (
    _run("client", "order", "add", "登山鞋", "--brand", "骆驼", "--engine", "chat-a", "--idempotency-key", "golden"),
    _run("client", "order", "add", KEYWORD, "--brand", "x", "--engine", "chat-x"),
    _run("admin", "dead", "replay", SEARCH, "--all"),
    _run("admin", "dead", "replay", ASK, "--id", "golden-ask-2"),
    _run("admin", "tasks", "retry", FAILED_TASK),
    _run("rival", "order", "cancel", ORDERS["running"]),
    _run("client", "order", "cancel", ORDERS["failed"]),
    _run("client", "order", "reanalyse", MEASURED, "--alias", "耳机"),
    _run("admin", "order", "withdraw", WITHDRAWN, "--date", FIRST, "--reason", "量错了"),
    _run("client", "notifications", "read", "1"),
    _run("admin", "user", "add", "newcomer", "--role", "client"),
    _run("admin", "user", "revoke", "newcomer"),
    _run("admin", "refresh", "--date", "2026-12-05"),
    _run("admin", "tasks", "retry", "1"),
    _run("admin", "breaker", "set", "llm_api", "--threshold", "3"),
    _run("admin", "breaker", "reset", "llm_api"),
    _run("admin", "dead", "drop", SCORE, "--reason", "malformed"),
    _run("admin", "dead", "list"),
    _run("client", "order", "list"),
    _run("client", "notifications"),
    # last: two new orders of one moment have no order among them
    _run("client", "order", "add", KEYWORD, "--brand", "统一", "--idempotency-key", "ordinary"),
    _run("client", "answers", "import", "-", "--format", "jsonl", "--brand", "!", sent=ANSWERS),
    _run("client", "answers", "import", "-", sent=ANSWERS),
    _run("client", "answers", "cancel", IMPORT),
)
