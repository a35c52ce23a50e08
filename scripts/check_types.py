#!/usr/bin/env python3
"""What has a type of its own is not handed around without it: rows, HTTP statuses, statuses and stages.

- A row of the database is a frozen dataclass; only `common/db` knows SQLAlchemy's `RowMapping`.
- What a client is refused is a `RequestError`; an HTTP status stands only where HTTP is the subject.
- A status or a stage is written as the value of its enum (`contracts.statuses`, `stage_names`), not as a string. SQL
  writes it as it is stored, which `tests/unit/common/test_statuses.py` checks.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from answerlens_common.contracts import statuses
from answerlens_common.stage_names import StageName
from answerlens_common.wording import Worded

ROOT = Path(__file__).resolve().parents[1]
COMMON = "libs/common/src/answerlens_common"
CLI = "libs/cli/src/answerlens_cli"
COLLECTOR = "services/collector/src/answerlens_collector"
API = "services/order-api/src/answerlens_order_api"
ANALYZER = "services/analyzer/src/answerlens_analyzer"

DEFINE_WORDS = (f"{COMMON}/contracts/statuses.py", f"{COMMON}/stage_names.py")
# A file or a folder, and why.
KNOW_ROWS = {f"{COMMON}/db": "makes objects of them"}
KNOW_HTTP = {
    API: "the JSON face: its routes say which statuses they answer with",
    f"{COMMON}/browser/egress.py": "a proxy that speaks HTTP",
    f"{COMMON}/llm/errors.py": "what a language model's HTTP statuses mean",
    f"{CLI}/api.py": "a client of the API",
    f"{CLI}/setup/model_trial.py": "what a language model's HTTP statuses mean to whoever sets it up",
    f"{CLI}/stack/readiness.py": "asks the services' health over HTTP",
    f"{COLLECTOR}/answer_wait.py": "a page may renew a request that was refused",
    f"{COLLECTOR}/conversation.py": "opens a page, which may be an error",
    f"{COLLECTOR}/failure_signs.py": "what a chat page's HTTP statuses mean",
    f"{COLLECTOR}/reply_stream.py": "reads the page's own HTTP responses",
}
# Words that are the value of a status or a stage, and mean something else here.
OTHER_MEANINGS: Mapping[str, set[str]] = {
    f"{CLI}": {"bank", "completed", "done", "dropped", "failed", "cancelled", "ready", "score", "waiting"},  # headings
    f"{COMMON}/db": {"bank", "score", "sentiment"},  # names of tables and columns
    f"{COMMON}/broker/delivery.py": {"failed"},  # the reason of a dead letter
    f"{COMMON}/failures.py": {"stalled"},  # a failure, as clients read it
    f"{COMMON}/service.py": {"ready"},  # what /ready answers
    "libs/rates/src/answerlens_rates": {"ok", "score", "sentiment"},  # names of columns
    "libs/rates/src/answerlens_rates/day.py": {"failed", "ok"},  # how far a day can be trusted, an enum of its own
    f"{ANALYZER}/store.py": {"sentiment"},  # the version of what judges it
    "libs/orders/src/answerlens_orders/reports/why.py": {"withdrawn"},  # why a report has a new version
    f"{COLLECTOR}/decoders": {
        "captcha",
        "failed",
        "login_required",
        "ready",
        "refused",
    },  # signs and events of a site's stream
    f"{COLLECTOR}/failure_signs.py": {"failed", "login_required"},  # signs of a page: more than there are statuses
    f"{COLLECTOR}/profile": {"done", "ready"},  # fields of a profile
    f"{COLLECTOR}/answer_wait.py": {"refused"},  # the same
    f"{API}/operations/dead_letters": {"dropped", "failed"},  # what becomes of a letter; its reason
    "services/scheduler/src/answerlens_scheduler/jobs.py": {"stalled"},  # a job
}
# Their arguments are the outcomes that a metric counts, and the examples of OpenAPI.
COUNTS = {"labels", "_count"}
EXAMPLES = {"examples", "description"}

WORDS = frozenset(
    str(value)
    for each in (*vars(statuses).values(), StageName)
    if isinstance(each, type) and issubclass(each, Worded) and each is not statuses.Severity
    for value in each
)


def sources() -> Iterator[tuple[str, str]]:
    """The path and the text of every module of the libraries and services."""
    for folder in ("libs", "services"):
        for path in sorted((ROOT / folder).rglob("src/**/*.py")):
            if "versions" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The line and the name of everything that a module imports by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, alias.name) for alias in node.names)


def bare_words(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The line and the word of every status or stage that a module compares, hands over or keeps as a string."""
    typed: set[int] = set()
    for node in ast.walk(tree):
        if _is_no_value(node):
            typed.update(map(id, ast.walk(node)))
    for node in ast.walk(tree):
        if id(node) not in typed:
            for each in _values(node):
                if isinstance(each, ast.Constant) and each.value in WORDS and id(each) not in typed:
                    yield each.lineno, str(each.value)


def _is_no_value(node: ast.AST) -> bool:
    """A `Literal` (a type), what a metric counts, an example."""
    match node:
        case ast.Subscript(value=ast.Name(id="Literal")):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in COUNTS
        case ast.keyword(arg=name):
            return name in EXAMPLES
    return False


def _values(node: ast.AST) -> list[ast.expr]:
    """What a node compares, hands over or keeps."""
    found: list[ast.expr | None] = []
    match node:
        case ast.Compare():
            found = [node.left, *node.comparators]
        case ast.Call():
            found = [*node.args, *(each.value for each in node.keywords)]
        case ast.Dict():
            found = [*node.keys, *node.values]
        case ast.Set() | ast.Tuple() | ast.List():
            found = [*node.elts]
        case ast.IfExp():
            found = [node.body, node.orelse]
        case ast.arguments():
            found = [*node.defaults, *node.kw_defaults]
        case ast.MatchValue() | ast.Assign() | ast.Return() | ast.AnnAssign():
            found = [node.value]
    return [each for each in found if each is not None]


def _is_in(path: str, places: Mapping[str, object]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def found_in(path: str, text: str) -> Iterator[str]:
    """What is wrong in a module, with the line."""
    tree = ast.parse(text)
    for line, name in names(tree):
        if name == "RowMapping" and not _is_in(path, KNOW_ROWS):
            yield f"{path}:{line}: a row is a frozen dataclass (`tx.rows(SQL, Row)`), no RowMapping"
        if name == "HTTPStatus" and not _is_in(path, KNOW_HTTP):
            yield f"{path}:{line}: no HTTP status here: raise a RequestError"
    for line, word in bare_words(tree) if path not in DEFINE_WORDS else ():
        if not any(word in words for place, words in OTHER_MEANINGS.items() if _is_in(path, {place: words})):
            yield f"{path}:{line}: {word!r} is a status or a stage: write the value of its enum"


def main() -> int:
    """Print what is wrong; the exit code is 1 when there is anything."""
    found = [each for path, text in sources() for each in found_in(path, text)]
    for each in found:
        print(each)  # noqa: T201 - a command prints
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
