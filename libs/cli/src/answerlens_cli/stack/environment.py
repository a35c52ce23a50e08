"""The environment that every process of a stack inherits, and which outside world it works on."""

import os
import pwd
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from answerlens_cli.repository import ROOT
from answerlens_cli.stack import postgres, rabbitmq
from answerlens_cli.stack.accounts import Accounts
from answerlens_cli.stack.errors import MixedWorldError
from answerlens_cli.stack.ports import SERVICES, PortBlock
from answerlens_cli.stack.processes import MARK
from answerlens_cli.stack.programs import Programs
from answerlens_cli.stack.state import State

SANDBOX_ENGINES = ROOT / "sandbox" / "engines"
# Two schedulers by default: one leads, the other shows that leading passes on.
REPLICAS = dict.fromkeys(SERVICES, 1) | {"scheduler": 2}
REAL_WORLD = ("ANSWERLENS_LLM_BASE_URL", "ANSWERLENS_ENGINES_DIR")


@dataclass(frozen=True)
class Addresses:
    """What a service or an integration test needs of the systems below it.

    Attributes:
        postgres_url: `postgresql://…/answerlens`, as a role that may create databases.
        rabbitmq_url: `amqp://…/`, as an administrator.
        chromium_path: the browser's program.
        rabbitmq_metrics: the private broker's Prometheus page; None for a broker that the stack did not start.
    """

    postgres_url: str
    rabbitmq_url: str
    chromium_path: Path
    rabbitmq_metrics: str | None


def wants_sandbox(env: Mapping[str, str]) -> bool:
    """Whether the outside world is the sandbox: unless both the model and the engines are configured.

    Raises:
        MixedWorldError: only one of the two is.
    """
    present = [name for name in REAL_WORLD if env.get(name)]
    if len(present) == 1:
        missing = next(name for name in REAL_WORLD if name not in present)
        raise MixedWorldError(present[0], missing)
    return not present


def addresses(env: Mapping[str, str], programs: Programs, ports: PortBlock, state: State) -> Addresses:
    """The private servers' addresses, or those the environment names."""
    postgres_url = f"postgresql://{postgres.NAME}:{state.postgres_password}@127.0.0.1:{ports.postgres}/{postgres.NAME}"
    rabbitmq_url = f"amqp://{rabbitmq.USER}:{state.rabbitmq_password}@127.0.0.1:{ports.amqp}/"
    return Addresses(
        postgres_url=postgres_url if programs.postgres else env["ANSWERLENS_POSTGRES_URL"],
        rabbitmq_url=rabbitmq_url if programs.rabbitmq else env["ANSWERLENS_RABBITMQ_URL"],
        chromium_path=programs.chromium,
        rabbitmq_metrics=f"http://127.0.0.1:{ports.rabbitmq_metrics}/metrics" if programs.rabbitmq else None,
    )


def sandbox_world(run_dir: Path, ports: PortBlock) -> dict[str, str]:
    """The settings that point every outside request at the sandbox."""
    url = f"http://127.0.0.1:{ports.sandbox}"
    return {
        "ANSWERLENS_SANDBOX_URL": url,
        "ANSWERLENS_LLM_BASE_URL": f"{url}/v1",
        "ANSWERLENS_LLM_API_KEY": "sandbox",
        "ANSWERLENS_LLM_MODEL": "sandbox",
        "ANSWERLENS_LLM_RATE_LIMIT": "6000",  # it has no limit of its own
        "ANSWERLENS_ZHIHU_URL": f"{url}/zhihu",
        "ANSWERLENS_ZHIHU_STORAGE_STATE": str(run_dir / "zhihu-state.json"),
        "ANSWERLENS_ENGINES_DIR": str(SANDBOX_ENGINES),
    }


def for_services(env: Mapping[str, str], where: Addresses) -> dict[str, str]:
    """`env` with the addresses of this stack, for a service, a job or a command of it."""
    loopback = "127.0.0.1,localhost"
    no_proxy = ",".join(filter(None, [env.get("no_proxy") or env.get("NO_PROXY"), loopback]))
    # Eight processes that compile every module anew, each time, cost more than the files they would leave.
    kept = {name: value for name, value in env.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # A person who stops a stack waits for it; in production the services' own, longer, default holds.
    return (
        {"ANSWERLENS_GRACE_SECONDS": "15", "ANSWERLENS_LOG_FORMAT": "console"}
        | kept
        | {
            "ANSWERLENS_POSTGRES_URL": where.postgres_url,
            "ANSWERLENS_RABBITMQ_URL": where.rabbitmq_url,
            "ANSWERLENS_CHROMIUM_PATH": str(where.chromium_path),
            "ANSWERLENS_HTTP_HOST": "127.0.0.1",
            "NO_PROXY": no_proxy,
            "no_proxy": no_proxy,
            "PYTHONUNBUFFERED": "1",
        }
    )


def for_supervisord(
    programs: Programs,
    run_dir: Path,
    ports: PortBlock,
    accounts: Accounts,
    *,
    replicas: Mapping[str, int],
    seed: int,
    socket: Path,
) -> dict[str, str]:
    """The names that deploy/supervisord.conf expands, beside those of `for_services`."""
    user = pwd.getpwuid(os.geteuid()).pw_name
    folder = programs.postgres.folder if programs.postgres else ""
    names = {
        MARK: str(run_dir),
        "ANSWERLENS_PYTHON": sys.executable,
        "ANSWERLENS_PORTS": str(ports.base)[:-2],
        "ANSWERLENS_USER": user,
        "ANSWERLENS_POSTGRES_USER": postgres.run_as() if programs.postgres else user,
        "ANSWERLENS_POSTGRES_BIN": str(folder),
        "ANSWERLENS_POSTGRES_DATA": str((run_dir / "postgres").resolve()),
        "ANSWERLENS_RABBITMQ_SERVER": str(programs.rabbitmq.server) if programs.rabbitmq else "rabbitmq-server",
        "ANSWERLENS_EPMD": str(programs.rabbitmq.epmd) if programs.rabbitmq else "epmd",
        "ANSWERLENS_SANDBOX_SEED": str(seed),
        "ANSWERLENS_SUPERVISOR_SOCKET": str(socket),
    }
    counts = {f"ANSWERLENS_REPLICAS_{name.replace('-', '_').upper()}": str(n) for name, n in replicas.items()}
    return names | counts | accounts.environment() | rabbitmq.environment(run_dir, ports)
