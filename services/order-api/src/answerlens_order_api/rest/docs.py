"""`/docs` and `/api/openapi.json`: the API on one page of our own, and for machines.

FastAPI's pages load their scripts from a CDN.
"""

from base64 import b64encode
from hashlib import sha256
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from answerlens_order_api.rest.headers import NOTHING, REVALIDATED

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>AnswerLens API</title>
<style>{style}</style>
<h1>AnswerLens API {version}</h1>
<p>Every request carries a key: <code>Authorization: Bearer al_…</code></p>
<p>Parameters, bodies, answers and examples: <a href="{root}/api/openapi.json"><code>/api/openapi.json</code></a>
(OpenAPI), for any client or viewer.</p>
<table>{rows}</table></html>
"""
STYLE = """body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
td { padding: .2rem 1rem .2rem 0; vertical-align: top } code { white-space: nowrap }"""
# no script, no frame, and this style alone
POLICY = f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; {NOTHING}"
ROW = "<tr><td><code>{method}</code></td><td><code>{path}</code></td><td>{summary}</td></tr>"

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
async def docs(request: Request) -> Response:
    """Every operation in a line."""
    document = request.app.openapi()
    rows = [
        ROW.format(method=method.upper(), path=escape(path), summary=escape(operation["description"]))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    page = PAGE.format(
        version=escape(document["info"]["version"]),
        root=escape(request.scope.get("root_path", "")),
        style=STYLE,
        rows="\n".join(rows),
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY, **REVALIDATED})


@router.get("/api/openapi.json")
async def openapi(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(request.app.openapi(), headers=REVALIDATED)
