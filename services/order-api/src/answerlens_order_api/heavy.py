"""Lets a key do heavy work, beside the event loop and within its limits: what it costs is measured, not guessed."""

import math
from collections.abc import Callable
from http import HTTPStatus
from typing import ParamSpec, TypeVar
from uuid import UUID

from answerlens_common.aio.side_process import OverTimeError, SideProcessLostError, TooLargeError
from answerlens_common.aio.side_work import CrowdedError, SideWork
from answerlens_order_api.limits import Limits
from answerlens_order_api.problems import ProblemError

P = ParamSpec("P")
R = TypeVar("R")

_SMALLER = "send fewer or shorter texts, or fewer names, at once"
_AGAIN_SECONDS = 1.0


class HeavyWork:
    """Jobs in processes of their own, each on the account of a key."""

    def __init__(self, side: SideWork, limits: Limits) -> None:
        self._side = side
        self._limits = limits

    async def run(self, user_id: UUID, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What the job returns.

        Raises:
            ProblemError: 429 when the key has too much in hand or has had its share of the minute; 503 when all keys
                together have too much in hand, or when the job was ended.
        """
        await self._limits.work(user_id)
        spent = 0.0
        try:
            done = await self._side.run(str(user_id), job, *args, **kwargs)
            spent = done.seconds
        except CrowdedError as error:
            own = error.by_owner
            status = HTTPStatus.TOO_MANY_REQUESTS if own else HTTPStatus.SERVICE_UNAVAILABLE
            detail = f"too much work {'of this key' if own else 'of all keys'} is in hand"
            raise _later(status, detail, error.seconds) from error
        except OverTimeError as error:
            spent = error.seconds
            detail = f"this took longer than {error.seconds:g} s and was ended; {_SMALLER}"
            raise _later(HTTPStatus.SERVICE_UNAVAILABLE, detail, error.seconds) from error
        except TooLargeError as error:
            detail = f"this took more memory than it may; {_SMALLER}"
            raise _later(HTTPStatus.SERVICE_UNAVAILABLE, detail, _AGAIN_SECONDS) from error
        except SideProcessLostError as error:
            detail = "the process that did this was lost; try again"
            raise _later(HTTPStatus.SERVICE_UNAVAILABLE, detail, _AGAIN_SECONDS) from error
        finally:
            await self._limits.worked(user_id, spent)
        return done.result


def _later(status: HTTPStatus, detail: str, seconds: float) -> ProblemError:
    return ProblemError(status, detail, headers={"Retry-After": str(math.ceil(seconds))})
