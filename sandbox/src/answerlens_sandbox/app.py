"""The ASGI application: every site, interface and control of the sandbox on one port."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from answerlens_sandbox import (
    chat_a,
    chat_b,
    chat_c,
    doubles,
    faults,
    journal,
    llm,
    provider,
    truth,
    zhihu,
    zhihu_official,
)
from answerlens_sandbox.bodies import BadInputError, bad_input
from answerlens_sandbox.journal import Journal
from answerlens_sandbox.outside import Outside
from answerlens_sandbox.resources import STATIC
from answerlens_sandbox.world import World


def create_app(seed: int, journal_file: Path | None = None, answer_seconds: float = 0.2) -> Starlette:
    """Return the sandbox of a seed.

    Args:
        seed: gives the world.
        journal_file: where journal rows are appended; rows already in it are read first.
        answer_seconds: how long a chat site takes to give an answer.
    """
    sites = (zhihu, zhihu_official, chat_a, chat_b, chat_c, doubles, provider, llm, journal, truth, faults)
    routes = [route for site in sites for route in site.routes]
    app = Starlette(
        routes=[Route("/", _index), *routes, Mount("/static", StaticFiles(directory=STATIC))],
        exception_handlers={BadInputError: bad_input},
    )
    app.state.outside = Outside(World(seed), Journal(journal_file), answer_seconds=answer_seconds)
    return app


async def _index(_request: Request) -> Response:
    """Say what there is; also what a supervisor may poll."""
    return JSONResponse(
        {
            "sites": ["/zhihu/search?type=content&q=", "/chat-a/", "/chat-b/", "/chat-c/"],
            "doubles": [f"/{double.name}/" for double in doubles.DOUBLES],
            "interfaces": [
                "/zhihu-api/api/v1/content/zhihu_search",
                "/provider/v1/chat/completions",
                "/v1/chat/completions",
                "/v1/models",
            ],
            "truth": ["/truth?keyword=", "/truth/rates", "/journal"],
            "control": ["/control", "/world", "/zhihu/storage-state"],
        }
    )
