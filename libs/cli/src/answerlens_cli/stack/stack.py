"""A whole stack in one run folder: up, and down."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from answerlens_cli.repository import RUN_DIR
from answerlens_cli.stack import environment, postgres, processes, programs, rabbitmq, readiness
from answerlens_cli.stack.accounts import accounts
from answerlens_cli.stack.environment import Addresses
from answerlens_cli.stack.errors import StackError
from answerlens_cli.stack.launch import Launch
from answerlens_cli.stack.ports import free_block
from answerlens_cli.stack.state import Details, locked, read_details, read_state
from answerlens_cli.stack.supervise import Supervisor

STOP_TIMEOUT = 120.0
# A world of the sandbox in which the demo's three brands differ enough to be told apart.
DEMO_SEED = 6


class Stack:
    """The stack of one run folder. Several, each with its own folder, run side by side."""

    def __init__(
        self,
        run_dir: Path,
        overrides: Mapping[str, str] | None = None,
        *,
        replicas: Mapping[str, int] | None = None,
        sandbox: bool | None = None,
        seed: int = DEMO_SEED,
        tied: bool = False,
        report: Callable[[str], None] = lambda _line: None,
    ) -> None:
        """Describe a stack; nothing is started.

        Args:
            run_dir: where its data, logs and addresses are kept; made when it does not exist.
            overrides: settings (`ANSWERLENS_…`) that win over the environment and over the sandbox's.
            replicas: how many of each service (0 to 9); one by default, two schedulers.
            sandbox: whether the outside world is the sandbox; by default, unless the environment names a real one.
            seed: the sandbox's.
            tied: end everything as soon as this process ends, however that ends.
            report: is told each step, a line each.
        """
        self.run_dir = run_dir.resolve()
        self.supervisor = Supervisor(self.run_dir)
        self._overrides = dict(overrides or {})
        self._replicas = environment.REPLICAS | dict(replicas or {})
        self._sandbox = sandbox
        self._seed = seed
        self._tied = tied
        self._report = report

    def up(self) -> Details:
        """Start everything and wait until every service is ready; nothing to do when that is so already.

        Raises:
            StackError: something did not start. Everything is stopped again; data and logs stay.
            MixedWorldError: the environment names only a part of the real outside world.
        """
        with locked(self.run_dir):
            details = read_details(self.run_dir)
            if details and self.is_ready(details):
                self._report(f"Already running: {details.api_url}")
                return details
            with self._launch() as launch:
                launch.rabbitmq()
                login = launch.sandbox() if self._is_sandboxed() else None
                launch.postgres()
                launch.database()
                launch.rabbitmq_ready()
                return launch.details(launch.services(), login)

    def up_backing(self) -> Addresses:
        """Start PostgreSQL and RabbitMQ only, anew.

        Raises:
            StackError: one did not start. Everything is stopped again; data and logs stay.
        """
        with locked(self.run_dir), self._launch() as launch:
            launch.rabbitmq()
            launch.postgres()
            launch.rabbitmq_ready()
            return launch.where

    def down(self, *, wipe: bool = True) -> bool:
        """Stop every process of the stack, whichever command started it and whatever is left of it.

        Args:
            wipe: also remove the run folder with all data and logs.

        Returns:
            Whether anything ran.

        Raises:
            StackError: the folder is not a run folder.
        """
        if not self.run_dir.exists():
            return False
        with locked(self.run_dir):
            self._refuse_foreign_folder()
            ran = self._stop()
            if wipe:
                postgres.remove(self.run_dir)
                shutil.rmtree(self.run_dir)
        return ran

    def is_ready(self, details: Details) -> bool:
        """Whether supervisor runs and every service says that it is ready."""
        urls = {name: address.url for name, address in details.services.items()}
        return self.supervisor.is_running() and not readiness.unready(urls)

    @contextlib.contextmanager
    def _launch(self) -> Iterator[Launch]:
        """A supervisor with nothing running yet; all is stopped again when what follows fails."""
        self._refuse_foreign_folder()
        state = read_state(self.run_dir)
        if self._stop():
            self._report("Stopped what an earlier start had left")
        base = dict(os.environ) | self._overrides
        found = programs.find_or_install(base, self._report)
        (self.run_dir / "logs").mkdir(mode=0o700, exist_ok=True)
        with free_block() as ports:
            where = environment.addresses(base, found, ports, state)
            logins = accounts(base, found, where.postgres_url, where.rabbitmq_url, state)
            if found.postgres:
                postgres.prepare(found.postgres, self.run_dir, state.postgres_password)
            if found.rabbitmq:
                rabbitmq.prepare(self.run_dir, ports, state.rabbitmq_password, state.service_passwords)
            world = environment.sandbox_world(self.run_dir, ports) if self._is_sandboxed() else {}
            env = environment.for_services(dict(os.environ) | world | self._overrides, where)
            names = environment.for_supervisord(
                found,
                self.run_dir,
                ports,
                logins,
                replicas=self._replicas,
                seed=self._seed,
                socket=self.supervisor.socket,
            )
            launch = Launch(
                self.run_dir, self.supervisor, found, ports, where, logins, env, self._replicas, state, self._report
            )
            try:
                self.supervisor.launch(env | names, tied=self._tied)
                yield launch
            except BaseException:
                self._stop()
                raise

    def _is_sandboxed(self) -> bool:
        if self._sandbox is None:
            return environment.wants_sandbox(dict(os.environ) | self._overrides)
        return self._sandbox

    def _stop(self) -> bool:
        """Stop all processes; False when there was none."""
        (self.run_dir / "demo.json").unlink(missing_ok=True)
        ran = self.supervisor.is_running()
        if ran:
            self.supervisor.shut_down(STOP_TIMEOUT)
        left = processes.end(self.run_dir)
        self.supervisor.socket.unlink(missing_ok=True)
        return ran or left > 0

    def _refuse_foreign_folder(self) -> None:
        """A folder that holds anything must be one of ours: `down` removes it with all it holds."""
        is_ours = self.run_dir == RUN_DIR or (self.run_dir / "state.json").exists()
        if not is_ours and any(self.run_dir.iterdir()):
            message = f"{self.run_dir} is not empty and no run folder of AnswerLens: name another with --run-dir."
            raise StackError(message)


@contextlib.contextmanager
def backing_services(run_dir: Path, overrides: Mapping[str, str] | None = None) -> Iterator[Addresses]:
    """PostgreSQL and RabbitMQ of one's own, for integration tests; both end with the context or the process.

    Args:
        run_dir: a folder of their own, made when it does not exist and removed at the end.
        overrides: settings that win over the environment.

    Raises:
        StackError: one could not be found, installed or started.
    """
    stack = Stack(run_dir, overrides, tied=True)
    try:
        yield stack.up_backing()
    finally:
        stack.down()
