"""Who asks: bearer keys and roles, and whether they ask too often."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from answerlens_order_api.cache import users
from answerlens_order_api.cache.users import User
from answerlens_order_api.context import Here
from answerlens_order_api.keys import is_key, sha256_of
from answerlens_order_api.problems import ProblemError

_bearer = HTTPBearer(auto_error=False, scheme_name="key", bearerFormat="al_…", description="An API key")
_NO_KEY = "give a key: Authorization: Bearer al_…"
_BAD_KEY = "this key is unknown or has been revoked"


async def signed_in(
    here: Here, request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> User:
    """Whose key came with the request; every request is counted.

    Raises:
        ProblemError: none, an unknown or a revoked one; or too many requests.
    """
    shaped = sent is not None and is_key(sent.credentials)
    user = await users.by_key(here.db, sha256_of(sent.credentials)) if sent and shaped else None
    if user is not None:
        await here.limits.request(user.id)
        return user
    await here.limits.keyless(request.client.host if request.client else "")
    if sent is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, _NO_KEY, headers={"WWW-Authenticate": "Bearer"})
    raise ProblemError(HTTPStatus.UNAUTHORIZED, _BAD_KEY, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


SignedIn = Annotated[User, Depends(signed_in)]


async def _admin(user: SignedIn) -> User:
    if not user.is_admin:
        raise ProblemError(HTTPStatus.FORBIDDEN, "only an admin may do this")
    return user


Admin = Annotated[User, Depends(_admin)]
