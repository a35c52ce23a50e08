"""What a stack remembers in its run folder, and the lock that lets one command at a time work on it."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, Field

from answerlens_common.contracts.services import SERVICES


def _secret() -> str:
    return secrets.token_urlsafe(24)


def _secrets() -> dict[str, str]:
    return {service: _secret() for service in SERVICES}


class State(BaseModel):
    """`<run_dir>/state.json`: what must outlive a stop that keeps the data.

    Attributes:
        postgres_password: of the private PostgreSQL's owner, set when its data directory is made.
        rabbitmq_password: of the private RabbitMQ's administrator.
        service_passwords: of each service's account on both; renewed on the servers by every start.
        admin_key: the first admin's API key; None until the stack was up once.
        client_key: the first client's API key, likewise.
    """

    postgres_password: str = Field(default_factory=_secret)
    rabbitmq_password: str = Field(default_factory=_secret)
    service_passwords: dict[str, str] = Field(default_factory=_secrets)
    admin_key: str | None = None
    client_key: str | None = None


class ServiceAddress(BaseModel):
    """Where one process of a service answers: its root, and its metrics; and as whom it logs in.

    Attributes:
        database_user: one of its own, or the one that all services share; "" for a stack of before.
        broker_user: likewise.
    """

    url: str
    metrics: str
    database_user: str = ""
    broker_user: str = ""


class Details(BaseModel):
    """`<run_dir>/demo.json`: everything a script needs to use the running stack.

    Attributes:
        engines: the names of the engines that may be ordered.
        sandbox_url: None when the stack works on the real outside world.
        sandbox_journal: the file of the sandbox's journal (also `GET {sandbox_url}/journal`).
        services: by process name, such as "collector-1".
    """

    api_url: str
    admin_key: str
    client_key: str
    sandbox_url: str | None
    sandbox_journal: Path | None
    engines: list[str]
    postgres_url: str
    rabbitmq_url: str
    rabbitmq_metrics: str | None
    chromium_path: Path
    zhihu_state: Path | None
    services: dict[str, ServiceAddress]
    pids: Path
    logs: Path
    run_dir: Path


def read_state(run_dir: Path) -> State:
    """The state of this run folder, made when there is none."""
    path = run_dir / "state.json"
    if path.exists():
        return State.model_validate_json(path.read_bytes())
    state = State()
    write_private(path, state)
    return state


def read_details(run_dir: Path) -> Details | None:
    """What the last `up` wrote for scripts, None when the stack is not up."""
    path = run_dir / "demo.json"
    return Details.model_validate_json(path.read_bytes()) if path.exists() else None


def write_private(path: Path, model: BaseModel) -> None:
    """Write a file that no other user can read, whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - a mode
        file.write(model.model_dump_json(indent=2) + "\n")
    draft.replace(path)


@contextlib.contextmanager
def locked(run_dir: Path) -> Iterator[None]:
    """Make the run folder and hold it for this process; waits while another command works on it."""
    while True:
        # Open to enter, not to list: PostgreSQL's own user must pass through to its data.
        try:
            run_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
            handle = os.open(run_dir, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue  # a `down` has removed it meanwhile
        except FileExistsError:
            if run_dir.exists():
                raise
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # A `down` that we waited for may have removed the folder we hold: then take the new one.
            if run_dir.exists() and os.fstat(handle).st_ino == run_dir.stat().st_ino:
                yield
                return
        finally:
            os.close(handle)
