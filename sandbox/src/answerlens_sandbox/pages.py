"""Rendering the HTML shells of the sites."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from answerlens_sandbox.bodies import outside
from answerlens_sandbox.draw import hexadecimal
from answerlens_sandbox.resources import TEMPLATES

_templates = Jinja2Templates(directory=TEMPLATES)


def render(request: Request, name: str, status_code: int = 200, **values: Any) -> Response:  # noqa: ANN401 - for Jinja
    """Return a page. `css('x')` in it is a hashed class name that changes with the seed, as with every release."""
    seed = outside(request).world.seed

    def css(part: str) -> str:
        return "_" + hexadecimal(7, seed, "css", part)

    return _templates.TemplateResponse(request, name, {**values, "css": css}, status_code=status_code)
