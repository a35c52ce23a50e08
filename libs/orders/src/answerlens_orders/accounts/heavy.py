"""Lets a key do heavy work, beside the event loop and within its limits: what it costs is measured, not guessed."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar
from uuid import UUID

from answerlens_common.aio.side_process import OverTimeError, SideProcessLostError, TooLargeError
from answerlens_common.aio.side_work import CrowdedError, SideWork
from answerlens_common.errors import BusyError, LimitReachedError
from answerlens_orders.accounts.limits import Limits

P = ParamSpec("P")
R = TypeVar("R")

_SMALLER = "send fewer or shorter texts, or fewer names, at once"
_AGAIN_SECONDS = 1.0


class HeavyWork:
    """Jobs in processes of their own, each on the account of a key."""

    def __init__(self, side: SideWork, limits: Limits) -> None:
        self._side = side
        self._limits = limits

    async def order(self, user_id: UUID, names: int) -> None:
        """An order with so many names is to be analysed: heavy work too, though other services do it.

        Raises:
            LimitReachedError: the key has ordered too much for now.
        """
        await self._limits.order(user_id, names)

    async def run(self, user_id: UUID, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What the job returns.

        Raises:
            LimitReachedError: the key has too much in hand, or has had its share of the minute.
            BusyError: all keys together have too much in hand, or the job was ended.
        """
        await self._limits.work(user_id)
        spent = 0.0
        try:
            done = await self._side.run(str(user_id), job, *args, **kwargs)
            spent = done.seconds
        except CrowdedError as error:
            if error.by_owner:
                detail = "too much work of this key is in hand"
                raise LimitReachedError(detail, error.seconds) from error
            detail = "too much work of all keys is in hand"
            raise BusyError(detail, error.seconds) from error
        except OverTimeError as error:
            spent = error.seconds
            detail = f"this took longer than {error.seconds:g} s and was ended; {_SMALLER}"
            raise BusyError(detail, error.seconds) from error
        except TooLargeError as error:
            detail = f"this took more memory than it may; {_SMALLER}"
            raise BusyError(detail, _AGAIN_SECONDS) from error
        except SideProcessLostError as error:
            detail = "the process that did this was lost; try again"
            raise BusyError(detail, _AGAIN_SECONDS) from error
        finally:
            await self._limits.worked(user_id, spent)
        return done.result
