"""Which user asks: bearer keys and roles, looked at before a body is read, and whether the key is used too often."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Annotated, Final, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from answerlens_common.db import Database
from answerlens_common.errors import RequestError, TransientError
from answerlens_order_api.rest.problems import ProblemError, out_of_reach, problem_of, problem_response
from answerlens_order_api.rest.turns import Turns
from answerlens_orders.accounts import store as users
from answerlens_orders.accounts.keys import is_key, sha256_of
from answerlens_orders.accounts.limits import Limits
from answerlens_orders.accounts.store import Caller, User

_bearer = HTTPBearer(auto_error=False, scheme_name="key", bearerFormat="al_…", description="An API key")
_NO_KEY = "give a key: Authorization: Bearer al_…"
_BAD_KEY = "this key is unknown or has been revoked"
# Of what lies under /api: the description of the rest.
_OPEN: Final = frozenset({"/api/openapi.json"})
_CALLER: Final = "answerlens.caller"


class KeyGuard:
    """ASGI middleware: a request without a key, or one too many, is refused before its body is read."""

    def __init__(self, app: ASGIApp, db: Database, limits: Limits) -> None:
        self._app = app
        self._db = db
        self._limits = limits
        self._turns = Turns(limits.settings.requests_at_once, limits.settings.requests_waiting)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its caller, or answer it with a problem."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/") or scope["path"] in _OPEN:
            await self._app(scope, receive, send)
            return
        sent = _sent_key(scope)
        digest = sha256_of(sent) if sent is not None and is_key(sent) else None
        address = scope["client"][0] if scope["client"] else ""
        async with AsyncExitStack() as stack:
            try:
                leave = await stack.enter_async_context(self._turns.turn(digest or address))
                scope[_CALLER] = await self._caller(digest, address, sent)
            except ProblemError as error:
                await problem_response(Request(scope), error)(scope, receive, send)
                return
            except RequestError as error:
                await problem_response(Request(scope), problem_of(error))(scope, receive, send)
                return
            except TransientError as error:
                await out_of_reach(Request(scope), error)(scope, receive, send)
                return

            async def leaving(message: Message) -> None:
                if message["type"] == "http.response.start":
                    leave()  # a stream that has begun holds up no other request
                await send(message)

            await self._app(scope, receive, leaving)

    async def _caller(self, digest: str | None, address: str, sent: str | None) -> Caller:
        if digest is not None:
            self._limits.recall(digest)
            async with self._db.transaction() as tx:
                user = await users.by_key(tx, digest)
                if user is not None:
                    await self._limits.request(tx, user.id, digest)
                    return Caller(user, digest)
        await self._limits.keyless(address)
        if sent is None:
            raise ProblemError(HTTPStatus.UNAUTHORIZED, _NO_KEY, headers={"WWW-Authenticate": "Bearer"})
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise ProblemError(HTTPStatus.UNAUTHORIZED, _BAD_KEY, headers=challenge)


def caller_of(scope: Scope) -> Caller | None:
    """Whose key came with a request, as `KeyGuard` has noted it; None where no key is asked for."""
    return cast("Caller | None", scope.get(_CALLER))


def _sent_key(scope: Scope) -> str | None:
    """What the Authorization header carries; None when it carries no bearer's key."""
    scheme, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


# What is sent is read by `KeyGuard`; here it is for the API's description.
async def _calling(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Caller:
    return cast("Caller", request.scope[_CALLER])


Calling = Annotated[Caller, Depends(_calling)]


async def signed_in(caller: Calling) -> User:
    """Whose key came with the request."""
    return caller.user


SignedIn = Annotated[User, Depends(signed_in)]


def admin_only(detail: str) -> Callable[[User], Awaitable[User]]:
    """A dependency that gives the admin who calls; any other user is refused with this sentence."""

    async def admin(user: SignedIn) -> User:
        if not user.is_admin:
            raise ProblemError(HTTPStatus.FORBIDDEN, detail)
        return user

    return admin


Admin = Annotated[User, Depends(admin_only("only an admin may do this"))]
