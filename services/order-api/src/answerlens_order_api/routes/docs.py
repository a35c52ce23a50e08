"""`/docs`: the API on one page of our own; FastAPI's pages load their scripts from a CDN."""

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>AnswerLens API</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
td {{ padding: .2rem 1rem .2rem 0; vertical-align: top }} code {{ white-space: nowrap }}</style>
<h1>AnswerLens API {version}</h1>
<p>Every request carries a key: <code>Authorization: Bearer al_…</code></p>
<p>Parameters, bodies, answers and examples: <a href="api/openapi.json"><code>/api/openapi.json</code></a> (OpenAPI),
for any client or viewer.</p>
<table>{rows}</table></html>
"""
ROW = "<tr><td><code>{method}</code></td><td><code>{path}</code></td><td>{summary}</td></tr>"

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
async def docs(request: Request) -> str:
    """Every operation in a line."""
    document = request.app.openapi()
    rows = [
        ROW.format(method=method.upper(), path=escape(path), summary=escape(operation["description"]))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    return PAGE.format(version=escape(document["info"]["version"]), rows="\n".join(rows))
