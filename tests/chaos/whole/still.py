"""Who stands still: the process that met a point armed with `stop`."""

from tests.chaos.patience import until
from tests.chaos.processes import all_processes
from tests.chaos.system import System


async def standing_still(system: System) -> str:
    """The process that stands still, once one does."""
    found: list[str] = []

    async def one_is() -> bool:
        everything = all_processes()
        found[:] = [name for name, pid in system.pids().items() if everything[pid].state == "T"]
        return bool(found)

    await until(one_is)
    (name,) = found
    return name
