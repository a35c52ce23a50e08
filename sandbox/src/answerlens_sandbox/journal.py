"""The journal: one row for each request that would have reached the outside world."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from answerlens_sandbox.bodies import BadInputError, outside

Row = dict[str, Any]


@dataclass
class Journal:
    """Rows in memory, appended to a file of JSON lines if there is one, and read back from it at the start."""

    file: Path | None = None
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.file and self.file.exists():
            lines = self.file.read_text(encoding="utf-8").splitlines()
            self.rows = [json.loads(line) for line in lines if line.strip()]

    def add(self, request: Request, kind: str, engine: str | None, question: str | None, **more: object) -> Row:
        """Add a row for a request: kind is search, search_page, ask, llm or scrape."""
        row = {
            "at": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "kind": kind,
            "engine": engine,
            "question": question,
            "user_agent": request.headers.get("user-agent", ""),
            **more,
        }
        self.rows.append(row)
        if self.file:
            with self.file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        return row

    def clear(self) -> None:
        """Forget all rows, in memory and in the file."""
        self.rows.clear()
        if self.file:
            self.file.write_text("", encoding="utf-8")

    def select(self, kind: str | None, engine: str | None, since: datetime | None) -> list[Row]:
        """Return the rows that fit, in order; `since` is inclusive."""
        return [
            row
            for row in self.rows
            if (kind is None or row["kind"] == kind)
            and (engine is None or row["engine"] == engine)
            and (since is None or datetime.fromisoformat(row["at"]) >= since)
        ]


def _since(request: Request) -> datetime | None:
    text = request.query_params.get("since")
    if text is None:
        return None
    try:
        # a "+" that was not percent-encoded arrives as a space
        moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text)
    except ValueError as error:
        raise BadInputError(field="since", message="is not an ISO 8601 time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def _list(request: Request) -> Response:
    params = request.query_params
    rows = outside(request).journal.select(params.get("kind"), params.get("engine"), _since(request))
    return JSONResponse(rows)


async def _clear(request: Request) -> Response:
    outside(request).journal.clear()
    return Response(status_code=204)


routes = [Route("/journal", _list, methods=["GET"]), Route("/journal", _clear, methods=["DELETE"])]
