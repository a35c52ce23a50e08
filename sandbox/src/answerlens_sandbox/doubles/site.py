"""What the doubles have in common: a page, the request that carries the answer, and what the page then shows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from answerlens_sandbox.answer import Answer, Passage
from answerlens_sandbox.bodies import Body, outside, read
from answerlens_sandbox.draw import hexadecimal
from answerlens_sandbox.faults import ANSWER_KINDS
from answerlens_sandbox.markup import to_html
from answerlens_sandbox.occasion import keyword_of, occasion_of
from answerlens_sandbox.pages import render
from answerlens_sandbox.streaming import EVENTS, stream_bytes

_KEPT = 2000
# What each site says in its stream instead of an answer, in its own shape.
_WORDS = {
    "429": "操作过于频繁，请稍后再试",
    "login": "请登录后继续使用",
    "captcha": "请完成安全验证",
    "refusal": "内容涉及敏感信息",
}
_UNSHOWN = ("hang", "cut_stream", "bad_json")

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Double:
    """One site.

    Attributes:
        name: of the site, and the first part of its addresses.
        stream: the path of the request that carries the answer, behind the name.
        answered: the stream of an answer; what is drawn of it hangs on the key.
        refused: the stream of a refusal that says these words.
        media_type: of both.
    """

    name: str
    stream: str
    answered: Callable[..., bytes]
    refused: Callable[[str], bytes]
    media_type: str = EVENTS


class Ask(Body):
    """A question, as the pages post it."""

    question: str = Field(min_length=1, max_length=2000)


def marked(answer: Answer, mark: Callable[[tuple[int, ...]], str]) -> str:
    """Return the text with a mark behind each passage that refers to sources."""
    return "\n".join(each.text + (mark(each.cites) if each.cites else "") for each in answer.passages)


def routes_of(double: Double) -> list[Route]:
    """Return all addresses of a site."""
    root = f"/{double.name}"
    return [
        Route(root, _redirect_to(f"{root}/")),
        Route(f"{root}/", _page_of(double)),
        Route(f"{root}/chat/{{conversation}}", _page_of(double)),
        Route(root + double.stream, _ask_of(double), methods=["POST"]),
        Route(f"{root}/shown/{{identifier}}", _shown_of(double)),
    ]


def _redirect_to(address: str) -> Handler:
    async def redirect(_request: Request) -> Response:
        return RedirectResponse(address)

    return redirect


def _page_of(double: Double) -> Handler:
    async def page(request: Request) -> Response:
        changed = outside(request).faults.take(double.name, "", ("changed_page",)) is not None
        return render(request, f"double_{double.name}.html", double=double, changed=changed)

    return page


def _ask_of(double: Double) -> Handler:
    async def ask(request: Request) -> Response:
        state, name = outside(request), double.name
        question = (await read(request, Ask)).question
        fault = state.faults.take(name, question, ANSWER_KINDS)
        if fault == "500" or fault in _WORDS:
            status = 500 if fault == "500" else 200
            state.journal.add(request, "ask", name, question, status=status, nth=None, fault=fault)
            if fault == "500":
                return Response("Internal Server Error", status_code=status)
            return stream_bytes(double.refused(_WORDS[fault]), 0, None, media_type=double.media_type)
        answer, nth, key = state.next_answer(name, question, occasion_of(request), keyword_of(request))
        state.journal.add(request, "ask", name, question, status=200, nth=nth, fault=fault)
        answer = Answer((Passage(""),)) if fault == "empty" else answer
        body = double.answered(answer, *key)
        # as long as before, so that frames with lengths stay in step
        body = body.replace(b'":', b'";') if fault == "bad_json" else body
        response = stream_bytes(body, state.answer_seconds, fault, *key, media_type=double.media_type)
        if fault not in _UNSHOWN:
            identifier = hexadecimal(32, state.world.seed, name, state.serial())
            shown = state.pages.setdefault(name, {})
            shown[identifier] = to_html(answer.passages, ())
            while len(shown) > _KEPT:
                del shown[next(iter(shown))]
            response.headers["x-shown"] = identifier
        return response

    return ask


def _shown_of(double: Double) -> Handler:
    """What the page makes of a stream; the real ones do that themselves."""

    async def shown(request: Request) -> Response:
        found = outside(request).pages.get(double.name, {}).get(request.path_params["identifier"])
        return HTMLResponse(found) if found is not None else Response(status_code=404)

    return shown
