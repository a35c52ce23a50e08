"""One start of a stack, from no process to every service ready, in the order in which they need one another."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from answerlens_cli.stack import jobs, postgres, rabbitmq
from answerlens_cli.stack.accounts import Accounts, user_of
from answerlens_cli.stack.environment import Addresses
from answerlens_cli.stack.ports import PortBlock
from answerlens_cli.stack.programs import Programs
from answerlens_cli.stack.readiness import Watch, is_listening, unready
from answerlens_cli.stack.state import Details, ServiceAddress, State, write_private
from answerlens_cli.stack.supervise import Supervisor
from answerlens_common.contracts.engines import load_engines

BACKING_TIMEOUT = 120.0
# The bank builder loads its model first, on a cold disk and beside six others that start.
SERVICES_TIMEOUT = 300.0


@dataclass
class Launch:
    """What one start works with.

    Attributes:
        run_dir: the stack's run folder.
        supervisor: started already, with no program running.
        programs: those of this machine.
        ports: the block that this start may use.
        where: the addresses of PostgreSQL, RabbitMQ and Chromium.
        accounts: as whom each service logs in.
        env: the environment of the services and jobs.
        replicas: how many of each service.
        state: the run folder's; gains the first users' keys.
        report: is told each step.
    """

    run_dir: Path
    supervisor: Supervisor
    programs: Programs
    ports: PortBlock
    where: Addresses
    accounts: Accounts
    env: Mapping[str, str]
    replicas: Mapping[str, int]
    state: State
    report: Callable[[str], None]
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = Watch(self.supervisor)

    def postgres(self) -> None:
        """Start PostgreSQL and make the database."""
        found = self.programs.postgres
        if not found:
            self.report(f"PostgreSQL  {_without_password(self.where.postgres_url)} (from the environment)")
            return
        self.supervisor.start("backing:postgres")
        port = self.ports.postgres
        self.watch.until(lambda: postgres.is_ready(found, port), "postgres", BACKING_TIMEOUT)
        postgres.create_database(found, self.where.postgres_url)
        self.report(f"PostgreSQL  127.0.0.1:{port}")

    def rabbitmq(self) -> None:
        """Start RabbitMQ and its port mapper; `rabbitmq_ready` waits for it."""
        if not self.programs.rabbitmq:
            return
        # Erlang registers with its port mapper once, when it starts.
        self.supervisor.start("backing:epmd")
        self.watch.until(lambda: is_listening(self.ports.epmd), "epmd", BACKING_TIMEOUT)
        self.supervisor.start("backing:rabbitmq")

    def rabbitmq_ready(self) -> None:
        """Wait until RabbitMQ takes connections."""
        if not self.programs.rabbitmq:
            self.report(f"RabbitMQ    {_without_password(self.where.rabbitmq_url)} (from the environment)")
            return
        port = self.ports.amqp
        self.watch.until(lambda: rabbitmq.is_ready(port), "rabbitmq", BACKING_TIMEOUT)
        self.report(f"RabbitMQ    127.0.0.1:{port}")

    def sandbox(self) -> Path:
        """Start the sandbox and take the login that its search site gives out.

        Returns:
            The file with that login, a browser's storage state.
        """
        self.supervisor.start("outside:sandbox")
        url = self.env["ANSWERLENS_SANDBOX_URL"]
        self.watch.until(lambda: is_listening(self.ports.sandbox), "sandbox", BACKING_TIMEOUT)
        response = httpx.get(f"{url}/zhihu/storage-state", trust_env=False)
        response.raise_for_status()
        login = self.run_dir / "zhihu-state.json"
        login.touch(mode=0o600)
        login.write_bytes(response.content)
        self.report(f"Sandbox     {url}")
        return login

    def database(self) -> None:
        """Migrate the database, with a role for each service, and add the first admin and the first client, once."""
        passwords = self.state.service_passwords if self.accounts.has_roles else {}
        jobs.run("migrate", "answerlens_common.db.migrations", self.run_dir, self._with(passwords))
        if not self.state.admin_key:
            self.state.admin_key = jobs.add_user("admin", "admin", self.env)
        if not self.state.client_key:
            self.state.client_key = jobs.add_user("demo", "client", self.env)
        write_private(self.run_dir / "state.json", self.state)
        self.report(f"Database    migrated; {'a role for each service' if passwords else 'one user for all services'}")

    def services(self) -> dict[str, ServiceAddress]:
        """Declare the queues, start all services and wait until every one is ready.

        Returns:
            The address of each process, by its name.
        """
        # a private broker has its users since it started
        passwords = self.state.service_passwords if self.accounts.has_users and not self.programs.rabbitmq else {}
        jobs.run("topology", "answerlens_common.jobs.topology", self.run_dir, self._with(passwords))
        users = "a user for each service" if self.accounts.has_users else "one user for all services"
        self.report(f"Queues      declared; {users}")
        self.supervisor.start_group("services")
        urls = {
            f"{name}-{replica}": f"http://127.0.0.1:{self.ports.service(name, replica)}"
            for name, count in self.replicas.items()
            for replica in range(1, count + 1)
        }
        waiting = dict(urls)

        def all_ready() -> bool:
            reasons = unready(waiting)
            for name in [name for name in waiting if name not in reasons]:
                self.report(f"{name:<17} {waiting.pop(name)}")
            return not waiting

        self.watch.until(all_ready, "every service", SERVICES_TIMEOUT)
        return {
            name: ServiceAddress(
                url=url,
                metrics=f"{url}/metrics",
                database_user=user_of(self.accounts.postgres[name.rpartition("-")[0]]),
                broker_user=user_of(self.accounts.rabbitmq[name.rpartition("-")[0]]),
            )
            for name, url in urls.items()
        }

    def _with(self, passwords: Mapping[str, str]) -> dict[str, str]:
        """The environment of a job that makes the services' accounts; without passwords it makes none."""
        return {**self.env, "ANSWERLENS_SERVICE_PASSWORDS": json.dumps(dict(passwords))}

    def details(self, services: dict[str, ServiceAddress], login: Path | None) -> Details:
        """Write `demo.json` and `pids.json`."""
        pids = self.run_dir / "pids.json"
        pids.write_text(json.dumps({process.name: process.pid for process in self.supervisor.processes()}))
        sandbox_url = self.env.get("ANSWERLENS_SANDBOX_URL") if login else None
        details = Details(
            api_url=services["order-api-1"].url,
            admin_key=str(self.state.admin_key),
            client_key=str(self.state.client_key),
            sandbox_url=sandbox_url,
            sandbox_journal=self.run_dir / "journal.jsonl" if login else None,
            engines=[
                engine.name for engine in load_engines(self.env["ANSWERLENS_ENGINES_DIR"], self.env) if engine.enabled
            ],
            postgres_url=self.where.postgres_url,
            rabbitmq_url=self.where.rabbitmq_url,
            rabbitmq_metrics=self.where.rabbitmq_metrics,
            chromium_path=self.where.chromium_path,
            zhihu_state=login,
            services=services,
            pids=pids,
            logs=self.run_dir / "logs",
            run_dir=self.run_dir,
        )
        write_private(self.run_dir / "demo.json", details)
        return details


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
