"""What the processes of a stack are doing."""

from pathlib import Path

from pydantic import BaseModel

from answerlens_cli.stack import readiness
from answerlens_cli.stack.state import read_details
from answerlens_cli.stack.supervise import Supervisor


class ProcessStatus(BaseModel):
    """One process of a stack.

    Attributes:
        name: "postgres", "collector-1".
        state: supervisor's word: RUNNING, STARTING, BACKOFF, STOPPED, EXITED, FATAL.
        pid: None when it does not run.
        uptime_seconds: since it was last started; None when it does not run.
        ready: whether it can do its work; None where it is not asked (the backing systems).
        reason: why it is not ready, in its own words.
        url: where it answers; None for the backing systems.
        database_user: as whom it logs in to the database: a role of its own, or the one user that all share.
        broker_user: as whom it logs in to the broker, likewise.
        log: where its output goes.
    """

    name: str
    state: str
    pid: int | None
    uptime_seconds: int | None
    ready: bool | None
    reason: str
    url: str | None
    log: Path
    database_user: str | None = None
    broker_user: str | None = None

    @property
    def is_well(self) -> bool:
        """Whether it runs and, where it is asked, says that it is ready."""
        return self.state == "RUNNING" and self.ready is not False


def read_status(run_dir: Path) -> list[ProcessStatus] | None:
    """Every process that was ever started in this run folder; None when no stack runs there."""
    supervisor = Supervisor(run_dir)
    if not supervisor.is_running():
        return None
    details = read_details(run_dir)
    addresses = details.services if details else {}
    urls = {name: address.url for name, address in addresses.items()}
    reasons = readiness.unready(urls)
    return [
        ProcessStatus(
            name=process.name,
            state=process.state,
            pid=process.pid or None,
            uptime_seconds=process.uptime if process.pid else None,
            ready=process.name not in reasons if process.name in urls else None,
            reason=reasons.get(process.name, ""),
            url=urls.get(process.name),
            log=process.log,
            database_user=addresses[process.name].database_user if process.name in addresses else None,
            broker_user=addresses[process.name].broker_user if process.name in addresses else None,
        )
        for process in supervisor.processes()
        if process.started
    ]
